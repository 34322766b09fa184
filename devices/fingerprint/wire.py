"""How bytes travel between a computer and a ZFM-20/R30x sensor.

    EF 01 | address, 4 | kind, 1 | length, 2 | content, length - 2 | checksum, 2

All numbers high byte first; the checksum is the sum of kind, both bytes of the length, and the content, modulo 65536.
Source: ZFM-20 user manual, chapter "data package format".
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

HEADER = b"\xef\x01"
HEAD_BYTES = 9
CHECKSUM_BYTES = 2
MAX_CONTENT_BYTES = 256

COMMAND, DATA, ACK, END_OF_DATA = 0x01, 0x02, 0x07, 0x08


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet. `kind` is COMMAND, DATA (more follows), ACK or END_OF_DATA."""

    kind: int
    content: bytes
    address: int = 0xFFFFFFFF

    def to_bytes(self) -> bytes:
        """Return the packet as it goes over the wire."""
        body = struct.pack(">BH", self.kind, len(self.content) + CHECKSUM_BYTES) + self.content
        return HEADER + struct.pack(">I", self.address) + body + struct.pack(">H", sum(body) & 0xFFFF)


@dataclass(frozen=True, slots=True)
class Garbage:
    """Bytes that are no packet. `reason` is `checksum` (its sum is wrong) or `framing` (no packet begins there)."""

    reason: str
    size_bytes: int


class Unpacker:
    """Cuts a stream of bytes into packets and finds the next one after rubbish."""

    def __init__(self) -> None:
        self._pending = bytearray()
        self._next_bytes = HEAD_BYTES

    def feed(self, received: bytes) -> Iterator[Packet | Garbage]:
        """Yield what has become complete with these bytes."""
        self._pending += received
        while (item := self._take()) is not None:
            yield item

    @property
    def wanted_bytes(self) -> int:
        """How many bytes to ask for next: what is missing of a packet; of data, a whole one like the one before."""
        if not self._pending:
            return self._next_bytes
        if len(self._pending) < HEAD_BYTES:
            return HEAD_BYTES - len(self._pending)
        return max(HEAD_BYTES + self._length() - len(self._pending), 1)

    @property
    def has_begun(self) -> bool:
        """Tell whether part of a packet is there; rubbish is none."""
        return self._pending.startswith(HEADER)

    def forget(self) -> None:
        """Drop what came of an unfinished packet."""
        self._pending.clear()
        self._next_bytes = HEAD_BYTES

    def _length(self) -> int:
        length: int = struct.unpack_from(">H", self._pending, 7)[0]
        return length

    def _take(self) -> Packet | Garbage | None:
        start = self._pending.find(HEADER)
        if start:
            keep = 1 if start < 0 and self._pending.endswith(HEADER[:1]) else 0
            return self._drop(len(self._pending) - keep if start < 0 else start, "framing")
        if len(self._pending) < HEAD_BYTES:
            return None
        length = self._length()
        if not CHECKSUM_BYTES < length <= MAX_CONTENT_BYTES + CHECKSUM_BYTES:
            return self._drop(len(HEADER), "framing")
        end = HEAD_BYTES + length
        if len(self._pending) < end:
            return None
        return self._packet(end)

    def _packet(self, end: int) -> Packet | Garbage:
        body, checksum = self._pending[6 : end - CHECKSUM_BYTES], self._pending[end - CHECKSUM_BYTES : end]
        if sum(body) & 0xFFFF != int.from_bytes(checksum, "big"):
            # Only the header goes: a lost byte has put the next packet's beginning inside this one.
            del self._pending[: len(HEADER)]
            return Garbage("checksum", len(HEADER))
        packet = Packet(self._pending[6], bytes(body[3:]), int.from_bytes(self._pending[2:6], "big"))
        del self._pending[:end]
        self._next_bytes = end if packet.kind == DATA else HEAD_BYTES
        return packet

    def _drop(self, size_bytes: int, reason: str) -> Garbage | None:
        del self._pending[:size_bytes]
        return Garbage(reason, size_bytes) if size_bytes else None


def in_packets(content: bytes, size_bytes: int, address: int) -> Iterator[Packet]:
    """Yield data packets that carry this content, the last one marked as the end."""
    for start in range(0, len(content), size_bytes):
        last = start + size_bytes >= len(content)
        yield Packet(END_OF_DATA if last else DATA, content[start : start + size_bytes], address)
