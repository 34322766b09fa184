"""Publishes a draft as a version: checked, new, by a second person where that is asked for, and once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from region.audit import note
from region.database import hold_table
from region.publishing.drafting import held_draft, require_administrator
from region.publishing.errors import NotSoundError, SupersededError, TimeError, VersionUsedError
from region.publishing.models import DraftRow
from region.publishing.versions import free_version, published
from region.registry.changing import Actor
from region.registry.errors import ChangedMeanwhileError, ReasonMissingError, SecondPersonError
from region.registry.models import ProfileRow
from region.registry.rules import in_force, shipped_rules
from region.store import Store
from rules.errors import Problem, ProfileError
from rules.profile import CheckedProfile, check_profile

MAX_REASON_CHARS = 500
MAX_NAME_CHARS = 64
FARTHEST = timedelta(days=800)


@dataclass(frozen=True, slots=True)
class Publication:
    """What somebody wants to publish, as it was looked at.

    Attributes:
        revision: of the draft.
        against: digest of the version published last, "" where none was.
        reason: why, for those who come after; it says nothing of any person.
        holds_from: from when it is in force; None for at once.
    """

    revision: int
    against: str
    reason: str
    holds_from: datetime | None = None


def publish(store: Store, actor: Actor, seq: int, wish: Publication, *, four_eyes: bool) -> str:
    """Make a version of a draft and return its digest.

    Args:
        four_eyes: whether another person must do it than who saved the draft last.

    Raises:
        UnknownDraftError, AlreadyPublishedError, DroppedError: it is no draft (any more).
        ChangedMeanwhileError: the draft is another one than was looked at.
        SupersededError: another version was published since.
        SecondPersonError: whoever publishes has saved it last.
        NotSoundError, VersionUsedError, ReasonMissingError, TimeError, NotAllowedError: as they say.
    """
    require_administrator(actor)
    now = store.now()
    with store.write() as session:
        draft = held_draft(session, seq)
        hold_table(session, ProfileRow)
        if draft.revision != wish.revision:
            raise ChangedMeanwhileError(f"revision {draft.revision}, not {wish.revision}")
        before = published(session)
        if wish.against != (before[0].digest if before else ""):
            raise SupersededError("another version was published meanwhile")
        found = _checked(draft.source)
        _require_new(found, before)
        _require_sensible(wish, now)
        if four_eyes and draft.changed_by == actor.id:
            raise SecondPersonError("a second person publishes it, not who saved it last")
        _add(session, draft, found, actor, wish, now)
    return found.digest


def _add(
    session: Session, draft: DraftRow, found: CheckedProfile, actor: Actor, wish: Publication, now: datetime
) -> None:
    standing = session.scalar(in_force(now))
    before = standing.digest if standing else shipped_rules().digest
    session.add(
        ProfileRow(
            digest=found.digest,
            name=found.id,
            version=found.version,
            source=found.source,
            made_at=draft.changed_at,
            made_by=draft.changed_by,
            published_at=now,
            published_by=actor.id,
            reason=wish.reason.strip(),
            supersedes=before,
            holds_from=wish.holds_from,
        )
    )
    draft.published, draft.closed_at = found.digest, now
    holds = f" from {wish.holds_from:%Y-%m-%dT%H:%MZ}" if wish.holds_from else ""
    note(session, now, actor.id, "profile_published", found.digest, f"{found.version}{holds}")


def _checked(source: str) -> CheckedProfile:
    try:
        found = check_profile(source, "profile")
    except ProfileError as error:
        raise NotSoundError(error.problems) from error
    for key, name in (("id", found.id), ("version", found.version)):
        if not 0 < len(name) <= MAX_NAME_CHARS or not name.isprintable():
            values = {"most": MAX_NAME_CHARS}
            raise NotSoundError([Problem(0, f"{key} needs 1 to {MAX_NAME_CHARS} characters", key, "name", values)])
    return found


def _require_new(found: CheckedProfile, before: list[ProfileRow]) -> None:
    used = {row.version for row in before}
    if found.version in used or any(row.digest == found.digest for row in before):
        raise VersionUsedError(found.version, free_version(found.version, used))


def _require_sensible(wish: Publication, now: datetime) -> None:
    reason = wish.reason.strip()
    if not reason or len(reason) > MAX_REASON_CHARS or "\0" in reason:
        raise ReasonMissingError(f"a reason of at most {MAX_REASON_CHARS} characters is missing")
    if wish.holds_from is not None and not now < wish.holds_from <= now + FARTHEST:
        raise TimeError("it cannot hold from that time")
