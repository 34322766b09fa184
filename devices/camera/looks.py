"""The people of the demo camera: made up, drawn, and like nobody."""

from dataclasses import dataclass

Colour = tuple[int, int, int]
"""Red, green, blue."""


@dataclass(frozen=True, slots=True)
class Look:
    """What tells one drawn person from another.

    Attributes:
        hair: `short`, `parted`, `bob`, `long`, `bun` or `thin`.
        width: of the face, 1 being the usual.
        beard: 0 shaved to 1 full.
    """

    skin: Colour
    hair: str
    hair_colour: Colour
    coat: Colour
    shirt: Colour
    glasses: bool = False
    width: float = 1.0
    beard: float = 0.0
    lips: Colour = (176, 92, 88)


_FAIR, _LIGHT, _WARM, _TAN, _BROWN = (246, 214, 190), (240, 203, 174), (232, 190, 156), (216, 170, 132), (176, 126, 92)
_BLACK, _DARK, _CHESTNUT, _GREY = (34, 30, 32), (52, 42, 40), (84, 58, 44), (150, 148, 150)
_WHITE, _BLUE, _GREEN, _NAVY = (244, 246, 248), (152, 182, 208), (120, 158, 142), (58, 70, 98)

LOOKS = (
    Look(_LIGHT, "short", _BLACK, _NAVY, _WHITE),
    Look(_FAIR, "bob", _DARK, _GREEN, _WHITE, lips=(190, 96, 98)),
    Look(_WARM, "parted", _BLACK, (90, 96, 104), _BLUE, glasses=True),
    Look(_LIGHT, "bun", _BLACK, (150, 104, 116), _WHITE, width=0.96, lips=(196, 92, 96)),
    Look(_TAN, "thin", _GREY, (88, 84, 78), _WHITE, glasses=True, width=1.03),
    Look(_FAIR, "long", _CHESTNUT, (104, 120, 150), _WHITE, width=0.97, lips=(198, 100, 100)),
    Look(_BROWN, "short", _BLACK, (70, 92, 84), _WHITE, width=1.02),
    Look(_WARM, "bob", _BLACK, (116, 92, 130), _BLUE, glasses=True, lips=(184, 90, 92)),
    Look(_TAN, "parted", _DARK, (64, 82, 92), _WHITE, beard=0.5),
    Look(_LIGHT, "long", _BLACK, (140, 76, 84), _WHITE, glasses=True, lips=(190, 88, 92)),
    Look(_FAIR, "parted", _GREY, _NAVY, _BLUE, width=1.02),
    Look(_BROWN, "bun", _BLACK, (98, 110, 86), _WHITE, width=0.98, lips=(150, 76, 74)),
)
