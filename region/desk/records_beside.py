"""The venues' records of the person whose registration it is."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import format_datetime
from flask_babel import gettext as _
from flask_babel.speaklater import LazyString
from sqlalchemy import select

from region.labels import STATES
from region.models import RecordRow
from region.registry.changing import Actor
from region.registry.models import RegistrationRow
from region.registry.status import AT_REGION
from region.store import Store
from region.worklist import state_of

MOST = 20


@dataclass(frozen=True, slots=True)
class Beside:
    """One record; `url` is "" for those who may not open it."""

    url: str
    label: str
    badge: tuple[str, LazyString]


def records_of(store: Store, row: RegistrationRow, actor: Actor) -> list[Beside]:
    """Return this person's records, newest first; a venue's reviewers see that there are some of their own."""
    query = select(RecordRow).where(RecordRow.person == row.person)
    if actor.venue is not None:
        query = query.where(RecordRow.venue == actor.venue)
    with store.read() as session:
        found = session.scalars(query.order_by(RecordRow.seq.desc()).limit(MOST)).all()
    return [
        Beside(
            url_for("judging.record", digest=record.digest) if actor.role in AT_REGION else "",
            _label(record),
            STATES[state_of(record)],
        )
        for record in found
    ]


def _label(record: RecordRow) -> str:
    received = format_datetime(record.received_at, "yyyy-MM-dd HH:mm")
    return str(_("Version %(version)s, received %(time)s", version=record.version, time=received))
