"""What an emulated sensor remembers: its settings, its buffers, its stored templates."""

import struct
from dataclasses import dataclass, field

from devices.base import Pixels
from devices.fingerprint.emulator.glass import Press
from devices.fingerprint.emulator.models import Model
from devices.fingerprint.emulator.template import score

INDEX_PAGE_TEMPLATES = 256
PACKET_BYTES = (32, 64, 128, 256)


@dataclass(slots=True)
class Memory:
    """The sensor's state. Buffers are lost with the power; settings and templates stay.

    Attributes:
        baud_factor: baud rate in units of 9600 that it starts with when power comes on.
        matched: the last comparison or search found a match.
        settings_written: how often its flash memory was written with settings; it wears out.
        led: what the light was last told, empty if nothing.
        pixels, press: the image buffer, and the press it came from if it was not sent by the computer.
        buffers: templates in character buffers 1 and 2.
        stored: templates by page.
    """

    model: Model
    password: int = 0
    address: int = 0xFFFFFFFF
    security: int = 3
    packet_code: int = 2
    baud_factor: int = 6
    settings_written: int = 0
    verified: bool = False
    matched: bool = False
    led: bytes = b""
    pixels: Pixels | None = None
    press: Press | None = None
    buffers: dict[int, bytes] = field(default_factory=dict)
    stored: dict[int, bytes] = field(default_factory=dict)

    @property
    def packet_bytes(self) -> int:
        """How much content a data packet carries."""
        return PACKET_BYTES[self.packet_code]

    def parameters(self) -> bytes:
        """Return the 16 bytes of ReadSysPara."""
        status = self.matched << 1 | self.verified << 2 | (self.pixels is not None) << 3
        return struct.pack(
            ">HHHHIHH",
            status,
            self.model.system_id,
            self.model.capacity,
            self.security,
            self.address,
            self.packet_code,
            self.baud_factor,
        )

    def without_power(self) -> "Memory":
        """Return what is left of it when power was gone."""
        kept = (
            self.model,
            self.password,
            self.address,
            self.security,
            self.packet_code,
            self.baud_factor,
        )  # as declared above
        return Memory(*kept, settings_written=self.settings_written, stored=self.stored)

    def index(self, page: int) -> bytes:
        """Return which of 256 templates are there, 32 bytes, lowest bit first."""
        bits = bytearray(INDEX_PAGE_TEMPLATES // 8)
        for number in self.stored:
            within = number - page * INDEX_PAGE_TEMPLATES
            if 0 <= within < INDEX_PAGE_TEMPLATES:
                bits[within // 8] |= 1 << within % 8
        return bytes(bits)

    def find(self, wanted: bytes, start: int, count: int) -> tuple[int, int] | None:
        """Return page and score of the stored template most like this one, None if none is."""
        found = [(score(wanted, kept), -page) for page, kept in self.stored.items() if start <= page < start + count]
        best = max(found, default=(0, 0))
        return (-best[1], best[0]) if best[0] else None
