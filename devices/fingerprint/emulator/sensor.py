"""The emulated sensor's mind: a command in, an answer out. No port, no clock."""

import random
import struct
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from devices.base import Pixels
from devices.fingerprint.codes import Confirmation, Instruction
from devices.fingerprint.emulator.glass import Glass, Press
from devices.fingerprint.emulator.growing import is_grown
from devices.fingerprint.emulator.memory import PACKET_BYTES, Memory
from devices.fingerprint.emulator.models import Model
from devices.fingerprint.emulator.template import TEMPLATE_BYTES, merged, score, template_of
from devices.fingerprint.pixels import pack, unpack
from devices.fingerprint.press import press

BAUD_RATE, SECURITY, PACKET_SIZE = 4, 5, 6
LED_BYTES = 4
INDEX_PAGES = 4


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: the acknowledgement, then `data` in packets if there is any."""

    code: Confirmation
    extra: bytes = b""
    data: bytes = b""


OK = Answer(Confirmation.OK)


class EmulatedSensor:
    """One sensor. `execute` answers a command; data that a command announced comes in through `receive`."""

    def __init__(self, glass: Glass, model: Model) -> None:
        """Take the window that fingers are put on."""
        self.model = model
        self.memory = Memory(model)
        self._glass = glass
        self._awaited: tuple[Instruction, int] | None = None
        self._received = bytearray()
        self._answers: Mapping[Instruction, Callable[[bytes], Answer]] = {
            Instruction.GEN_IMG: self._take_picture,
            Instruction.IMG_2_TZ: self._convert,
            Instruction.MATCH: self._match,
            Instruction.SEARCH: self._search,
            Instruction.HIGH_SPEED_SEARCH: self._search,
            Instruction.REG_MODEL: self._merge,
            Instruction.STORE: self._store,
            Instruction.LOAD: self._load,
            Instruction.UP_CHAR: self._send_template,
            Instruction.DOWN_CHAR: lambda rest: self._expect(Instruction.DOWN_CHAR, _buffer(rest[0])),
            Instruction.UP_IMAGE: self._send_picture,
            Instruction.DOWN_IMAGE: lambda rest: self._expect(Instruction.DOWN_IMAGE, 0),
            Instruction.DELETE: self._delete,
            Instruction.EMPTY: self._empty,
            Instruction.SET_SYS_PARA: self._set_parameter,
            Instruction.READ_SYS_PARA: lambda rest: Answer(Confirmation.OK, self.memory.parameters()),
            Instruction.SET_PWD: self._set_password,
            Instruction.VFY_PWD: self._verify_password,
            Instruction.GET_RANDOM: lambda rest: Answer(Confirmation.OK, random.randbytes(4)),
            Instruction.SET_ADDR: self._set_address,
            Instruction.TEMPLATE_NUM: lambda rest: Answer(Confirmation.OK, struct.pack(">H", len(self.memory.stored))),
            Instruction.READ_INDEX_TABLE: self._index,
            Instruction.AURA: self._light,
            Instruction.BREATHING_LED: self._light,
            Instruction.LED_ON: lambda rest: self._light(b"\x03\x00\x00\x00"),
            Instruction.LED_OFF: lambda rest: self._light(b"\x04\x00\x00\x00"),
            Instruction.SOFT_RESET: lambda rest: OK,
            Instruction.HANDSHAKE: lambda rest: OK,
            Instruction.ECHO: lambda rest: Answer(Confirmation.READY),
        }

    def execute(self, content: bytes) -> Answer:
        """Return the answer to a command packet's content."""
        self._awaited = None
        try:
            instruction = Instruction(content[0])
            if instruction in self.model.lacks:
                return Answer(Confirmation.PACKET_ERROR)
            if self.memory.password and not self.memory.verified and instruction is not Instruction.VFY_PWD:
                return Answer(Confirmation.MUST_VERIFY)
            return self._answers[instruction](content[1:])
        except (ValueError, KeyError, IndexError, struct.error):
            return Answer(Confirmation.PACKET_ERROR)

    def receive(self, content: bytes, is_last: bool) -> None:
        """Take a data packet's content; what nobody announced is dropped."""
        if self._awaited is None:
            return
        self._received += content
        if not is_last:
            return
        instruction, buffer = self._awaited
        data, self._awaited = bytes(self._received), None
        if instruction is Instruction.DOWN_CHAR:
            self.memory.buffers[buffer] = data
        elif len(data) == self.model.picture_bytes:
            self.memory.pixels = unpack(data)
            self.memory.press = Press(f"picture {zlib.crc32(data)}", "good", 0)

    def is_read(self) -> None:
        """Be told that a template has gone out whole: the finger may go."""
        self._glass.lift()

    def lose_power(self) -> None:
        """Forget what only lives while there is power."""
        self.memory = self.memory.without_power()
        self._awaited = None

    def blacken(self) -> None:
        """Lose the picture, as some modules do when they have made a template of it."""
        self.memory.pixels = np.zeros((self.model.height_px, self.model.width_px), dtype=np.uint8)

    def _expect(self, instruction: Instruction, buffer: int) -> Answer:
        self._awaited = instruction, buffer
        self._received.clear()
        return OK

    def _take_picture(self, rest: bytes) -> Answer:
        found = self._glass.look()
        if found is None or not is_grown(found.identity):
            return Answer(Confirmation.NO_FINGER)
        self.memory.pixels = _through_window(press(found.identity, found.quality, found.number), self.model)
        self.memory.press = found
        return OK

    def _convert(self, rest: bytes) -> Answer:
        found = self.memory.press
        if found is None:
            return Answer(Confirmation.NO_VALID_IMAGE)
        if found.quality in ("messy", "few"):
            self._glass.lift()
            return Answer(Confirmation.MESSY if found.quality == "messy" else Confirmation.FEW_FEATURES)
        self.memory.buffers[_buffer(rest[0])] = template_of(found)
        return OK

    def _match(self, rest: bytes) -> Answer:
        alike = score(self.memory.buffers.get(1, b""), self.memory.buffers.get(2, b""))
        self.memory.matched = bool(alike)
        return Answer(Confirmation.OK if alike else Confirmation.NO_MATCH, struct.pack(">H", alike))

    def _search(self, rest: bytes) -> Answer:
        number, start, count = struct.unpack(">BHH", rest)
        found = self.memory.find(self.memory.buffers.get(_buffer(number), b""), start, count)
        self.memory.matched = bool(found)
        return Answer(Confirmation.OK if found else Confirmation.NOT_FOUND, struct.pack(">HH", *(found or (0, 0))))

    def _merge(self, rest: bytes) -> Answer:
        first, second = self.memory.buffers.get(1, b""), self.memory.buffers.get(2, b"")
        if not score(first, second):
            return Answer(Confirmation.MERGE_FAIL)
        self.memory.buffers[1] = self.memory.buffers[2] = merged(first, second)
        return OK

    def _store(self, rest: bytes) -> Answer:
        number, page = struct.unpack(">BH", rest)
        if page >= self.model.capacity:
            return Answer(Confirmation.BAD_PAGE)
        self.memory.stored[page] = self.memory.buffers.get(_buffer(number), bytes(TEMPLATE_BYTES))
        return OK

    def _load(self, rest: bytes) -> Answer:
        number, page = struct.unpack(">BH", rest)
        if page >= self.model.capacity:
            return Answer(Confirmation.BAD_PAGE)
        if page not in self.memory.stored:
            return Answer(Confirmation.TEMPLATE_READ)
        self.memory.buffers[_buffer(number)] = self.memory.stored[page]
        return OK

    def _send_template(self, rest: bytes) -> Answer:
        template = self.memory.buffers.get(_buffer(rest[0]))
        return Answer(Confirmation.OK, data=template) if template else Answer(Confirmation.UP_CHAR_FAIL)

    def _send_picture(self, rest: bytes) -> Answer:
        if self.memory.pixels is None:
            return Answer(Confirmation.UP_IMAGE_FAIL)
        return Answer(Confirmation.OK, data=pack(self.memory.pixels))

    def _index(self, rest: bytes) -> Answer:
        if rest[0] >= INDEX_PAGES:
            return Answer(Confirmation.BAD_PAGE)
        return Answer(Confirmation.OK, self.memory.index(rest[0]))

    def _delete(self, rest: bytes) -> Answer:
        page, count = struct.unpack(">HH", rest)
        if page + count > self.model.capacity:
            return Answer(Confirmation.DELETE_FAIL)
        for number in range(page, page + count):
            self.memory.stored.pop(number, None)
        return OK

    def _empty(self, rest: bytes) -> Answer:
        self.memory.stored.clear()
        return OK

    def _set_parameter(self, rest: bytes) -> Answer:
        number, value = rest
        if number == BAUD_RATE and 1 <= value <= self.model.fastest_factor:
            self.memory.baud_factor = value
        elif number == SECURITY and 1 <= value <= 5:
            self.memory.security = value
        elif number == PACKET_SIZE and value < len(PACKET_BYTES):
            self.memory.packet_code = value
        else:
            return Answer(Confirmation.BAD_REGISTER)
        self.memory.settings_written += 1
        return OK

    def _light(self, rest: bytes) -> Answer:
        if len(rest) != LED_BYTES:
            return Answer(Confirmation.PACKET_ERROR)
        self.memory.led = rest
        return OK

    def _set_password(self, rest: bytes) -> Answer:
        (self.memory.password,) = struct.unpack(">I", rest)
        return OK

    def _verify_password(self, rest: bytes) -> Answer:
        self.memory.verified = struct.unpack(">I", rest)[0] == self.memory.password
        return OK if self.memory.verified else Answer(Confirmation.WRONG_PASSWORD)

    def _set_address(self, rest: bytes) -> Answer:
        (self.memory.address,) = struct.unpack(">I", rest)
        return OK


def _buffer(number: int) -> int:
    """Return the buffer meant: as in the sensor, anything but 1 is 2."""
    return 1 if number == 1 else 2


def _through_window(seen: Pixels, model: Model) -> Pixels:
    """Return the middle of what a 256 × 288 window would have seen."""
    top, left = (seen.shape[0] - model.height_px) // 2, (seen.shape[1] - model.width_px) // 2
    return seen[top : top + model.height_px, left : left + model.width_px]
