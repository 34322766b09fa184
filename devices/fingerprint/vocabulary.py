"""pyfingerprint's commands, spoken through our own port, in the errors of `devices`."""

from collections.abc import Iterator

from pyfingerprint.pyfingerprint import PyFingerprint

from devices.errors import NotRespondingError
from devices.fingerprint.codes import Confirmation, Instruction
from devices.fingerprint.port import SensorPort
from devices.fingerprint.translation import refusal, translated
from devices.fingerprint.wire import ACK, COMMAND, DATA, END_OF_DATA, Packet

BAUD_RATE_PARAMETER, BAUD_RATE_UNIT = 4, 9600
PARAMETERS_BYTES = 17
LATE_ANSWERS = 4


class StillSendingError(NotRespondingError):
    """It is there and at this speed, and busy with a picture; it will be heard when that has run out."""


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
    def parameters(self) -> bytes | None:
        """Return the 16 bytes of ReadSysPara, None if the sensor wants its password first.

        No other answer looks like this one, so that late answers to earlier commands are known and passed over: the
        sensor does one thing after the other, and after this answer it is in step.
        """
        self._send(Instruction.READ_SYS_PARA)
        for _ in range(LATE_ANSWERS):
            answer = self.port.read_packet()
            if answer.kind == ACK and answer.content[0] == Confirmation.OK and len(answer.content) == PARAMETERS_BYTES:
                return answer.content[1:]
            if answer.kind == ACK and answer.content[0] == Confirmation.MUST_VERIFY:
                return None
        raise StillSendingError("the sensor is still sending what somebody asked for before")

    @translated()
    def set_baud_rate(self, baud_rate: int) -> None:
        """Have the sensor speak at another rate from its next answer on, and remember it without power.

        pyfingerprint's own stops at 115 200, though some sensors go further.

        Raises:
            ConfigurationError: it does not know this rate.
        """
        self._send(Instruction.SET_SYS_PARA, bytes([BAUD_RATE_PARAMETER, baud_rate // BAUD_RATE_UNIT]))
        self._check(self.port.read_packet())

    @translated()
    def take_picture(self) -> bool:
        """Tell whether a finger lay on the glass; its picture is then in the sensor."""
        return bool(self.readImage())

    @translated()
    def convert_picture(self) -> None:
        """Make a template of the picture in the sensor. Some modules have no picture afterwards."""
        self.convertImage(1)

    @translated()
    def template(self) -> bytes:
        """Return the template that was made last."""
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
        answer = self._announced_picture()
        while answer.kind != END_OF_DATA:
            answer = self._next_packet()
            if answer.kind not in (DATA, END_OF_DATA):
                raise refusal(Confirmation.PACKET_ERROR)
            yield answer.content

    @translated()
    def _announced_picture(self) -> Packet:
        self._send(Instruction.UP_IMAGE)
        answer = self.port.read_packet()
        self._check(answer)
        return answer

    @translated()
    def _next_packet(self) -> Packet:
        return self.port.read_packet()

    def _send(self, instruction: Instruction, arguments: bytes = b"") -> None:
        self.port.write(Packet(COMMAND, bytes([instruction]) + arguments, self._address).to_bytes())

    def _check(self, answer: Packet) -> None:
        if answer.kind != ACK or answer.content[0] != Confirmation.OK:
            raise refusal(answer.content[0] if answer.kind == ACK else Confirmation.PACKET_ERROR)
