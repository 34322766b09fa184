"""The shipped font, and what it cannot draw."""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont

FONT = Path(__file__).resolve().parent.parent / "static" / "vendor" / "noto-sans-sc" / "NotoSansSC-Regular.otf"


class MissingGlyphError(ValueError):
    """The font has no picture for a character of the text; printing it would show an empty box, or nothing.

    Attributes:
        codes: the characters' code points, `U+E000`, which tell nobody whose name it is.
    """

    def __init__(self, codes: str) -> None:
        super().__init__(f"the shipped font cannot draw {codes}")
        self.codes = codes


def check_glyphs(texts: Iterable[str]) -> None:
    """Make sure that all of it can be drawn.

    Raises:
        MissingGlyphError: some of it cannot.
    """
    known = _drawable()
    absent = sorted({ord(character) for text in texts for character in text if character != "\n"} - known)
    if absent:
        raise MissingGlyphError(", ".join(f"U+{code:04X}" for code in absent))


@lru_cache(maxsize=1)
def _drawable() -> frozenset[int]:
    with TTFont(FONT, lazy=True) as font:
        return frozenset(font.getBestCmap())
