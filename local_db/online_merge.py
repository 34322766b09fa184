"""Merges what the region says of registrations over the line with those the database has, from files or from before.

What the line says is the newest: it updates what the candidate has not confirmed yet, and is flagged beside what is
confirmed, as a newer file is (`local_db.roster_merge`). Further columns that only a file has stay.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from local_db.models import RegistrationRow, RosterImport
from local_db.online_models import OnlinePictureRow, OnlineRow
from local_db.roster_merge import confirmed, flag, row_values, said_of
from local_db.visits import registration_of
from records.online import Incoming, Online, item_document
from records.registration import Registration

OVER_THE_LINE = "over-the-line"
"""Stands for the name of a file among the imports."""


def merge_incoming(session: Session, incoming: Sequence[Incoming], now: datetime) -> frozenset[str]:
    """Write what came; return the registration numbers it concerns. Twice the same is once."""
    newest = {one.reg_no: one for one in incoming}  # in the order of the count: the last says how it stands
    _merge_facts(session, [one.registration for one in newest.values() if one.registration], now)
    rows = {row.reg_no: row for row in session.scalars(select(OnlineRow).where(OnlineRow.reg_no.in_(newest)))}
    pictures = _by_registration(session, newest)
    for one in newest.values():
        row = rows.get(one.reg_no) or _begun(session, one)
        row.key, row.change, row.is_here, row.updated_at = one.key, one.change, one.online is not None, now
        if one.online:
            _keep(row, one.online)
        _keep_pictures(session, one, pictures.get(one.reg_no, {}))
    return frozenset(newest)


def _merge_facts(session: Session, people: Sequence[Registration], now: datetime) -> None:
    numbers = [person.reg_no for person in people]
    rows = session.scalars(select(RegistrationRow).where(RegistrationRow.reg_no.in_(numbers)))
    known = {row.reg_no: row for row in rows}
    changed = [person for person in people if person.reg_no in known and _differs(known[person.reg_no], person)]
    added = [person for person in people if person.reg_no not in known]
    if not changed and not added:
        return
    entry = _entry(session, now)
    stamp = {"import_id": entry.id, "updated_at": now}
    if added:
        session.execute(insert(RegistrationRow), [{**row_values(person), **stamp} for person in added])
    kept = confirmed(session, [person.reg_no for person in changed])
    counts = Counter({"added": len(added)})
    for person in changed:
        row = known[person.reg_no]
        values = row_values(replace(person, extra=row.extra, warnings=tuple(row.warnings)))
        if person.reg_no in kept:
            counts["flagged"] += flag(session, values)
        else:
            counts["updated"] += 1
            for name, value in {**values, **stamp}.items():
                setattr(row, name, value)
    entry.counts = dict(Counter(entry.counts) + counts)
    entry.imported_at = now


def _differs(row: RegistrationRow, person: Registration) -> bool:
    """Tell whether the line says something else than what stands, or than what a lead has yet to decide on."""
    standing = replace(registration_of(row), extra=None)
    said = said_of(person)
    return said_of(standing) != said and {**said_of(standing), **(row.flagged or {})} != said


def _entry(session: Session, now: datetime) -> RosterImport:
    """Return the day's line in the list of imports, in which everything that came over the line is counted."""
    digest = f"{OVER_THE_LINE} {now.date().isoformat()}"
    entry = session.scalar(select(RosterImport).where(RosterImport.file_digest == digest))
    if entry is None:
        entry = RosterImport(file_name=OVER_THE_LINE, file_digest=digest, imported_at=now, counts={})
        session.add(entry)
        session.flush()
    return entry


def _begun(session: Session, one: Incoming) -> OnlineRow:
    """Return a new row; one that left is remembered too, so that the door can say so of somebody known from a file."""
    row = OnlineRow(reg_no=one.reg_no, status="", is_submitted=False, items=[], captured=[])
    session.add(row)
    return row


def _keep(row: OnlineRow, online: Online) -> None:
    row.status, row.is_submitted = online.status, online.is_submitted
    row.items = [item_document(item) for item in online.items]
    row.captured = [{"step": one.step, "visit": one.visit} for one in online.captured]


def _by_registration(session: Session, reg_nos: Collection[str]) -> dict[str, dict[str, OnlinePictureRow]]:
    found: dict[str, dict[str, OnlinePictureRow]] = {}
    for row in session.scalars(select(OnlinePictureRow).where(OnlinePictureRow.reg_no.in_(reg_nos))):
        found.setdefault(row.reg_no, {})[row.id] = row
    return found


def _keep_pictures(session: Session, one: Incoming, old: Mapping[str, OnlinePictureRow]) -> None:
    """Keep what is here of pictures that still stand, and forget the others; their files go at the next start."""
    wanted = dict(_rows_of(one.reg_no, one.online)) if one.online else {}
    for picture_id, row in old.items():
        if picture_id not in wanted:
            session.delete(row)
        elif row.object != wanted[picture_id]["object"]:
            row.digest, row.fetched_at = "", None
    for picture_id, values in wanted.items():
        known = old.get(picture_id)
        if known is None:
            session.add(OnlinePictureRow(id=picture_id, digest="", tries=0, **values))
        else:
            known.tries = 0
            for name, value in values.items():
                setattr(known, name, value)


def _rows_of(reg_no: str, online: Online) -> Iterable[tuple[str, Mapping[str, Any]]]:
    pictures = ((item.code, one) for item in online.items for one in item.pictures)
    for place, (code, one) in enumerate(pictures):
        yield (
            one.id,
            {
                "reg_no": reg_no,
                "code": code,
                "place": place,
                "object": one.digest,
                "media_type": one.media_type,
                "size_bytes": one.size_bytes,
            },
        )
