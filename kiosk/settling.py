"""What can be decided about each kind of conflict, and what a decision does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from kiosk.venue import Venue
from local_db import audit
from local_db.conflict_rules import Conflict, Kind
from local_db.conflicts import Decision, Settled
from local_db.store import Origin
from records.verdict import Decision as RegionDecision

MAX_NOTE_CHARS = 500
LEAD = "LEAD"
OTHER = "other"
"""The reason that has to be written out."""

REASONS: Mapping[Kind, tuple[str, ...]] = {
    Kind.TWO_STATIONS: ("page_left_open", "desk_helped", "faces_compared", OTHER),
    Kind.DOUBLE: ("prints_compared", OTHER),
    Kind.CROSSED: ("correction_does_it", "region_asked", OTHER),
    Kind.UNKNOWN: ("backup_restored", "region_asked", OTHER),
    Kind.SET_ASIDE: ("region_asked", OTHER),
    Kind.REINSTATED: ("region_asked", OTHER),
    Kind.PARKED: ("cause_removed", "file_damaged", "new_key", "region_asked", OTHER),
    Kind.HELD: ("new_key", "region_asked", OTHER),
    Kind.CLOCK: ("clock_compared", "battery", OTHER),
}
_OUTCOMES: Mapping[Kind, tuple[str, ...]] = {
    Kind.TWO_STATIONS: ("one_person", "two_people"),
    Kind.DOUBLE: ("different", "same"),
    Kind.CROSSED: ("covered", "do_again"),
    Kind.UNKNOWN: ("restored", "do_again"),
    Kind.SET_ASIDE: ("told", "disputed"),
    Kind.REINSTATED: ("told_again", "disputed"),
    Kind.PARKED: ("send_again", "seal_again"),
    Kind.HELD: ("seal_again", "wait"),
    Kind.CLOCK: ("clock_right", "noted"),
}


@dataclass(frozen=True, slots=True)
class _Case:
    venue: Venue
    conflict: Conflict
    origin: Origin


def outcomes(venue: Venue, conflict: Conflict) -> tuple[str, ...]:
    """Return what can be decided about a conflict as things are."""
    possible = _OUTCOMES[conflict.kind]
    if conflict.kind is Kind.CROSSED and not _can_do_again(conflict):
        return ("seen",)
    barred = set()
    if not _can_do_again(conflict):
        barred.add("do_again")
    if not can_seal_again(venue, conflict):
        barred.add("seal_again")
    return tuple(one for one in possible if one not in barred)


def can_seal_again(venue: Venue, conflict: Conflict) -> bool:
    """Tell whether its visit is finished, so that it can be sealed; another is sealed when it is finished."""
    if not conflict.visits or venue.sealing.sealer is None:
        return False
    return venue.store.visit(conflict.visits[0]).is_sealed


def settle(venue: Venue, conflict: Conflict, decision: Decision, origin: Origin) -> bool:
    """Keep a decision and do what it means; tell whether the conflict was still open.

    Raises:
        LostCaptureError: the record cannot be sealed again, because a captured file is damaged.
        StaleVisitError: something was saved for the candidate at this moment.
    """
    if decision.outcome == "seal_again":  # a transaction of its own; done twice it is one version more
        venue.journey.seal_again(venue.store.visit(conflict.visits[0]), anew=True)
    case = _Case(venue, conflict, origin)
    effect = _EFFECTS.get(decision.outcome)
    is_ours = venue.conflicts.settle(
        conflict, decision, origin, lambda session: effect(case, session) if effect else None
    )
    if venue.worker and decision.outcome in ("send_again", "seal_again"):
        venue.worker.wake()
    return is_ours


def why_not_taken_back(venue: Venue, settled: Settled, roles: frozenset[str]) -> str:
    """Return the code why somebody with these roles cannot take a settlement back, "" where that can be done."""
    if settled.retraction is not None:
        return "taken_back"
    if settled.decision.outcome in _EFFECTS or settled.decision.outcome == "seal_again":
        return "done"
    settler = venue.book.get(settled.actor)
    is_leads = settler is not None and LEAD in settler.roles
    return "lower_role" if is_leads and LEAD not in roles else ""


def _can_do_again(conflict: Conflict) -> bool:
    return conflict.detail.get("decision") == RegionDecision.RETURNED and bool(conflict.visits)


def _send_again(case: _Case, session: Session) -> None:
    case.venue.outbox.put_back(session, [str(case.conflict.detail["digest"])])


def _do_again(case: _Case, session: Session) -> None:
    verdict = case.venue.outbox.verdicts.get(int(case.conflict.detail["verdict"]))
    if verdict:
        case.venue.outbox.verdicts.reopen(session, case.conflict.visits[0], verdict, case.origin)


def _clock_right(case: _Case, session: Session) -> None:
    act = audit.Act(case.origin.actor, case.origin.station, audit.CLOCK_CONFIRMED, "clock")
    audit.append(session, case.venue.clock, act)


_EFFECTS: Mapping[str, Callable[[_Case, Session], None]] = {
    "send_again": _send_again,
    "do_again": _do_again,
    "clock_right": _clock_right,
}
