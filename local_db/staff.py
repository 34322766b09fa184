"""Members of staff and the browsers they sign in on."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from local_db import audit
from local_db.clock import Clock
from local_db.engine import Database
from local_db.models import SessionRow, StaffRow

AT_THE_COMPUTER = "operator"
"""Who acts when a command is given at the computer itself."""

SESSION_LIFE = timedelta(hours=16)
"""A venue's longest day; the evening's closing ends all of them anyway."""


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A member of staff as the program needs to know them."""

    id: str
    name: str
    roles: frozenset[str]
    pin_hash: str
    failures: int
    locked_until: datetime | None


@dataclass(frozen=True, slots=True)
class Browser:
    """A paired browser: at which station, who is signed in, which candidate is before it."""

    token_hash: str
    station: str
    staff_id: str | None
    visit: str | None


class StaffBook:
    """Keeps staff and sessions. PIN hashing is the caller's: this book stores what it is given."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def add(self, staff_id: str, name: str, pin_hash: str, roles: Sequence[str]) -> None:
        """Add a member of staff, or give an existing one a new name, PIN and roles."""
        with self._database.writing() as session:
            row = session.get(StaffRow, staff_id) or StaffRow(id=staff_id)
            row.name, row.pin_hash, row.roles = name, pin_hash, list(roles)
            row.failures, row.locked_until, row.active = 0, None, True
            session.add(row)
            roles_given = audit.Act(AT_THE_COMPUTER, "", "staff:set", staff_id, {"roles": sorted(roles)})
            audit.append(session, self._clock, roles_given)

    def everyone(self) -> list[StaffMember]:
        """Return all active members of staff, by name."""
        with self._database.reading() as session:
            rows = session.scalars(select(StaffRow).where(StaffRow.active).order_by(StaffRow.id))
            return [_member_of(row) for row in rows]

    def get(self, staff_id: str) -> StaffMember | None:
        """Return an active member of staff."""
        with self._database.reading() as session:
            row = session.get(StaffRow, staff_id)
            return _member_of(row) if row and row.active else None

    def note_try(self, staff_id: str, most: int, locked_for: timedelta) -> tuple[bool, datetime | None]:
        """Count a PIN that is about to be checked; the last one allowed shuts the door unless it is right.

        Returns:
            Whether the PIN may be checked, and until when the door is shut if it is wrong.
        """
        with self._database.writing() as session:
            row, now = session.get_one(StaffRow, staff_id), self._clock.now()
            # What is further away than any lock lasts was set by a clock that has been put right since.
            if row.locked_until and now < row.locked_until <= now + locked_for:
                return False, row.locked_until
            is_last = row.failures + 1 >= most
            row.failures = 0 if is_last else row.failures + 1
            row.locked_until = now + locked_for if is_last else None
            return True, row.locked_until

    def note_sign_in(self, staff_id: str) -> None:
        """Forget the wrong PINs: this one was right."""
        with self._database.writing() as session:
            session.execute(update(StaffRow).where(StaffRow.id == staff_id).values(failures=0, locked_until=None))

    def pair(self, station: str, staff_id: str | None = None) -> str:
        """Pair a browser with a station and return the secret for its cookie; the database keeps only a hash of it."""
        token = secrets.token_urlsafe(32)
        now = self._clock.now()
        with self._database.writing() as session:
            session.add(
                SessionRow(token_hash=_hash(token), station=station, staff_id=staff_id, created_at=now, seen_at=now)
            )
        return token

    def browser(self, token: str) -> Browser | None:
        """Return the browser with this secret, None if it was never paired, is signed off or too old."""
        with self._database.reading() as session:
            row = session.get(SessionRow, _hash(token))
            if row is None or row.ended_at or row.created_at + SESSION_LIFE < self._clock.now():
                return None
            return Browser(row.token_hash, row.station, row.staff_id, row.visit_id)

    def attend(self, browser: Browser, visit: str | None) -> None:
        """Put a candidate before the browser, or nobody."""
        with self._database.writing() as session:
            self._row(session, browser).visit_id = visit

    def sign_in(self, browser: Browser, staff_id: str | None) -> None:
        """Sign a member of staff in on a paired browser, or whoever is signed in off."""
        with self._database.writing() as session:
            row = self._row(session, browser)
            row.staff_id, row.visit_id, row.seen_at = staff_id, None, self._clock.now()

    def unpair(self, browser: Browser) -> None:
        """End the pairing; the browser has to be paired again."""
        with self._database.writing() as session:
            self._row(session, browser).ended_at = self._clock.now()

    def end_all(self, but: Browser) -> None:
        """End every pairing but this browser's."""
        open_ones = update(SessionRow).where(SessionRow.ended_at.is_(None), SessionRow.token_hash != but.token_hash)
        with self._database.writing() as session:
            session.execute(open_ones.values(ended_at=self._clock.now()))

    def _row(self, session: Session, browser: Browser) -> SessionRow:
        return session.get_one(SessionRow, browser.token_hash)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _member_of(row: StaffRow) -> StaffMember:
    return StaffMember(row.id, row.name, frozenset(row.roles), row.pin_hash, row.failures, row.locked_until)
