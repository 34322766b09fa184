"""What reviewers write beside a registration: notes for colleagues, and words that are not sent yet. Sealed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from region.registry.box import Box
from region.registry.changing import Actor, Key
from region.registry.errors import UnknownRegistrationError
from region.registry.models import RegistrationRow
from region.registry.review_models import NoteRow
from region.store import Store

NOTES, CONCLUSION = "", "="
MAX_CHARS = 1000


@dataclass(frozen=True, slots=True)
class Note:
    """One reviewer's words; `code` as in the table."""

    reviewer: str
    code: str
    text: str
    at: datetime


def keep(store: Store, box: Box, key: Key, actor: Actor, code: str, text: str) -> None:
    """Keep what somebody has written so far; nothing written is nothing kept. It changes no registration.

    Raises:
        UnknownRegistrationError: there is none, or it is another venue's.
    """
    with store.write() as session:
        row = session.get(RegistrationRow, (key.year, key.id))
        if row is None or (actor.venue is not None and row.venue != actor.venue):
            raise UnknownRegistrationError(str(key))
        known = session.get(NoteRow, (key.year, key.id, actor.id, code))
        words = text.strip()[:MAX_CHARS]
        if not words:
            if known is not None:
                session.delete(known)
            return
        sealed = box.seal(words.encode(), _belongs_to(key, code))
        if known is None:
            known = NoteRow(exam_year=key.year, registration=key.id, reviewer=actor.id, code=code)
            session.add(known)
        known.text, known.at = sealed, store.now()


def notes_on(store: Store, box: Box, key: Key) -> list[Note]:
    """Return everybody's, oldest first."""
    query = select(NoteRow).where(NoteRow.exam_year == key.year, NoteRow.registration == key.id)
    with store.read() as session:
        rows = session.scalars(query.order_by(NoteRow.at, NoteRow.reviewer)).all()
    return [
        Note(row.reviewer, row.code, box.open(row.text, _belongs_to(key, row.code)).decode(), row.at) for row in rows
    ]


def _belongs_to(key: Key, code: str) -> str:
    return f"note {key} {code}"
