"""Reads the audit log: page by page for people, whole for an export and for the check of its chain."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from sqlalchemy import Row, Select, select, text

from local_db.audit import drift
from local_db.audit_models import AuditRow
from local_db.clock import Clock
from local_db.engine import Database
from records.audit import AuditEntry, Break, Checkpoint, first_break

PAGE = 50
CHUNK = 500
_RAW = text(
    "SELECT id, at, actor, station, act, subject, detail, monotonic_ns, boot, clock, hash FROM audit "
    "WHERE id > :after ORDER BY id LIMIT :most"
)


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What to show: "" and None are everything; `act` is how the act begins."""

    day: date | None = None
    actor: str = ""
    station: str = ""
    act: str = ""


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Entries, newest first; `older` and `newer` are the keys of the neighbouring pages, 0 where there is none."""

    rows: tuple[AuditRow, ...]
    older: int = 0
    newer: int = 0


class AuditLog:
    """The log, for reading only."""

    def __init__(self, database: Database, clock: Clock, zone: tzinfo) -> None:
        self._database = database
        self._clock = clock
        self._zone = zone

    def page(self, wanted: AuditFilter, before: int = 0, after: int = 0) -> AuditPage:
        """Return the entries older than key `before`, or the ones just newer than `after`, or the newest."""
        query = self._query(wanted)
        if after:
            query = query.where(AuditRow.id > after).order_by(AuditRow.id)
        else:
            query = query.order_by(AuditRow.id.desc())
            query = query.where(AuditRow.id < before) if before else query
        with self._database.reading() as session:
            found = session.scalars(query.limit(PAGE + 1)).all()
        rows, goes_on = list(found[:PAGE]), len(found) > PAGE
        if after:
            rows.reverse()
        if not rows:
            return AuditPage(())
        has_older, has_newer = (True, goes_on) if after else (goes_on, bool(before))
        return AuditPage(tuple(rows), rows[-1].id if has_older else 0, rows[0].id if has_newer else 0)

    def every(self, wanted: AuditFilter) -> Iterator[AuditRow]:
        """Yield all entries, oldest first, a chunk in memory at a time; what is added meanwhile may be among them."""
        after = 0
        while True:
            query = self._query(wanted).where(AuditRow.id > after).order_by(AuditRow.id).limit(CHUNK)
            with self._database.reading() as session:
                rows = session.scalars(query).all()
            yield from rows
            if len(rows) < CHUNK:
                return
            after = rows[-1].id

    def choices(self, day: date | None) -> tuple[list[str], list[str], list[str]]:
        """Return the actors, stations and acts that occur on the day, or ever."""
        columns = (AuditRow.actor, AuditRow.station, AuditRow.act)
        with self._database.reading() as session:
            found = [session.scalars(self._on(select(column), day).distinct().order_by(column)) for column in columns]
            actors, stations, acts = (list(one) for one in found)
        return actors, stations, acts

    def drift(self) -> timedelta:
        """Return how far the wall's clock is off at this moment, by what this computer has counted itself."""
        with self._database.reading() as session:
            return drift(session, self._clock.now(), self._clock.monotonic_ns(), self._clock.boot)

    def count(self) -> int:
        """Return the number of the newest entry."""
        with self._database.reading() as session:
            return session.scalar(select(AuditRow.id).order_by(AuditRow.id.desc()).limit(1)) or 0

    def head(self) -> tuple[int, str]:
        """Return number and hash of the newest entry; 0 and "" where there is none."""
        with self._database.reading() as session:
            row = session.execute(select(AuditRow.id, AuditRow.hash).order_by(AuditRow.id.desc()).limit(1)).first()
            return (row.id, row.hash) if row else (0, "")

    def first_break(self, checkpoints: list[Checkpoint]) -> Break | None:
        """Return the first entry that is not what it was. The file may have been edited by any program."""
        try:
            return first_break(self._chain(), checkpoints)
        except _UnreadableError as error:
            return Break(error.seq, "unreadable")

    def _chain(self) -> Iterator[tuple[AuditEntry, str]]:
        after = 0
        while True:
            with self._database.reading() as session:
                rows = session.execute(_RAW, {"after": after, "most": CHUNK}).all()
            yield from map(_entry, rows)
            if len(rows) < CHUNK:
                return
            after = rows[-1].id

    def _query(self, wanted: AuditFilter) -> Select[AuditRow]:
        query = self._on(select(AuditRow), wanted.day)
        for column, value in ((AuditRow.actor, wanted.actor), (AuditRow.station, wanted.station)):
            query = query.where(column == value) if value else query
        return query.where(AuditRow.act.startswith(wanted.act, autoescape=True)) if wanted.act else query

    def _on(self, query: Select[Any], day: date | None) -> Select[Any]:
        if day is None:
            return query
        starts = datetime.combine(day, time(), self._zone)
        return query.where(AuditRow.at >= starts, AuditRow.at < starts + timedelta(days=1))


class _UnreadableError(Exception):
    """An entry's columns hold what this program never writes."""

    def __init__(self, seq: int) -> None:
        super().__init__(f"entry {seq}")
        self.seq = seq


def _entry(row: Row[Any]) -> tuple[AuditEntry, str]:
    """Return an entry as it lies in the file, to the byte: what we would not have written so was not written by us."""
    try:
        detail = json.loads(row.detail)
        at = datetime.fromisoformat(row.at).replace(tzinfo=UTC)
        texts = (row.actor, row.station, row.act, row.subject, row.boot, row.clock, row.hash)
        if json.dumps(detail, ensure_ascii=False, sort_keys=True) != row.detail or not all(
            isinstance(one, str) for one in texts
        ):
            raise _UnreadableError(row.id)
        entry = AuditEntry(
            row.id,
            at,
            row.actor,
            row.station,
            row.act,
            row.subject,
            detail,
            int(row.monotonic_ns),
            row.boot,
            row.clock,
        )
    except (ValueError, TypeError) as error:
        raise _UnreadableError(row.id) from error
    return entry, row.hash
