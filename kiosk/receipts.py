"""What a candidate carries away on paper: ticket, receipt, list of what is missing. PDFs with the shipped font."""

from collections.abc import Sequence
from pathlib import Path

from flask_babel import gettext as _
from fpdf import FPDF

from kiosk.filters import local_day, local_time, mask_id, words
from kiosk.step import Case, Step
from kiosk.venue import Venue
from kiosk.wording import state_label, step_label
from local_db.visits import Visit

FONT = Path(__file__).resolve().parent.parent / "static" / "vendor" / "noto-sans-sc" / "NotoSansSC-Regular.otf"
WIDTH_MM, HEIGHT_MM, MARGIN_MM = 148, 210, 14


class MissingGlyphError(ValueError):
    """The font has no picture for a character of the text; printing it would show an empty box."""


def ticket(venue: Venue, visit: Visit) -> bytes:
    """Return the queue ticket: the number large, the appointment, where to look."""
    sheet = _Sheet(_("Queue ticket"), words(venue.settings.venue.name))
    if visit.ticket:
        sheet.large(visit.ticket.number)
        sheet.row(_("Day"), local_day(visit.ticket.day))
        sheet.row(_("Arrived at"), local_time(visit.ticket.issued_at))
    sheet.text(_("Please watch the call screen. If you miss your call, report again at a kiosk; you keep your place."))
    return sheet.content()


def receipt(venue: Venue, visit: Visit) -> bytes:
    """Return the receipt: what was done, which fingers, what is missing, what comes next.

    It never says that the review is passed: only the region says so.
    """
    way = venue.journey.way(visit)
    sheet = _Sheet(_("On-site check-in receipt"), words(venue.settings.venue.name))
    if visit.ticket:
        sheet.large(visit.ticket.number)
    case = venue.journey.case(visit)
    sheet.row(_("Name"), case.facts["name"])
    sheet.row(_("Document number"), mask_id(case.facts["id_no"]))
    sheet.row(_("Registration number"), visit.registration.reg_no)
    sheet.heading(_("Steps"))
    for position in way.positions:
        sheet.row(step_label(position.step.id), state_label(position.outcome.state))
    steps = venue.journey.profile(visit).steps
    for label, value in (line for step in steps for line in step.receipt_lines(case)):
        sheet.row(label, value)
    _add_missing(sheet, steps, case)
    sheet.heading(_("What comes next"))
    if way.is_refused:
        sheet.text(_("The venue has proposed a refusal. The region reviews your record and decides; you will be told."))
    elif way.is_finished:
        sheet.text(_("The check-in at this venue is complete. The region reviews your record now."))
    sheet.text(_("After the review is passed, pay online. When that opens is announced by your region."))
    sheet.text(_("Please check that you have all your original papers back."))
    return sheet.content()


def missing_slip(venue: Venue, visit: Visit) -> bytes:
    """Return the itemised list of what is missing and by when it has to be brought."""
    sheet = _Sheet(_("List of missing materials"), words(venue.settings.venue.name))
    case = venue.journey.case(visit)
    sheet.row(_("Name"), case.facts["name"])
    sheet.row(_("Registration number"), visit.registration.reg_no)
    _add_missing(sheet, venue.journey.profile(visit).steps, case)
    sheet.text(_("Come back with these papers and this slip; what you have done already stays valid."))
    return sheet.content()


def _add_missing(sheet: "_Sheet", steps: Sequence[Step], case: Case) -> None:
    items = [item for step in steps for item in step.missing(case)]
    if items:
        sheet.heading(_("Still missing"))
    for item in items:
        sheet.row(words(item.name), " · ".join(filter(None, (words(item.reason), item.note))))
        sheet.text(_("Bring it by %(day)s.", day=local_day(item.due_on)))


class _Sheet:
    """An A5 page that fills from the top."""

    def __init__(self, title: str, venue_name: str) -> None:
        self._pdf = FPDF(format=(WIDTH_MM, HEIGHT_MM))  # its own "A5" warns at every page that it once was another
        self._pdf.set_margin(MARGIN_MM)
        self._pdf.add_font("Noto", fname=FONT)
        self._pdf.add_page()
        self._write(venue_name, 10)
        self._write(title, 18)
        self._pdf.ln(3)

    def heading(self, text: str) -> None:
        """Add a heading."""
        self._pdf.ln(2)
        self._write(text, 13)

    def text(self, text: str) -> None:
        """Add a paragraph."""
        self._write(text, 11)

    def large(self, text: str) -> None:
        """Add a number to be read from afar."""
        self._write(text, 34)

    def row(self, label: str, value: str) -> None:
        """Add a label and its value."""
        self._write(f"{label}：{value}", 11)

    def content(self) -> bytes:
        """Return the PDF."""
        return bytes(self._pdf.output())

    def _write(self, text: str, size_pt: int) -> None:
        self._pdf.set_font("Noto", size=size_pt)
        self._check_glyphs(text)
        self._pdf.multi_cell(0, size_pt * 0.55, text, new_x="LMARGIN", new_y="NEXT")

    def _check_glyphs(self, text: str) -> None:
        known = self._pdf.fonts["noto"].cmap  # type: ignore[union-attr]
        absent = [character for character in text if ord(character) not in known]
        if absent:
            codes = ", ".join(f"U+{ord(character):04X}" for character in absent)
            raise MissingGlyphError(f"the shipped font cannot draw {codes}")
