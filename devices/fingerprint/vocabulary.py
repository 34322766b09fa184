"""pyfingerprint's commands, spoken through our own port, in the errors of `devices`."""

from collections.abc import Iterator

from pyfingerprint.pyfingerprint import PyFingerprint

from devices.errors import NotRespondingError
from devices.fingerprint.codes import Confirmation, Instruction
from devices.fingerprint.port import SensorPort
from devices.fingerprint.translation import refusal, translated
from devices.fingerprint.wire import ACK, COMMAND, DATA, END_OF_DATA, Packet


class SensorCommands(PyFingerprint):  # type: ignore[misc]
    """pyfingerprint without its constructor, which would open a `serial.Serial` of its own with a 2 s timeout per byte.

    Its three private attributes are set in its place, by the names Python gives them (`_PyFingerprint__serial`): true
    of version 1.5, the only one there is; a test holds it to that. Its `downloadImage` writes files only and takes
    every picture for 256 × 288, so the picture is read here.

    Raises (every method below): the errors of `devices`, as translation.py has them.
    """

    def __init__(self, port: SensorPort, address: int, password: int) -> None:
        self._PyFingerprint__serial = port
        self._PyFingerprint__address = address
        self._PyFingerprint__password = password
        self.port = port
        self._address = address

    @translated()
    def knows_password(self) -> bool:
        """Tell whether the sensor answers to our password."""
        return bool(self.verifyPassword())

    @translated()
    def name(self) -> str:
        """Return the sensor's name for the evidence."""
        return f"R30x-{self.getSystemParameters()[1]:04X}-{self._address:08X}"

    @translated()
    def take_picture(self) -> bool:
        """Tell whether a finger lay on the glass; its picture is then in the sensor."""
        return bool(self.readImage())

    @translated()
    def template(self) -> bytes:
        """Return the template of the picture in the sensor. Some modules blacken the picture over it."""
        self.convertImage(1)
        return bytes(self.downloadCharacteristics(1))

    @translated()
    def is_same(self, first: bytes, second: bytes) -> bool:
        """Tell whether the sensor finds two templates alike."""
        for number, template in ((1, first), (2, second)):
            if not self.uploadCharacteristics(number, list(template)):
                raise NotRespondingError("the sensor kept another template than it was sent")
        return bool(self.compareCharacteristics() > 0)

    @translated()
    def wait_until_quiet(self, at_most_s: float) -> None:
        """Drop what is still being sent, until nothing more comes."""
        self.port.wait_until_quiet(at_most_s)

    def picture(self) -> Iterator[bytes]:
        """Yield the picture in the sensor, packed, packet by packet as it comes in.

        Raises:
            NotRespondingError: the transfer was cut or garbled; the picture is still there to be asked for again.
            DeviceError: the sensor refused.
        """
        answer = self._ask(Instruction.UP_IMAGE)
        if answer.kind != ACK or answer.content[0] != Confirmation.OK:
            raise refusal(answer.content[0] if answer.kind == ACK else Confirmation.PACKET_ERROR)
        while answer.kind != END_OF_DATA:
            answer = self._next_packet()
            if answer.kind not in (DATA, END_OF_DATA):
                raise refusal(Confirmation.PACKET_ERROR)
            yield answer.content

    @translated()
    def _ask(self, instruction: Instruction) -> Packet:
        self.port.write(Packet(COMMAND, bytes([instruction]), self._address).to_bytes())
        return self.port.read_packet()

    @translated()
    def _next_packet(self) -> Packet:
        return self.port.read_packet()
