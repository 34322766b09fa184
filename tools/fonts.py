"""Cuts Noto Sans CJK down to the Simplified Chinese faces that Kaodian ships.

Screens load NotoSansSC-Regular and -Bold (GB 2312 with Latin and punctuation, 1.2 MB each); a browser fetches
NotoSansSC-Rare (4 MB) only for a page on which a rare character stands, because its family comes after theirs.
PDFs need all of it in one file, and not compressed.
"""

from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection

SIMPLIFIED_CHINESE = 2  # index in Debian's collections: JP, KR, SC, TC, HK, then the same as Mono
HANGUL = (
    (0x1100, 0x11FF),
    (0x3130, 0x318F),
    (0x3200, 0x321E),
    (0x3260, 0x327F),
    (0xA960, 0xA97F),
    (0xAC00, 0xD7FF),
    (0xFFA0, 0xFFDC),
)
# Latin with diacritics, punctuation, arrows, circled numbers, shapes and ticks, CJK and full-width punctuation.
SIGNS = ((0x20, 0x24F), (0x2000, 0x22FF), (0x2460, 0x24FF), (0x25A0, 0x27FF), (0x3000, 0x303F), (0xFF00, 0xFF9F))
# file: (weight, which characters, woff2 or plain)
FILES = {
    "NotoSansSC-Regular.woff2": ("Regular", "common", "woff2"),
    "NotoSansSC-Bold.woff2": ("Bold", "common", "woff2"),
    "NotoSansSC-Rare.woff2": ("Regular", "rare", "woff2"),
    "NotoSansSC-Regular.otf": ("Regular", "all", None),
}


def spread(ranges: Iterable[tuple[int, int]]) -> set[int]:
    """Return all code points of inclusive ranges."""
    return {point for first, last in ranges for point in range(first, last + 1)}


def gb2312() -> set[int]:
    """Return the code points of GB 2312, 6,763 characters and the signs between them."""
    rows = (bytes([row, cell]).decode("gb2312", "ignore") for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    return {ord(character) for character in rows if character}


def choose(available: set[int], which: str) -> set[int]:
    """Return the code points for one of our files."""
    everything = available - spread(HANGUL)
    common = (gb2312() | spread(SIGNS)) & everything
    return {"all": everything, "common": common, "rare": everything - common}[which]


def cut(collection: Path, which: str, flavour: str | None, target: Path) -> None:
    """Write one font file. Takes up to two minutes."""
    font = TTCollection(str(collection)).fonts[SIMPLIFIED_CHINESE]
    font.recalcTimestamp = False  # the same input gives the same bytes
    options = subset.Options(
        layout_features=["kern", "ccmp", "mark", "mkmk"], hinting=False, flavor=flavour, notdef_outline=True
    )
    # Licence, copyright and trademark stand in the names and must stay in the file.
    options.name_IDs = ["*"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=choose(set(font.getBestCmap()), which))
    subsetter.subset(font)
    subset.save_font(font, str(target), options)


def make_all(folder_of_collections: Path, target: Path) -> None:
    """Write every file of FILES from Debian's NotoSansCJK-<weight>.ttc."""
    for name, (weight, which, flavour) in FILES.items():
        print(f"  {name}", flush=True)
        cut(folder_of_collections / f"NotoSansCJK-{weight}.ttc", which, flavour, target / name)
