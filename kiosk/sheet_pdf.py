"""A paper as an A5 page, for printers that the browser's computer knows."""

from collections.abc import Mapping

from fpdf import FPDF

from kiosk.sheets import Paper, Style
from kiosk.typeface import FONT, check_glyphs

WIDTH_MM, HEIGHT_MM, MARGIN_MM = 148, 210, 14
_SIZES_PT: Mapping[Style, int] = {"text": 11, "heading": 13, "large": 34}


def pdf_of(paper: Paper) -> bytes:
    """Return the page.

    Raises:
        MissingGlyphError: the font cannot draw some of it.
    """
    lines = [line for line in paper.lines if line.style in _SIZES_PT]
    check_glyphs([paper.venue, paper.title, *(line.text for line in lines)])
    pdf = FPDF(format=(WIDTH_MM, HEIGHT_MM))  # its own "A5" warns at every page that it once was another
    pdf.set_margin(MARGIN_MM)
    pdf.add_font("Noto", fname=FONT)
    pdf.add_page()
    _write(pdf, paper.venue, 10)
    _write(pdf, paper.title, 18)
    pdf.ln(3)
    for line in lines:
        if line.style == "heading":
            pdf.ln(2)
        _write(pdf, line.text, _SIZES_PT[line.style])
    return bytes(pdf.output())


def _write(pdf: FPDF, text: str, size_pt: int) -> None:
    pdf.set_font("Noto", size=size_pt)
    pdf.multi_cell(0, size_pt * 0.55, text, new_x="LMARGIN", new_y="NEXT")
