"""The audit log as a file: CSV for a spreadsheet, JSON lines with the chain's hashes for a program."""

import csv
import io
import json
from collections.abc import Iterable, Iterator

from local_db.audit_models import AuditRow

COLUMNS = ("seq", "at", "actor", "station", "act", "subject", "detail", "monotonic_ns", "boot", "clock", "hash")
MEDIA_TYPES = {"csv": "text/csv", "jsonl": "application/x-ndjson"}


def csv_lines(rows: Iterable[AuditRow]) -> Iterator[str]:
    """Yield the rows as CSV, with a mark by which Excel knows the coding."""
    yield "\ufeff" + _csv_line(COLUMNS)
    for row in rows:
        yield _csv_line(_plain(str(value)) for value in _values(row, json.dumps(row.detail, ensure_ascii=False)))


def json_lines(rows: Iterable[AuditRow]) -> Iterator[str]:
    """Yield one JSON object a row: what `records.audit.link` needs to check the chain again."""
    for row in rows:
        yield json.dumps(dict(zip(COLUMNS, _values(row, row.detail), strict=True)), ensure_ascii=False) + "\n"


def _values(row: AuditRow, detail: object) -> tuple[object, ...]:
    return (
        row.id,
        row.at.isoformat(timespec="microseconds"),
        row.actor,
        row.station,
        row.act,
        row.subject,
        detail,
        str(row.monotonic_ns),
        row.boot,
        row.clock,
        row.hash,
    )


def _plain(text: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _csv_line(values: Iterable[object]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue()
