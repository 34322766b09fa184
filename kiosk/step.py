"""What a step of the on-site flow is."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from enum import StrEnum
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from devices.bench import Bench
from records.evidence import CANDIDATE, RETAKE, RETURN, Entry, Evidence
from records.online import Online, OnlineItem
from records.registration import Registration
from records.standing import Standing
from rules.online import OnlineOptions
from rules.words import StepOptions, Words

CHINA = ZoneInfo("Asia/Shanghai")


class State(StrEnum):
    """How far a step is for one candidate."""

    TODO = "todo"
    DONE = "done"
    WAIVED = "waived"
    PENDING = "pending"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step answers when asked how far it is.

    Attributes:
        state: REFUSED ends the visit at once: staff propose that the region refuse the candidate.
        reason: for WAIVED and PENDING, a code.
        until: for PENDING, the day by which the candidate must be back.
        blocks: for PENDING, whether later steps have to wait.
    """

    state: State
    reason: str = ""
    until: date | None = None
    blocks: bool = True


TODO = Outcome(State.TODO)
DONE = Outcome(State.DONE)


def _no_file(_digest: str) -> bytes | None:
    return None


@dataclass(frozen=True, slots=True)
class Case:
    """All a step may look at of one visit.

    Attributes:
        history: every entry, also those that no longer stand.
        order: ids of the visit's steps, in the profile's order.
        now: aware UTC.
        today: the venue's calendar day.
        ticket: today's number, "" if none was issued today.
        zone: the venue's; all of China has one.
        content: gives the bytes of a file that evidence names, by digest; None if it is gone or has changed.
        online: how far the registration is at the region, None while the region has told nothing of it.
        rule: what the visit's profile says about review online.
        has_moved_away: whether the region has given the registration to another venue.
    """

    visit: str
    registration: Registration
    standing: Standing
    history: tuple[Entry, ...]
    order: tuple[str, ...]
    now: datetime
    today: date
    ticket: str = ""
    zone: tzinfo = CHINA
    content: Callable[[str], bytes | None] = field(default=_no_file, repr=False, compare=False)
    online: Online | None = None
    rule: OnlineOptions = field(default_factory=OnlineOptions)
    has_moved_away: bool = False

    @property
    def facts(self) -> Mapping[str, str]:
        """The candidate's fields with accepted corrections applied."""
        return self.standing.facts

    def online_item(self, code: str) -> OnlineItem | None:
        """Return a material as it stands at the region; None where nothing is uploaded in this profile's mode."""
        if self.online is None or self.rule.mode == "on_site":
            return None
        return self.online.item(code)

    def is_asked_again(self, step: str) -> bool:
        """Tell whether staff or the region have asked for a step to be done here once more."""
        return any(self.standing.get(act, step) for act in (RETAKE, RETURN))

    def before(self, step: str) -> tuple[str, ...]:
        """Return the ids of the steps that come before `step` in this visit."""
        return self.order[: self.order.index(step)]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a member of staff with roles, or the candidate, who has none."""

    id: str = CANDIDATE
    name: str = ""
    roles: frozenset[str] = frozenset()

    @property
    def is_staff(self) -> bool:
        """Whether a member of staff acts."""
        return self.id != CANDIDATE

    def may(self, *roles: str) -> bool:
        """Tell whether the actor has one of the roles."""
        return not self.roles.isdisjoint(roles)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent with a form. The name is what the browser said: it is shown, never trusted."""

    name: str
    content: bytes = field(repr=False)


def _nothing_stored(digest: str) -> bytes:
    raise KeyError(digest)


@dataclass(frozen=True, slots=True)
class Answers:
    """What a screen sent.

    Attributes:
        second: a second member of staff who gave name and PIN on this very form, already checked.
        stored: gives the bytes of a file of this visit by its digest, for a screen that changes one.
    """

    fields: Mapping[str, str]
    actor: Actor
    files: Mapping[str, tuple[Upload, ...]] = field(default_factory=dict)
    second: Actor | None = None
    stored: Callable[[str], bytes] = _nothing_stored

    def get(self, name: str, default: str = "") -> str:
        """Return a field's text without surrounding space."""
        return self.fields.get(name, default).strip()


class StepRejectedError(Exception):
    """The screen is shown again (422) with what to do; nothing is saved, nothing is logged as a fault.

    Attributes:
        problems: field name to words (gettext'ed); the field "" is the screen as a whole.
    """

    def __init__(self, problems: Mapping[str, str] | str) -> None:
        self.problems: dict[str, str] = {"": problems} if isinstance(problems, str) else dict(problems)
        super().__init__("; ".join(str(words) for words in self.problems.values()))


@dataclass(frozen=True, slots=True)
class Missing:
    """One line of the slip that says what is still to be brought."""

    code: str
    name: Words
    reason: Words | None
    note: str
    due_on: date | None


class Step(ABC):
    """One step: what it needs, what its screen shows, what its answers become.

    A step never touches the database and keeps nothing: the view saves what `submit` returns.

    Attributes:
        id: the step's name in the table, in profiles, in evidence and in `templates/kiosk/steps/<id>.html`.
        Options: what a profile may set in the table of the step's name.
        roles: staff who may do it; a candidate at a kiosk or booth needs none.
    """

    id: ClassVar[str]
    Options: ClassVar[type[StepOptions]] = StepOptions
    roles: ClassVar[tuple[str, ...]] = ("GUIDE", "REVIEW1", "REVIEW2", "CAPTURE", "LEAD")

    def __init__(self, options: StepOptions) -> None:
        self.options = options

    @abstractmethod
    def outcome(self, case: Case) -> Outcome:
        """Return how far the step is. Pure: from the case alone."""

    @abstractmethod
    def screen(self, case: Case) -> Mapping[str, Any]:
        """Return what the step's template shows, as plain values."""

    def drawn(self, case: Case) -> Mapping[str, str]:
        """Return what the screen's fields hold before anybody types; what is left out is empty."""
        return {}

    @abstractmethod
    def submit(self, case: Case, answers: Answers, bench: Bench) -> Sequence[Evidence]:
        """Return what happened, to be saved in one transaction.

        Raises:
            StepRejectedError: an expected refusal, in words that say what to do.
            devices.errors.DeviceError: hardware trouble; the view puts it in words.
        """

    def missing(self, case: Case) -> Sequence[Missing]:
        """Return what the candidate still has to bring for this step."""
        return ()

    def receipt_lines(self, case: Case) -> Sequence[tuple[str, str]]:
        """Return (label, value) lines that the candidate's receipt shows of this step."""
        return ()

    def needs_staff(self, case: Case) -> bool:
        """Tell whether only staff can go on at this moment, wherever the step's place is."""
        return False
