"""What stands beside every staff page of a visit: who it is, how far, what went wrong, what the region said."""

from typing import Any

from flask import url_for

from devices.bench import ROLES
from kiosk.overview import served_steps
from kiosk.step import State, Step
from kiosk.strips import desk_context
from kiosk.views.here import actor, browser, station_label, today, venue
from local_db.visits import Visit


def visit_side(visit: Visit) -> dict[str, Any]:
    """Return the variables of `kiosk/layout_visit.html`."""
    journey = venue().journey
    way = journey.way(visit)
    actions = [
        {
            "position": position,
            "url": url_for("journey.step", visit_id=visit.id, step_id=position.step.id),
            "is_current": way.current is not None and way.current.step.id == position.step.id,
            "can_open": journey.may_submit(visit, position.step, actor(), way) and position.step.id != "arrival",
            "can_repeat": position.outcome.state in (State.DONE, State.WAIVED) and position.step.id != "arrival",
        }
        for position in way.positions
    ]
    return {
        **desk_context(),
        "visit": visit,
        "case": journey.case(visit),
        "way": way,
        "steps": actions,
        "verdicts": venue().outbox.verdicts.of(visit.registration.reg_no),
        "is_today": visit.ticket is not None and visit.ticket.day == today(),
        "sent_word": sent_word(visit),
        "elsewhere": other_stations(visit),
        "is_cleared": bool(visit.versions) and venue().removal.is_cleared(visit.versions[-1].digest),
    }


def online_side(visit: Visit, step: Step) -> dict[str, Any]:
    """Return what a step's page needs to show the pictures that the region has of this candidate."""
    if step.id != "materials":
        return {}
    pictures = venue().online.pictures(visit.registration.reg_no) if visit.online else {}
    return {
        "list_url": url_for("journey.step", visit_id=visit.id, step_id=step.id),
        "online_here": {shown.id for shown in pictures.values() if shown.digest},
        "online_gone": visit.is_sealed and visit.versions[-1].accepted_at is not None,
        "online_url": lambda picture_id: url_for("files.online", visit_id=visit.id, picture_id=picture_id),
    }


def other_stations(visit: Visit) -> list[tuple[str, str]]:
    """Return name and label of the other stations where the visit's next step can be done, well equipped ones first."""
    way = venue().journey.way(visit)
    if way.current is None:
        return []
    profile, step = venue().journey.profile(visit), way.current.step
    names = [
        name
        for name, station in venue().settings.stations.items()
        if name != browser().station
        and (station.kind == "desk" or (station.kind == "booth" and step.id in served_steps(station, profile)))
    ]
    return [(name, station_label(name)) for name in sorted(names, key=_trouble_count)]


def _trouble_count(station: str) -> int:
    statuses = venue().lending.bench(station).status().values()
    return sum(status.state == "trouble" for status in statuses) if statuses else len(ROLES)


def sent_word(visit: Visit) -> str:
    """Return how far the newest record is: "" none yet, `saved`, `sent`, `accepted`."""
    if not visit.versions or not visit.is_sealed:
        return ""
    newest = visit.versions[-1]
    if newest.accepted_at:
        return "accepted"
    return "sent" if venue().outbox.is_sent(newest.digest) else "saved"
