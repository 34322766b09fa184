"""The one way in which a registration changes: locked, checked, counted and written down, in one transaction."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from region.figures.days import DayCounts, of_slot
from region.figures.faces import remark
from region.figures.history import day_counts_of
from region.models import Venue
from region.notices.queueing import Noted, queue_notice
from region.registry.errors import (
    ChangedMeanwhileError,
    ClaimedError,
    NotAllowedError,
    NotClaimedError,
    ReasonMissingError,
    SecondPersonError,
    UnknownRegistrationError,
)
from region.registry.models import EventRow, ItemRow, PictureRow, RegistrationRow
from region.registry.review_models import PaymentRow
from region.registry.status import RULES, Act, Role, Status, may
from region.registry.tallies import Place, count_over, place_of
from region.store import Store


@dataclass(frozen=True, slots=True)
class Key:
    """Which registration."""

    year: int
    id: str

    def __str__(self) -> str:
        return f"{self.year}/{self.id}"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. `venue` is whose reviewer it is, None for the region's, for candidates and for systems."""

    id: str
    role: Role
    venue: str | None = None


CANDIDATE = Actor("candidate", Role.CANDIDATE)
UPLOAD = "picture_added"


@dataclass(frozen=True, slots=True)
class _Before:
    """How a registration stood when its change began, as far as figures depend on it."""

    slot: str
    was_waiting: bool
    id_mark: str


@dataclass(slots=True)
class Change:
    """A registration under its lock, and the transaction in which it is being changed."""

    session: Session
    row: RegistrationRow
    now: datetime
    actor: Actor
    noted: list[Noted] = field(default_factory=list)
    days: DayCounts = field(init=False)
    _counted_at: Place | None = field(init=False)
    _before: "_Before" = field(init=False)

    def __post_init__(self) -> None:
        """Remember where it is counted; what nothing has been noted of yet is counted nowhere."""
        self._counted_at = place_of(self.row) if self.row.revision else None
        self._before = _Before(self.row.slot or "", self.row.waiting_since is not None, self.row.id_mark)
        self.days = DayCounts(self.session)

    @property
    def key(self) -> Key:
        """Which one."""
        return Key(self.row.exam_year, self.row.id)

    @property
    def status(self) -> Status:
        """Where it stands."""
        return Status(self.row.status)

    def items(self) -> dict[str, ItemRow]:
        """Return what is kept of its items, by code; those nobody has touched are not among them."""
        query = select(ItemRow).where(ItemRow.exam_year == self.row.exam_year, ItemRow.registration == self.row.id)
        return {item.code: item for item in self.session.scalars(query)}

    def item(self, code: str) -> ItemRow:
        """Return one item, begun where nobody has touched it."""
        row = self.session.get(ItemRow, (self.row.exam_year, self.row.id, code))
        if row is None:
            row = ItemRow(exam_year=self.row.exam_year, registration=self.row.id, code=code, state="empty", version=0)
            self.session.add(row)
            self.session.flush()
        return row

    def pictures(self, code: str) -> list[PictureRow]:
        """Return an item's pictures that stand, in order."""
        query = select(PictureRow).where(
            PictureRow.exam_year == self.row.exam_year,
            PictureRow.registration == self.row.id,
            PictureRow.code == code,
            PictureRow.removed_at.is_(None),
        )
        return list(self.session.scalars(query.order_by(PictureRow.position)))

    def note(self, act: str, *, code: str = "", opinion: str = "", text: str = "", before: str = "") -> None:
        """Write down what happened; once or more in a change."""
        self.row.revision += 1
        self.noted.append(Noted(self.row.revision, act))
        self.days.happened(act, self.now)
        if act == UPLOAD:
            self.row.uploaded_at = self.row.uploaded_at or self.now
        self.session.add(
            EventRow(
                exam_year=self.row.exam_year,
                registration=self.row.id,
                number=self.row.revision,
                at=self.now,
                actor=self.actor.id,
                role=self.actor.role.value,
                act=act,
                before=before or self.row.status,
                after=self.row.status,
                code=code,
                opinion=opinion,
                text=text,
            )
        )

    def move(self, act: Act, *, opinion: str = "", text: str = "") -> None:
        """Change the status.

        Raises:
            NotAllowedError: this role may not, or not from here; or nobody has made an order to pay.
            ReasonMissingError: it takes words.
            SecondPersonError: it takes two people, and this is the first or the only one.
        """
        rule, before = RULES[act], self.row.status
        if not may(self.actor.role, act, self.status):
            raise NotAllowedError(f"{self.actor.role} may not {act} from {self.status}")
        if rule.needs_order and self.session.get(PaymentRow, (self.row.exam_year, self.row.id)) is None:
            raise NotAllowedError(f"{act} takes an order: it is done by region.payment")
        if rule.needs_reason and not (opinion or text.strip()):
            raise ReasonMissingError(act.value)
        if rule.four_eyes and self.row.proposed_by in ("", self.actor.id):
            raise SecondPersonError(act.value)
        self.row.status, self.row.status_since = rule.target.value, self.now
        self.note(act.value, opinion=opinion, text=text, before=before)

    def require_claim(self) -> None:
        """Raise unless whoever acts has the registration in hand."""
        if self.row.claimed_by != self.actor.id or not is_claimed(self.row, self.now):
            if is_claimed(self.row, self.now) and self.row.claimed_until is not None:
                raise ClaimedError(self.row.claimed_by, self.row.claimed_until)
            raise NotClaimedError("take it in hand first")

    def release(self) -> None:
        """Let it go out of hand."""
        self.row.claimed_by, self.row.claimed_until = "", None

    @property
    def has_other_document(self) -> bool:
        """Whether the person has another identity document than before."""
        return self._counted_at is not None and self._before.id_mark != self.row.id_mark

    def count(self) -> None:
        """Give the change its place in the venue's count, and bring the figures up to it.

        Last, for it keeps the others of this venue waiting.
        """
        self._note_return()
        place = place_of(self.row)
        if self.noted or place != self._counted_at:
            raised = update(Venue).where(Venue.id == self.row.venue).values(change=Venue.change + 1)
            with self.session.no_autoflush:  # the registration is written once, with its count
                self.row.change = self.session.scalars(raised.returning(Venue.change)).one()
        self._count_days(self._counted_at)
        if place != self._counted_at:
            count_over(self.session, self._counted_at, place)
            self._counted_at = place

    def _note_return(self) -> None:
        """Note since when the registration is back with the candidate."""
        waits = self.row.waiting_since is not None
        if waits or self.status is not Status.FILLING:
            self.row.returned_at = None
        elif self._before.was_waiting:
            self.row.returned_at = self.now

    def _count_days(self, before: Place | None) -> None:
        """Bring the figures of the days up to the change; who has left a venue takes all of them along."""
        slot = self.row.slot or ""
        self.days.replaced(of_slot(self._before.slot) if before else (), of_slot(slot))
        self._before = _Before(slot, self.row.waiting_since is not None, self.row.id_mark)
        year, venue = self.row.exam_year, self.row.venue
        if before is None or before.venue == venue:
            self.days.write(year, venue)
        else:
            whole = day_counts_of(self.session, self.key.year, self.key.id, slot)
            old = whole.copy()
            old.subtract(self.days.changed)
            self.days.write(year, before.venue, old, -1)
            self.days.write(year, venue, whole)
        self.days.changed.clear()


def is_claimed(row: RegistrationRow, now: datetime) -> bool:
    """Tell whether somebody has it in hand."""
    return bool(row.claimed_by) and row.claimed_until is not None and row.claimed_until > now


@contextmanager
def changing(store: Store, key: Key, actor: Actor, revision: int | None = None) -> Iterator[Change]:
    """Hold a registration and commit what the block does to it; an error undoes all of it.

    Args:
        revision: the one that was looked at; None where that does not matter.

    Raises:
        UnknownRegistrationError: there is none, or it is another venue's than the actor's.
        ChangedMeanwhileError: it is at another revision.
    """
    with store.write() as session, changing_in(session, key, actor, store.now(), revision) as change:
        yield change


def settle(session: Session, changes: Sequence[Change]) -> None:
    """End several changes: queue what their candidates are told, and count them. Last, as `Change.count`."""
    hold_venues(session, {change.row.venue for change in changes})
    for change in changes:
        queue_notice(session, change.row, change.noted, change.now)
        change.count()


def hold_venues(session: Session, venues: Collection[str]) -> None:
    """Hold venues' counts in the one order of everybody who raises several, or two would wait for each other."""
    if venues:
        held = select(Venue.id).where(Venue.id.in_(venues)).order_by(Venue.id)
        session.execute(held.with_for_update(key_share=True))


@contextmanager
def changing_all(
    session: Session, year: int, ids: Collection[str], actor: Actor, now: datetime
) -> Iterator[Sequence[Change]]:
    """Hold several registrations, in the one order of everybody who holds several; those that are not there are not.

    Another venue's than the actor's are not there either.
    """
    wanted = select(RegistrationRow).where(RegistrationRow.exam_year == year, RegistrationRow.id.in_(ids))
    if actor.venue is not None:
        wanted = wanted.where(RegistrationRow.venue == actor.venue)
    rows = session.scalars(wanted.order_by(RegistrationRow.person).with_for_update()).all()
    changes = [Change(session, row, now, actor) for row in rows]
    yield changes
    settle(session, changes)


@contextmanager
def changing_in(
    session: Session, key: Key, actor: Actor, now: datetime, revision: int | None = None
) -> Iterator[Change]:
    """Hold a registration within a transaction that changes more than it. Raises as `changing`."""
    query = select(RegistrationRow).where(RegistrationRow.exam_year == key.year, RegistrationRow.id == key.id)
    row = session.scalar(query.with_for_update())
    if row is None or (actor.venue is not None and row.venue != actor.venue):
        raise UnknownRegistrationError(str(key))
    if revision is not None and row.revision != revision:
        raise ChangedMeanwhileError(f"revision {row.revision}, not {revision}")
    change = Change(session, row, now, actor)
    yield change
    queue_notice(session, row, change.noted, change.now)
    if change.has_other_document:
        remark(session, [row])
    change.count()
