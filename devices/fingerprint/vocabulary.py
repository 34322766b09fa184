"""pyfingerprint's commands, spoken through our own port."""

from pyfingerprint.pyfingerprint import PyFingerprint

from devices.fingerprint.codes import Confirmation, Instruction
from devices.fingerprint.pixels import geometry
from devices.fingerprint.port import SensorPort
from devices.fingerprint.translation import refusal
from devices.fingerprint.wire import ACK, COMMAND, DATA, END_OF_DATA, Packet


class SensorCommands(PyFingerprint):  # type: ignore[misc]
    """pyfingerprint without its constructor, which would open a `serial.Serial` of its own with a 2 s timeout per byte.

    Its three private attributes are set in its place, by the names Python gives them (`_PyFingerprint__serial`): true
    of version 1.5, the only one there is; a test holds it to that. Its `downloadImage` writes files only and takes
    every picture for 256 × 288, so the picture is read here.
    """

    def __init__(self, port: SensorPort, address: int, password: int) -> None:
        self._PyFingerprint__serial = port
        self._PyFingerprint__address = address
        self._PyFingerprint__password = password
        self.port = port
        self._address = address

    def download_picture(self) -> bytes:
        """Return the picture in the sensor's image buffer as it was packed by the sensor.

        Raises:
            NotRespondingError: the transfer was cut or garbled; the picture is still there to be asked for again.
            DeviceError: the sensor refused.
        """
        self.port.write(Packet(COMMAND, bytes([Instruction.UP_IMAGE]), self._address).to_bytes())
        answer = self.port.read_packet()
        if answer.kind != ACK or answer.content[0] != Confirmation.OK:
            raise refusal(answer.content[0] if answer.kind == ACK else Confirmation.PACKET_ERROR)
        received = bytearray()
        while answer.kind != END_OF_DATA:
            answer = self.port.read_packet()
            if answer.kind not in (DATA, END_OF_DATA):
                raise refusal(Confirmation.PACKET_ERROR)
            received += answer.content
        geometry(received)
        return bytes(received)
