"""Merges what the region says of registrations over the line with those the database has, from files or from before.

What the line says is the newest: it updates what the candidate has not confirmed yet, and is flagged beside what is
confirmed, as a newer file is (`local_db.roster_merge`). Further columns that only a file has stay.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
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
    for one in newest.values():
        if one.online is None:
            _depart(session, one, now)
        else:
            _keep(session, one.reg_no, one.online, now)
            _keep_pictures(session, one.reg_no, one.online)
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


def _depart(session: Session, one: Incoming, now: datetime) -> None:
    row = session.get(OnlineRow, one.reg_no)
    if row is None:  # known from a file only: remembered all the same, so that the door can say so
        row = OnlineRow(reg_no=one.reg_no, key=one.key, is_submitted=False, status="", items=[], captured=[])
        session.add(row)
    row.change, row.is_here, row.updated_at = one.change, False, now
    session.execute(delete(OnlinePictureRow).where(OnlinePictureRow.reg_no == one.reg_no))


def _keep(session: Session, reg_no: str, online: Online, now: datetime) -> None:
    row = session.get(OnlineRow, reg_no)
    if row is None:
        row = OnlineRow(reg_no=reg_no, key=online.key)
        session.add(row)
    row.key, row.change, row.is_here, row.updated_at = online.key, online.change, True, now
    row.status, row.is_submitted = online.status, online.is_submitted
    row.items = [item_document(item) for item in online.items]
    row.captured = [{"step": one.step, "visit": one.visit} for one in online.captured]


def _keep_pictures(session: Session, reg_no: str, online: Online) -> None:
    """Keep what is here of pictures that still stand, and forget the others; their files go at the next start."""
    old = {row.id: row for row in session.scalars(_pictures(reg_no))}
    wanted = dict(_rows_of(reg_no, online))
    for picture_id, row in old.items():
        if picture_id not in wanted or row.object != wanted[picture_id]["object"]:
            session.delete(row)
    session.flush()
    for picture_id, values in wanted.items():
        row_there = session.get(OnlinePictureRow, picture_id)
        if row_there is None:
            session.add(OnlinePictureRow(id=picture_id, digest="", **values))
        else:
            row_there.place, row_there.code, row_there.tries = values["place"], values["code"], 0


def _pictures(reg_no: str) -> Any:
    return select(OnlinePictureRow).where(OnlinePictureRow.reg_no == reg_no)


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
