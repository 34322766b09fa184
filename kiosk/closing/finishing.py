"""The end of a day: the report, the signatures that close it, and the clearing of the computer."""

from collections.abc import Sequence

from flask_babel import force_locale

from kiosk.closing.clearing import Cleared, cleared, proof_of
from kiosk.closing.report import Report, report_of
from kiosk.closing.report_facts import ReportFacts, facts_of
from kiosk.closing.report_pdf import pdf_of_report
from kiosk.closing.wizard import ClosingDay
from kiosk.errors import ClosingRefusedError
from kiosk.preferences import LOCALES
from kiosk.step import Actor
from kiosk.venue import Venue
from local_db.day_book import DONE, REPORTED, NewAct
from local_db.day_gate import CLOSED, DayState
from local_db.store import Origin
from records.canonical import digest_bytes

SECOND_ROLES = ("LEAD", "REVIEW2", "ADMIN")
"""Who may be the second to sign."""


def make_report(venue: Venue, day: ClosingDay, origin: Origin) -> None:
    """Make the day report and keep it; its SHA-256 goes into the audit log.

    Raises:
        ClosingRefusedError: a step before it is not done yet.
    """
    if day.current != "report" or day.state is not DayState.CLOSING:
        raise ClosingRefusedError("order")
    facts = facts_of(venue, day, origin.actor)
    content = pdf_of_report(_in_every_language(venue, facts), facts.made_at)
    digest = digest_bytes(content)
    name = f"day-{day.window.day}-{digest[:16]}.pdf"
    venue.reports.put(name, content)  # before the act that names it; two leads at once write two files
    told = {"sha256": digest, "number": facts.number}
    detail = {**told, "file": name, "basis": day.basis}
    venue.days.add(day.window, NewAct(REPORTED, "report", detail=detail, told=told), origin, day.after)


def close_day(venue: Venue, day: ClosingDay, lead: Actor, second: Actor | None, origin: Origin) -> None:
    """Close the day under the newest report; nothing more is taken.

    Args:
        lead: who is signed in and has given the PIN on this very form; `second` as well, where four eyes are asked for.

    Raises:
        ClosingRefusedError: there is no report of the day as it is now, or not the right people sign.
    """
    report = day.report
    if day.current != "report" or day.state is not DayState.CLOSING:
        raise ClosingRefusedError("order")
    if report is None:
        raise ClosingRefusedError("no_report")
    if report.detail["basis"] != day.basis:
        raise ClosingRefusedError("report_outdated")
    if venue.journey.profiles.today.closing.four_eyes:
        _require_second(lead, second)
    signers = [lead.id, *([second.id] if second else [])]
    told = {"sha256": report.detail["sha256"], "signers": signers}
    closing = NewAct(CLOSED, "report", detail={**told, "file": report.detail["file"]}, told=told)
    venue.days.add(day.window, closing, origin, day.after, day.entries)


def clear(venue: Venue, day: ClosingDay, origin: Origin) -> Cleared:
    """Remove what the profile lets go, keep the proof, and return what went and what is still here.

    Raises:
        ClosingRefusedError: the day is not closed.
    """
    if day.state is not DayState.CLOSED:
        raise ClosingRefusedError("order")
    venue.caretaker.round()
    found = cleared(venue, day.people.came)
    content = proof_of(venue, day.window, day.people.came)
    digest = digest_bytes(content)
    name = f"removals-{day.window.day}-{digest[:16]}.json"
    venue.reports.put(name, content)
    told = {"sha256": digest, "removed": found.removed, "left": found.left}
    detail = {**told, "file": name, "remaining": dict(found.remaining)}
    venue.days.add(day.window, NewAct(DONE, "purge", detail=detail, told=told), origin, day.after)
    return found


def _require_second(lead: Actor, second: Actor | None) -> None:
    if second is None or second.id == lead.id:
        raise ClosingRefusedError("same_person")
    if not second.may(*SECOND_ROLES):
        raise ClosingRefusedError("not_second")


def _in_every_language(venue: Venue, facts: ReportFacts) -> Sequence[Report]:
    name = venue.settings.venue.name
    reports = []
    for locale in LOCALES:
        with force_locale(locale):
            reports.append(report_of(facts, name.en if locale == "en" else name.zh))
    return reports
