"""Finds a candidate at the door and opens the visit; kiosks and desks both do it here."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from devices.bench import Bench
from kiosk.step import Answers, Case, StepRejectedError
from kiosk.venue import Venue
from local_db.day_gate import DayState
from local_db.search import Found, Search
from local_db.store import Origin
from local_db.visits import Ticket, Visit
from records.registration import Registration
from records.standing import standing
from rules.roster.folding import id_tail


def look_up(search: Search, by: str, number: str) -> tuple[list[Found], str]:
    """Return the registrations that a number can mean, or none and the words that say what to do.

    Args:
        by: `id_no`, `card`, `reg_no` or `tail` (the last six of the document number).
    """
    text = "".join(number.split()).upper()
    if not text:
        return [], str(_("Please type the number first."))
    if by == "reg_no":
        one = search.by_reg_no(text)
        found = [one] if one else []
    elif by in ("id_no", "card"):
        found = search.by_id_no(text)
    else:
        found = search.by_tail(id_tail(text)) if len(text) == 6 else []
    if not found:
        return [], str(_("No registration with this number. Check it and type it again, or call the staff."))
    return found, ""


def is_this_person(found: Found, reg_no: str) -> bool:
    """Tell whether a found registration is the one that was chosen on the screen."""
    return found.registration.reg_no == reg_no


def arrive(venue: Venue, found: Found, answers: Answers, bench: Bench, origin: Origin) -> tuple[Visit, Ticket]:
    """Judge the appointment, open the visit and give a ticket; doing it again gives the same.

    Raises:
        StepRejectedError: not now; the words say when, or that a lead can let the candidate in.
    """
    day = venue.clock.now().astimezone(venue.settings.zone).date()
    visit = venue.store.visit(found.visit) if found.visit else None
    if visit and visit.ticket and (visit.ticket.day == day or visit.is_sealed):
        return visit, visit.ticket
    _require_open_door(venue)
    case = _case(venue, found.registration, visit)
    evidence = venue.journey.profiles.today.steps[0].submit(case, answers, bench)
    lane = "priority" if answers.get("priority") == "yes" and answers.actor.is_staff else "normal"
    return venue.store.open_visit(
        found.registration.reg_no, venue.journey.profiles.pinned, day, lane, evidence[0], origin
    )


def _require_open_door(venue: Venue) -> None:
    state = venue.days.state()
    if state is not DayState.OPEN:
        raise StepRejectedError({"": over_words(is_closed=state is DayState.CLOSED)})


def over_words(is_closed: bool) -> str:
    """Return that the day takes nobody any more, and what to do."""
    if is_closed:
        return str(_("Today is closed. A lead can reopen the day under “Closing”, with a reason."))
    return str(
        _("No more tickets today: the day is being closed. A lead can reopen it under “Closing”, with a reason.")
    )


def at_the_door(venue: Venue, found: Found) -> Mapping[str, Any]:
    """Return how this moment fits the appointment of a registration, as the arrival step shows it."""
    visit = venue.store.visit(found.visit) if found.visit else None
    return venue.journey.profiles.today.steps[0].screen(_case(venue, found.registration, visit))


def _case(venue: Venue, registration: Registration, visit: Visit | None) -> Case:
    """Return the case of a visit, or of a visit that has not begun."""
    if visit:
        return venue.journey.case(visit)
    now = venue.clock.now()
    return Case(
        visit="",
        registration=registration,
        standing=standing((), registration.fields),
        history=(),
        order=venue.journey.profiles.today.order,
        now=now,
        today=now.astimezone(venue.settings.zone).date(),
        zone=venue.settings.zone,
        has_moved_away=venue.online.has_moved_away(registration.reg_no),
    )
