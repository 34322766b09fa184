"""Drafts of the profile: begun, saved and thrown away. A draft may be wrong; only what is sound is published."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from region.audit import note
from region.publishing.errors import AlreadyPublishedError, DroppedError, UnknownDraftError, UnreadableTextError
from region.publishing.models import DraftRow
from region.publishing.versions import free_version, renamed, versions
from region.registry.changing import Actor
from region.registry.errors import ChangedMeanwhileError, NotAllowedError
from region.registry.status import Role
from region.store import Store
from rules.errors import Problem, ProfileError
from rules.profile import MAX_BYTES, check_profile

MAX_LINES = 4_000
"""The shipped profiles have 450. Comparing takes time that may grow with the square."""
MAX_ORIGIN_CHARS = 200


def begin_draft(store: Store, actor: Actor, source: str, origin: str) -> int:
    """Keep a new draft and return its number.

    Args:
        origin: what it begins as, for people: a version or the name of a file.

    Raises:
        NotAllowedError: whoever acts is no administrator.
        UnreadableTextError: it is no text of a sensible size.
    """
    require_administrator(actor)
    text, now = tidy(source), store.now()
    with store.write() as session:
        row = DraftRow(
            source=text,
            origin="".join(filter(str.isprintable, origin))[:MAX_ORIGIN_CHARS],
            revision=1,
            made_by=actor.id,
            made_at=now,
            changed_by=actor.id,
            changed_at=now,
            published="",
        )
        session.add(row)
        session.flush()
        note(session, now, actor.id, "profile_drafted", str(row.seq))
        return row.seq


def begin_from(store: Store, actor: Actor, source: str, version: str) -> int:
    """Begin with the text of a version, which calls itself by a name that is free; so too to take a later one back."""
    used = {row.version for row in versions(store)} | {version}
    return begin_draft(store, actor, renamed(source, free_version(version, used)), version)


def save_draft(store: Store, actor: Actor, seq: int, source: str, revision: int) -> int:
    """Keep another text in place of the one that was looked at; return the new revision.

    Raises:
        ChangedMeanwhileError: somebody else has saved it.
        UnknownDraftError, AlreadyPublishedError, DroppedError: it is no draft (any more).
        NotAllowedError, UnreadableTextError: as `begin_draft`.
    """
    require_administrator(actor)
    text = tidy(source)
    with store.write() as session:
        row = held_draft(session, seq)
        if row.revision != revision:
            raise ChangedMeanwhileError(f"revision {row.revision}, not {revision}")
        if row.source == text:
            return row.revision
        row.source, row.changed_by, row.changed_at = text, actor.id, store.now()
        row.revision += 1
        note(session, row.changed_at, actor.id, "profile_draft_saved", str(seq), f"revision {row.revision}")
        return row.revision


def drop_draft(store: Store, actor: Actor, seq: int) -> None:
    """Throw a draft away; its text stays in the database. Raises as `save_draft`."""
    require_administrator(actor)
    with store.write() as session:
        held_draft(session, seq).closed_at = store.now()
        note(session, store.now(), actor.id, "profile_draft_dropped", str(seq))


def drafts(store: Store) -> list[DraftRow]:
    """Return the drafts that are being written, the newest first."""
    with store.read() as session:
        return list(session.scalars(select(DraftRow).where(DraftRow.closed_at.is_(None)).order_by(DraftRow.seq.desc())))


def read_draft(store: Store, seq: int) -> DraftRow:
    """Return a draft, also one that is closed.

    Raises:
        UnknownDraftError: there is none of this number.
    """
    with store.read() as session:
        row = session.get(DraftRow, seq)
    if row is None:
        raise UnknownDraftError("no such draft")
    return row


def held_draft(session: Session, seq: int) -> DraftRow:
    """Return a draft that is being written, and keep others from it until the commit. Raises as `save_draft`."""
    row = session.scalar(select(DraftRow).where(DraftRow.seq == seq).with_for_update())
    if row is None:
        raise UnknownDraftError("no such draft")
    if row.published:
        raise AlreadyPublishedError(row.published)
    if row.closed_at is not None:
        raise DroppedError("the draft was thrown away")
    return row


def problems_of(source: str) -> tuple[Problem, ...]:
    """Return what is wrong with a text, by the check that the venues use."""
    try:
        check_profile(source, "profile")
    except ProfileError as error:
        return error.problems
    return ()


def tidy(source: str) -> str:
    """Return a text as it is kept: browsers and Windows end lines otherwise.

    Raises:
        UnreadableTextError: it is empty, no text, or too large.
    """
    text = source.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    if not text.strip():
        raise UnreadableTextError("empty")
    if "\0" in text or (not text.isascii() and _is_broken(text)):
        raise UnreadableTextError("not_text")
    if len(text.encode()) > MAX_BYTES or text.count("\n") > MAX_LINES:
        raise UnreadableTextError("too_large")
    return text if text.endswith("\n") else f"{text}\n"


def text_of_file(content: bytes) -> str:
    """Return the text of a file that was handed in.

    Raises:
        UnreadableTextError: it is no UTF-8, or too large.
    """
    if len(content) > MAX_BYTES:
        raise UnreadableTextError("too_large")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableTextError("not_text") from error


def require_administrator(actor: Actor) -> None:
    """Raise `NotAllowedError` unless it is one."""
    if actor.role is not Role.ADMIN:
        raise NotAllowedError(f"{actor.role} writes no profiles")


def _is_broken(text: str) -> bool:
    """Tell whether it holds halves of characters, which no database takes."""
    return any("\ud800" <= letter <= "\udfff" for letter in text)
