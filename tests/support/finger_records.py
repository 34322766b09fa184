"""A second writer of ISO/IEC 19794-4:2011 records, from the tables of the standard and from nothing of ours.

It writes what ours does not: centimetres, certification blocks, several representations, a date that is not known.
"""

from dataclasses import dataclass


def _bytes(value: int, size: int) -> bytes:
    return value.to_bytes(size, "big")


@dataclass
class Representation:
    """One representation; every field can be spoilt by a test."""

    picture: bytes
    width: int
    height: int
    compression: int = 0
    position: int = 7
    date: bytes = b"\xff" * 9
    qualities: tuple[tuple[int, int, int], ...] = ()
    certifications: tuple[tuple[int, int], ...] | None = None
    unit: int = 1
    rate: int = 500
    depth: int = 8
    impression: int = 0

    def written(self) -> bytes:
        """The representation with its own length before it."""
        body = self.date
        body += _bytes(1, 1) + _bytes(0x0042, 2) + _bytes(0x0007, 2)  # optical; vendor and type of a device
        body += _bytes(len(self.qualities), 1)
        for score, vendor, algorithm in self.qualities:
            body += _bytes(score, 1) + _bytes(vendor, 2) + _bytes(algorithm, 2)
        if self.certifications is not None:
            body += _bytes(len(self.certifications), 1)
            for authority, scheme in self.certifications:
                body += _bytes(authority, 2) + _bytes(scheme, 1)
        body += _bytes(self.position, 1) + _bytes(0, 1) + _bytes(self.unit, 1)
        body += 4 * _bytes(self.rate, 2)
        body += _bytes(self.depth, 1) + _bytes(self.compression, 1) + _bytes(self.impression, 1)
        body += _bytes(self.width, 2) + _bytes(self.height, 2)
        body += _bytes(len(self.picture), 4) + self.picture
        return _bytes(len(body) + 4, 4) + body


def record(*representations: Representation, extra: bytes = b"") -> bytes:
    """The whole record."""
    body = b"".join(one.written() for one in representations) + extra
    is_certified = any(one.certifications is not None for one in representations)
    head = b"FIR\x00020\x00" + _bytes(16 + len(body), 4) + _bytes(len(representations), 2)
    return head + _bytes(int(is_certified), 1) + _bytes(len({one.position for one in representations}), 1) + body
