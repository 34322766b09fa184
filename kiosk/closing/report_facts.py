"""What a day report says, before it is put into anybody's language. No personal data: numbers of tickets, codes."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from kiosk.closing.clearing import Cleared, cleared
from kiosk.closing.people import Person
from kiosk.closing.reckoning import Outcome, Reckoning
from kiosk.closing.wizard import ClosingDay
from kiosk.exceptions import exceptions_of
from kiosk.exemption import REASONS
from kiosk.step import State
from kiosk.venue import Venue
from kiosk.version import VERSION
from local_db.day_book import REPORTED, WAIVED, DayAct
from local_db.day_gate import REOPENED
from records.day import DayWindow

_CODE = re.compile(r"[a-z_]{1,40}", re.ASCII)
ExceptionKind = tuple[str, str, str]
"""Kind, step, reason's code."""


@dataclass(frozen=True, slots=True)
class StepCount:
    """How many of those who came are how far with a step."""

    step: str
    done: int
    waived: int
    pending: int
    open: int


@dataclass(frozen=True, slots=True)
class LogState:
    """The audit log's newest entry with its hash, and the newest checkpoint; whether the region has that."""

    entry: int
    head: str
    checkpoint: int
    checkpoint_entry: int
    is_sent: bool


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """Everything a report is made of; acts are those of this round.

    Attributes:
        number: 1 for the first report of the day.
        profiles: id, version and digest of each profile that was used, with how many visits.
        exceptions: the ticket numbers of each kind.
        devices: station, role, code and count of failed tests; `incidents` the same of what happened to devices.
        reconciled, backed_up, confirmed: the newest act of the step, whatever came of it.
        names: what members of staff are called, by their ids.
    """

    venue_id: str
    window: DayWindow
    made_at: datetime
    number: int
    version: str
    profiles: Sequence[tuple[str, str, int]]
    reckoning: Reckoning
    steps: Sequence[StepCount]
    exceptions: Mapping[ExceptionKind, Sequence[str]]
    decided: Sequence[Person]
    waived: Sequence[DayAct]
    reopened: Sequence[DayAct]
    devices: Sequence[tuple[str, str, str, int]]
    incidents: Sequence[tuple[str, str, str, int]]
    reconciled: DayAct | None
    backed_up: DayAct | None
    confirmed: DayAct | None
    log: LogState
    captures: Cleared
    made_by: str
    names: Mapping[str, str]


def facts_of(venue: Venue, day: ClosingDay, made_by: str) -> ReportFacts:
    """Return the facts of a day as they are now."""
    came, window = day.people.came, day.window
    venue.diary.keep()  # of the last seconds too
    return ReportFacts(
        venue_id=venue.settings.venue.id,
        window=window,
        made_at=venue.clock.now(),
        number=1 + sum(1 for one in day.acts if one.act == REPORTED),
        version=VERSION,
        profiles=_profiles(venue, came),
        reckoning=day.people.reckoning,
        steps=_steps(venue, came),
        exceptions=_exceptions(came),
        decided=[one for one in day.people.persons if one.outcome in (Outcome.CARRIED, Outcome.ABSENT)],
        waived=[one.act for one in day.steps if one.state == "waived" and one.act and one.act.act == WAIVED],
        reopened=[one for one in day.acts if one.act == REOPENED],
        devices=venue.checks.book.troubles(window.begins_at, window.ends_at),
        incidents=venue.checks.book.incidents(window.begins_at, window.ends_at),
        reconciled=day.found("reconcile"),
        backed_up=day.found("backup"),
        confirmed=day.found("confirm"),
        log=_log(venue),
        captures=cleared(venue, came),
        made_by=made_by,
        names={person.id: person.name for person in venue.book.everyone()},
    )


def _profiles(venue: Venue, came: Sequence[Person]) -> list[tuple[str, str, int]]:
    used = [venue.journey.profile(one.visit) for one in came] or [venue.journey.profiles.today]
    counts = Counter((f"{one.id}@{one.version}", one.digest) for one in used)
    return [(name, digest, count if came else 0) for (name, digest), count in sorted(counts.items())]


def _steps(venue: Venue, came: Sequence[Person]) -> list[StepCount]:
    found: dict[str, Counter[State]] = {}
    for one in came:
        for position in one.place.way.positions:
            found.setdefault(position.step.id, Counter())[position.outcome.state] += 1
    order = {step: place for place, step in enumerate(venue.journey.profiles.today.order)}
    return [
        StepCount(
            step=step,
            done=states[State.DONE],
            waived=states[State.WAIVED],
            pending=states[State.PENDING],
            open=states[State.TODO] + states[State.REFUSED],
        )
        for step, states in sorted(found.items(), key=lambda item: order.get(item[0], len(order)))
    ]


def _exceptions(came: Sequence[Person]) -> dict[ExceptionKind, list[str]]:
    found: dict[ExceptionKind, list[str]] = {}
    for one in came:
        kinds = {(line.kind, line.step, _code(line.kind, line.step, line.reason)) for line in exceptions_of(one.visit)}
        for kind in kinds:
            found.setdefault(kind, []).append(one.ticket)
    return dict(sorted(found.items()))


def _code(kind: str, step: str, reason: str) -> str:
    """Return a reason that is a code; what somebody typed may name a person and stays with the visit."""
    is_code = reason in REASONS if kind == "exemption" else step == "materials" and bool(_CODE.fullmatch(reason))
    return reason if is_code else ""


def _log(venue: Venue) -> LogState:
    entry, head = venue.audit.head()
    made = venue.checkpoints.every()
    unsent = {one.checkpoint.number for one in venue.checkpoints.unsent()}
    refused = {number for number, _code in venue.checkpoints.refused()}
    if not made:
        return LogState(entry, head, 0, 0, is_sent=False)
    last = made[-1]
    return LogState(entry, head, last.number, last.entry, is_sent=last.number not in unsent | refused)
