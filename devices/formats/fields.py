"""Reads a binary record field by field and says where it is wrong."""

import struct

from devices.errors import CaptureRejectedError


class Fields:
    """The bytes of a record, read from its beginning; numbers are big-endian."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._place = 0

    @property
    def left(self) -> int:
        """How many bytes have not been read."""
        return len(self._content) - self._place

    def take(self, count: int, what: str) -> bytes:
        """Return the next bytes.

        Raises:
            CaptureRejectedError: the record ends before.
        """
        if self.left < count:
            raise CaptureRejectedError(f"record ends in {what}: {self.left} of {count} bytes", "bad_record")
        self._place += count
        return self._content[self._place - count : self._place]

    def number(self, size_bytes: int, what: str) -> int:
        """Return the next number, without sign."""
        return int.from_bytes(self.take(size_bytes, what), "big")

    def unpack(self, layout: str, what: str) -> tuple[int, ...]:
        """Return several numbers at once; `layout` as in `struct`, big-endian."""
        return struct.unpack(f">{layout}", self.take(struct.calcsize(f">{layout}"), what))
