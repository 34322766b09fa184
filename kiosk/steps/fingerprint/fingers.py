"""Finger position codes as readers and ID cards use them."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

# Source: the code table of second-generation ID cards (GA 777.1-2010, later GA/T 2000.291-2021).
FINGERS: Mapping[int, LazyString] = {
    11: _l("right thumb"),
    12: _l("right index finger"),
    13: _l("right middle finger"),
    14: _l("right ring finger"),
    15: _l("right little finger"),
    16: _l("left thumb"),
    17: _l("left index finger"),
    18: _l("left middle finger"),
    19: _l("left ring finger"),
    20: _l("left little finger"),
}
UNCERTAIN: Mapping[int, LazyString] = {
    97: _l("right hand, finger uncertain"),
    98: _l("left hand, finger uncertain"),
    99: _l("finger and hand uncertain"),
}
"""Codes for what cannot be named; an exemption of a whole hand or of all fingers is recorded under them."""

HANDS: Mapping[int, tuple[int, ...]] = {97: tuple(range(11, 16)), 98: tuple(range(16, 21)), 99: tuple(FINGERS)}


def finger_name(code: int) -> str:
    """Return the words for a finger, in the language of the request."""
    return str(FINGERS.get(code) or UNCERTAIN.get(code) or code)
