"""Prints a sheet at a station: once by itself, again only when somebody asks for a copy."""

from dataclasses import dataclass

from devices.errors import DeviceError
from kiosk.check_rounds import CODES
from kiosk.sheet_raster import raster_of
from kiosk.sheets import PAPERS, Paper
from kiosk.typeface import MissingGlyphError
from kiosk.venue import Venue
from local_db.print_log import Sheet
from local_db.store import Origin
from local_db.visits import Visit

MOST_COPIES = 20


@dataclass(frozen=True, slots=True)
class PrintResult:
    """How it went.

    Attributes:
        state: `printed`; `before` (this sheet came out earlier), `printing` (another request does it now), `unknown`
            (it was cut off; a person has to look); `trouble`.
        code: for trouble `no_paper`, `not_connected`, `not_responding`, `busy`, `configuration`, or `glyph`.
        is_paper_low: the roll is nearly at its end.
    """

    state: str
    code: str = ""
    is_paper_low: bool = False


def print_sheet(venue: Venue, visit: Visit, kind: str, origin: Origin, copy: int = 1) -> PrintResult:
    """Print a sheet at the station of `origin` unless this very copy of it was printed before.

    The same words are the same sheet: the Back button, a repeated request and a reload print nothing again. After a
    correction or a return by the region the words differ, and the new sheet is printed.

    Args:
        kind: a name in `PAPERS`.
        copy: 1 is what comes by itself; staff ask for more by number.
    """
    paper = PAPERS[kind](venue, visit)
    sheet = Sheet(f"{visit.id}:{kind}:{paper.digest}:{copy}", visit.id, kind, copy)
    known = venue.prints.begin(sheet, origin)
    if known != "go":
        return PrintResult({"printed": "before"}.get(known, known))
    code, is_paper_low = "not_responding", False  # unless something better is known: also for a fault of ours
    try:
        code, is_paper_low = _put_on_paper(venue, paper, origin)
    finally:
        venue.prints.end(sheet, code)
    return PrintResult("trouble", code) if code else PrintResult("printed", is_paper_low=is_paper_low)


def print_slip(venue: Venue, paper: Paper, act: str, subject: str, origin: Origin) -> PrintResult:
    """Print a sheet that is about no visit, as often as somebody asks for it; the audit log has each time."""
    venue.store.note(act, subject, origin)
    code, is_paper_low = _put_on_paper(venue, paper, origin)
    return PrintResult("trouble", code) if code else PrintResult("printed", is_paper_low=is_paper_low)


def _put_on_paper(venue: Venue, paper: Paper, origin: Origin) -> tuple[str, bool]:
    """Return why it did not come out, "" if it did, and whether the roll is nearly at its end."""
    try:
        bench = venue.benches[origin.station]
        picture = raster_of(paper, bench.printer.width_px)
        with bench.printer as printer:
            return "", printer.print_picture(picture).is_paper_low
    except MissingGlyphError:
        return "glyph", False
    except DeviceError as error:
        return CODES.get(type(error), "not_responding"), False
