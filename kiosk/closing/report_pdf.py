"""Draws a day report as A4 pages: one part for each language, the lines for two signatures once, at the end."""

from collections.abc import Sequence
from datetime import datetime

from fpdf import FPDF
from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace

from kiosk.closing.report import Report, Table
from kiosk.typeface import FONT, check_glyphs

MARGIN_MM, LINE_MM = 15, 5.2
TITLE_PT, HEADING_PT, TEXT_PT, SMALL_PT = 16, 11, 9, 7.5
LABEL_SHARE = 30
"""Percent of the width that the labels of pairs take."""
SIGNATURE_MM = 34


class _Pages(FPDF):
    """Pages with their number and what they belong to at the foot."""

    foot = ""

    def footer(self) -> None:
        self.set_y(-12)
        self.set_font("Noto", size=SMALL_PT)
        self.cell(0, 5, f"{self.foot} · {self.page_no()}/{{nb}}", align="C")


def pdf_of_report(reports: Sequence[Report], made_at: datetime) -> bytes:
    """Return the pages.

    Raises:
        MissingGlyphError: the font cannot draw some of it.
    """
    check_glyphs(text for report in reports for text in _texts(report))
    pdf = _Pages(format="A4")
    pdf.set_creation_date(made_at)
    pdf.set_title(reports[0].title)
    pdf.foot = f"{reports[0].venue} · {reports[0].title}"
    pdf.set_margin(MARGIN_MM)
    pdf.set_auto_page_break(auto=True, margin=MARGIN_MM + 4)
    pdf.add_font("Noto", fname=FONT)
    for report in reports:
        _draw(pdf, report)
    _signatures(pdf, reports)
    return bytes(pdf.output())


def _texts(report: Report) -> list[str]:
    cells = [cell for table in report.tables for row in (table.columns, *table.rows) for cell in row]
    headings = [text for table in report.tables for text in (table.heading, table.nothing)]
    return [report.title, report.venue, report.warning, *headings, *cells, *report.signatures, report.signed_at]


def _draw(pdf: FPDF, report: Report) -> None:
    pdf.add_page()
    _write(pdf, report.venue, TEXT_PT)
    _write(pdf, report.title, TITLE_PT)
    if report.warning:
        pdf.ln(1)
        pdf.set_font("Noto", size=HEADING_PT)
        pdf.multi_cell(0, 8, f"! {report.warning}", border=1, align="C", new_x="LMARGIN", new_y="NEXT")
    for table in report.tables:
        _section(pdf, table)


def _section(pdf: FPDF, table: Table) -> None:
    pdf.ln(2.5)
    if table.heading:
        if pdf.will_page_break(24):  # a heading does not stand alone at the foot of a page
            pdf.add_page()
        _write(pdf, table.heading, HEADING_PT)
    if table.rows:
        _table(pdf, table)
    if table.nothing and not table.rows:
        _write(pdf, table.nothing, TEXT_PT)


def _table(pdf: FPDF, table: Table) -> None:
    pdf.set_font("Noto", size=TEXT_PT)
    widths = None if table.columns else (LABEL_SHARE, 100 - LABEL_SHARE)
    with pdf.table(
        line_height=LINE_MM,
        col_widths=widths or _widths(table),
        borders_layout=TableBordersLayout.ALL if table.columns else TableBordersLayout.NONE,
        first_row_as_headings=bool(table.columns),
        headings_style=FontFace(emphasis="", fill_color=(232, 236, 240)),
        text_align="LEFT",
        num_heading_rows=1 if table.columns else 0,
        padding=0.6,
    ) as drawn:
        for row in (*((table.columns,) if table.columns else ()), *table.rows):
            drawn.row(row)


def _widths(table: Table) -> tuple[float, ...]:
    """Return shares of the width by the longest text of each column; a Chinese character counts twice."""
    rows = (table.columns, *table.rows)
    longest = [
        max(sum(2 if ord(one) > 255 else 1 for one in row[place]) for row in rows) for place in range(len(rows[0]))
    ]
    return tuple(float(min(max(length, 8), 40)) for length in longest)


def _signatures(pdf: FPDF, reports: Sequence[Report]) -> None:
    if pdf.will_page_break(SIGNATURE_MM * len(reports[0].signatures)):
        pdf.add_page()
    for lines in zip(*(report.signatures for report in reports), strict=True):
        pdf.ln(SIGNATURE_MM - 16)
        y = pdf.get_y()
        pdf.line(MARGIN_MM, y, 120, y)
        pdf.line(130, y, 210 - MARGIN_MM, y)
        pdf.set_font("Noto", size=TEXT_PT)
        pdf.cell(115, 6, " / ".join(lines))
        pdf.cell(0, 6, " / ".join(report.signed_at for report in reports), new_x="LMARGIN", new_y="NEXT")


def _write(pdf: FPDF, text: str, size_pt: float) -> None:
    pdf.set_font("Noto", size=size_pt)
    pdf.multi_cell(0, size_pt * 0.55, text, new_x="LMARGIN", new_y="NEXT")
