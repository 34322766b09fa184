"""The versions that were published, and which of them is in force, planned, or over."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from region.publishing.errors import UnknownDraftError
from region.registry.models import ProfileRow
from region.registry.rules import Rules, rules_in_force, shipped_rules
from region.store import Store

IN_FORCE, PLANNED, EARLIER, NEVER = "in_force", "planned", "earlier", "never"
_VERSION = re.compile(r"^(\s*version\s*=\s*)([\"'])([^\"'\n]*)\2", re.MULTILINE)
_COUNTED = re.compile(r"^(.*?)(\d+)$")


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a version; one that ships with the program was never published."""

    digest: str
    version: str
    source: str


def versions(store: Store) -> list[ProfileRow]:
    """Return every version that was published, the newest first."""
    with store.read() as session:
        return published(session)


def published(session: Session) -> list[ProfileRow]:
    """Return the same within a transaction."""
    query = select(ProfileRow).where(ProfileRow.published_at.is_not(None))
    return list(session.scalars(query.order_by(ProfileRow.published_at.desc(), ProfileRow.seq.desc())))


def states(rows: Sequence[ProfileRow], now: datetime) -> Mapping[str, str]:
    """Return by digest whether each of the versions, given the newest first, is in force, planned, or over. Pure.

    The one published later counts: it puts an end to what was planned for a later time before.
    """
    found: dict[str, str] = {}
    for place, row in enumerate(rows):
        begins, later = _begins(row), [_begins(other) for other in rows[:place]]
        if any(other <= begins for other in later):
            found[row.digest] = NEVER
        elif begins > now:
            found[row.digest] = PLANNED
        else:
            found[row.digest] = EARLIER if IN_FORCE in found.values() else IN_FORCE
    return found


def text_in_force(store: Store) -> Text:
    """Return the version in force, the one that ships with the program where none was published."""
    return text_of_rules(rules_in_force(store))


def text_of_rules(rules: Rules) -> Text:
    """Return the text that rules were read from."""
    return Text(rules.digest, rules.version, rules.source)


def texts(store: Store) -> dict[str, Text]:
    """Return every version by its digest; also the one that ships with the program."""
    rows = (Text(row.digest, row.version, row.source) for row in versions(store))
    known = (text_of_rules(shipped_rules()), text_in_force(store), *rows)
    return {one.digest: one for one in known}


def version_names(store: Store) -> dict[str, str]:
    """Return how versions are called, by digest."""
    return {digest: one.version for digest, one in texts(store).items()}


def version_of(store: Store, digest: str) -> ProfileRow:
    """Return a version.

    Raises:
        UnknownDraftError: none was published with this digest.
    """
    with store.read() as session:
        row = session.scalar(select(ProfileRow).where(ProfileRow.digest == digest))
    if row is None or row.published_at is None:
        raise UnknownDraftError("no such version")
    return row


def free_version(version: str, used: Collection[str]) -> str:
    """Return what the next version may call itself.

    >>> free_version("2027-1", {"2027-1", "2027-2"})
    '2027-3'
    """
    counted = _COUNTED.match(version)
    stem, number = (counted[1], int(counted[2])) if counted else (f"{version}-", 1)
    while f"{stem}{number}" in used:
        number += 1
    return f"{stem}{number}"


def renamed(source: str, version: str) -> str:
    """Return the text of a profile as that of another version; unchanged where it says none in the usual way.

    >>> renamed('version = "1"  # ours', "2")
    'version = "2"  # ours'
    """
    return _VERSION.sub(lambda found: f'{found[1]}"{version}"', source, count=1)


def _begins(row: ProfileRow) -> datetime:
    return row.holds_from or _published(row)


def _published(row: ProfileRow) -> datetime:
    assert row.published_at is not None  # noqa: S101 - `published` asks for nothing else
    return row.published_at
