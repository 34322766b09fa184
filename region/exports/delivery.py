"""Sends an export: marked with who, when and what for, and noted in the audit log before its first byte leaves."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo

from flask import Response
from flask_babel import format_datetime
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from region.audit import note
from region.exports.lists import Listed
from region.exports.workbook import MEDIA_TYPE, Sheet, Value, written
from region.guard import reviewer
from region.store import Store

PURPOSES: Mapping[str, LazyString] = {
    "report": _l("Report to a superior office"),
    "venue": _l("Checking with a venue"),
    "enquiry": _l("Answering an enquiry"),
    "national": _l("Handing over to the national examination centre"),
    "inspection": _l("Inspection or audit"),
    "quality": _l("Checking the data"),
}
"""What an export may be for; a code, so that nothing of a person gets into the audit log."""


def delivered(store: Store, zone: tzinfo, kind: str, listed: Listed, purpose: str, about: str = "") -> Response:
    """Return the workbook as an answer that is written while it is sent.

    Args:
        kind: one of `region.exports.lists.EXPORTS`; it and the time make the file's name.
        about: the filter in codes, for the audit log.
    """
    who, now = reviewer(), store.now().astimezone(zone)
    mark = _(
        "Exported by %(who)s on %(at)s for: %(purpose)s. Handle as personal information; pass on to nobody else.",
        who=who.name,
        at=format_datetime(now, "yyyy-MM-dd HH:mm"),
        purpose=PURPOSES[purpose],
    )
    with store.write() as session:
        note(session, store.now(), who.id, "export_begun", kind, f"{purpose} {about}".strip()[:200])
    counting = _Counted(listed.rows)
    sheet = Sheet(listed.title, str(mark), listed.head, counting)
    response = Response(_noted(store, who.id, kind, sheet, counting), mimetype=MEDIA_TYPE)
    response.headers["Content-Disposition"] = f"attachment; filename={kind}-{now:%Y%m%d-%H%M%S}.xlsx"
    return response


class _Counted:
    """Rows, and how many of them have been taken."""

    def __init__(self, rows: Iterator[Sequence[Value]]) -> None:
        self._rows = rows
        self.number = 0

    def __iter__(self) -> Iterator[Sequence[Value]]:
        for row in self._rows:
            self.number += 1
            yield row


def _noted(store: Store, who: str, kind: str, sheet: Sheet, counting: _Counted) -> Iterator[bytes]:
    """Write the workbook; note how far it got, whoever hangs up."""
    act = "export_broken"
    try:
        yield from written(sheet)
        act = "export_finished"
    finally:
        with store.write() as session:
            note(session, store.now(), who, act, kind, f"rows {counting.number}")
