"""The names of a finger in the published formats, by the identity card's code (11 right thumb … 20 left little)."""

from collections.abc import Mapping

ISO_POSITION: Mapping[int, int] = {11 + finger: 1 + finger for finger in range(10)}
"""ISO/IEC 19794-4:2011, table 6: 1 right thumb … 5 right little, 6 left thumb … 10 left little."""

UNKNOWN = 0


def iso_position(code: int) -> int:
    """Return the position of a finger in ISO records, 0 where the code names none."""
    return ISO_POSITION.get(code, UNKNOWN)
