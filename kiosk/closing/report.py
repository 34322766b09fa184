"""The day report in words, in whatever language is spoken at the moment; the drawing is `report_pdf`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import format_date, format_datetime, ngettext
from flask_babel import gettext as _

from kiosk.closing.people import Person
from kiosk.closing.reckoning import Outcome, SlotCount
from kiosk.closing.report_facts import ReportFacts
from kiosk.closing.words import (
    CARRY_REASONS,
    CONFIRM_LABELS,
    REMAINS_LABELS,
    REOPEN_REASONS,
    STEP_LABELS,
    TROUBLE_LABELS,
    WAIVE_REASONS,
    label,
)
from kiosk.device_words import incident_word
from kiosk.trail import exception_label, reason_label
from kiosk.wording import device_label, step_label
from local_db.day_book import DONE

Row = tuple[str, ...]
SHOWN_TICKETS, SHOWN_TROUBLES = 40, 60


@dataclass(frozen=True, slots=True)
class Table:
    """One section: a heading, columns (none for pairs of label and value), rows, and what stands there without rows."""

    heading: str
    columns: Row
    rows: Sequence[Row]
    nothing: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A day report in one language."""

    title: str
    venue: str
    warning: str
    tables: Sequence[Table]
    signatures: Sequence[str]
    signed_at: str


def report_of(facts: ReportFacts, venue: str) -> Report:
    """Return the report in the language of the moment; `venue` is its name in that language."""
    return Report(
        title=_("Day report %(day)s", day=_day(facts.window.day)),
        venue=f"{venue} ({facts.venue_id})",
        warning=_warning(facts),
        tables=[
            _heading(facts),
            _slots(facts),
            _steps(facts),
            _decisions(facts),
            _exceptions(facts),
            _undone(facts),
            _records(facts),
            *_missing(facts),
            _backup(facts),
            _region(facts),
            _log(facts),
            _captures(facts),
            _devices(facts),
        ],
        signatures=[_("Signature 1 (venue lead)"), _("Signature 2 (another person)")],
        signed_at=_("Date and time"),
    )


def _warning(facts: ReportFacts) -> str:
    if facts.confirmed and facts.confirmed.act == DONE:
        return ""
    return str(_("NOT CONFIRMED BY THE REGION. What is queued is not done: see “Region's confirmation”."))


def _heading(facts: ReportFacts) -> Table:
    profiles = []
    for name, digest, count in facts.profiles:
        visits = ngettext("%(num)s visit", "%(num)s visits", count)
        profiles.append((_("Profile"), f"{name} · {visits}"))
        profiles.append((_("Profile's SHA-256"), digest))
    return Table(
        "",
        (),
        [
            (_("Report number"), str(facts.number)),
            (_("Made at"), f"{_moment(facts.made_at)} · {_who(facts, facts.made_by)}"),
            (_("Program version"), facts.version),
            *profiles,
        ],
    )


def _slots(facts: ReportFacts) -> Table:
    columns = (
        _("Slot"),
        _("Appointments"),
        _("Finished"),
        _("Returned"),
        _("Carried over"),
        _("Absent"),
        _("Still open"),
    )
    day = facts.reckoning
    rows = [_counted(f"{one.slot[0]:%H:%M}–{one.slot[1]:%H:%M}", one) for one in day.slots if one.slot]
    rows += [_counted(_("All appointments"), day.appointments), _counted(_("Without an appointment"), day.walk_ins)]
    return Table(_("Appointments = finished + returned + carried over + absent"), columns, rows)


def _counted(name: str, one: SlotCount) -> Row:
    numbers = (one.total, one.finished, one.returned, one.carried, one.absent, one.open)
    return (name, *map(str, numbers))


def _steps(facts: ReportFacts) -> Table:
    columns = (_("Step"), _("Done"), _("Waived"), _("To follow"), _("Not done"))
    rows = [(step_label(one.step), *map(str, (one.done, one.waived, one.pending, one.open))) for one in facts.steps]
    return Table(_("Steps of those who came"), columns, rows, _("Nobody came."))


def _decisions(facts: ReportFacts) -> Table:
    columns = (_("Ticket"), _("What became of it"), _("Reason"))
    rows = []
    for one in facts.decided:
        if one.outcome is Outcome.ABSENT and one.decision is None:
            continue  # never came: counted above, and there is no ticket to name
        to = str(one.decision.detail.get("to", "")) if one.decision else ""
        became = _("Left without finishing") if one.outcome is Outcome.ABSENT else _("Carried over")
        became = f"{became} · {_day(date.fromisoformat(to))}" if to else became
        rows.append((one.ticket, became, _why_not_finished(one)))
    return Table(_("Carried over and left"), columns, rows, _("Nobody."))


def _why_not_finished(one: Person) -> str:
    if one.decision:
        return label(CARRY_REASONS, one.decision.reason) or "—"
    return str(_("has to bring something") if one.attendance.is_waiting else _("Came again on a later day"))


def _exceptions(facts: ReportFacts) -> Table:
    columns = (_("What"), _("Step"), _("Reason"), _("Number"), _("Tickets"))
    rows = [
        (exception_label(kind), step_label(step), _reason(code), str(len(tickets)), _tickets(tickets))
        for (kind, step, code), tickets in facts.exceptions.items()
    ]
    return Table(_("Out of the ordinary"), columns, rows, _("Nothing."))


def _reason(code: str) -> str:
    words = reason_label(code)
    return "—" if not code else words if words == code else f"{words} ({code})"


def _tickets(tickets: Sequence[str]) -> str:
    more = f" +{len(tickets) - SHOWN_TICKETS}" if len(tickets) > SHOWN_TICKETS else ""
    return " ".join(sorted(tickets)[:SHOWN_TICKETS]) + more


def _undone(facts: ReportFacts) -> Table:
    columns = (_("Step"), _("Reason"), _("Who"), _("When"))
    rows = [
        (
            label(STEP_LABELS, one.step),
            f"{label(WAIVE_REASONS, one.reason)} ({one.reason})",
            _who(facts, one.actor),
            _moment(one.at),
        )
        for one in facts.waived
    ]
    rows += [
        (
            _("Day reopened"),
            f"{label(REOPEN_REASONS, one.reason)} ({one.reason})",
            _who(facts, one.actor),
            _moment(one.at),
        )
        for one in facts.reopened
    ]
    return Table(_("Left undone, or done again"), columns, rows, _("Nothing."))


def _records(facts: ReportFacts) -> Table:
    found = facts.reconciled.detail if facts.reconciled else {}
    labels = {
        "records": _("Records sealed on this day"),
        "accepted": _("Accepted by the region, receipts verified"),
        "sent": _("Sent, not accepted"),
        "saved": _("Saved here, not sent"),
        "objects": _("Objects compared by hash"),
        "missing": _("Objects or receipts missing"),
        "unsealed": _("Finished and not sealed"),
        "earlier": _("Of earlier days, not accepted yet"),
    }
    rows = [(words, str(found[key])) for key, words in labels.items() if key in found]
    if found:
        rows.append((_("Digest over the accepted records"), str(found.get("digest", ""))))
    return Table(_("Sealed records"), (), rows, _("Not compared."))


def _missing(facts: ReportFacts) -> Iterable[Table]:
    found = facts.reconciled.detail if facts.reconciled else {}
    troubles: Sequence[Mapping[str, str]] = found.get("troubles", [])
    rows = [(one["ticket"], str(TROUBLE_LABELS[one["code"]][0]), one["digest"]) for one in troubles[:SHOWN_TROUBLES]]
    if rows:
        heading = _("What the region has not got (%(shown)s of %(count)s)", shown=len(rows), count=found["missing"])
        yield Table(heading, (_("Ticket"), _("What is missing"), "SHA-256"), rows)


def _backup(facts: ReportFacts) -> Table:
    act = facts.backed_up
    if act is None or act.act != DONE:
        return Table(_("Backup"), (), (), _("None was made and read back."))
    made = datetime.fromisoformat(str(act.detail["made_at"]))
    rows = [
        (_("Snapshot"), str(act.detail["name"])),
        (_("Kept on"), str(act.detail["disk"])),
        (_("Made at"), _moment(made)),
        (_("Read back and verified at"), _moment(act.at)),
        (_("Files"), str(act.detail["files"])),
    ]
    return Table(_("Backup"), (), rows)


def _region(facts: ReportFacts) -> Table:
    act = facts.confirmed
    heading = label(STEP_LABELS, "confirm")
    if act is None:
        return Table(heading, (), (), _("Not asked: not confirmed."))
    code = str(act.detail.get("code", ""))
    first = str(CONFIRM_LABELS[code][0]) if code in CONFIRM_LABELS else _("The region confirms the day")
    rows = [(_("Result"), str(first)), (_("Asked at"), _moment(act.at))]
    if "records" in act.detail:
        rows += [
            (_("Records it has accepted"), str(act.detail["records"])),
            (_("Digest over the accepted records"), str(act.detail["digest"])),
            (_("Signed by key"), f"{act.detail['key']} · {_moment(datetime.fromisoformat(str(act.detail['at'])))}"),
        ]
    return Table(heading, (), rows)


def _log(facts: ReportFacts) -> Table:
    log = facts.log
    sent = _("the region has it") if log.is_sent else _("the region does not have it")
    checkpoint = _("number %(number)s, up to entry %(entry)s", number=log.checkpoint, entry=log.checkpoint_entry)
    rows = [
        (_("Newest entry"), str(log.entry)),
        (_("Its hash"), log.head),
        (_("Newest checkpoint"), f"{checkpoint}: {sent}" if log.checkpoint else _("none: there is no signing key")),
    ]
    return Table(_("Audit log"), (), rows)


def _captures(facts: ReportFacts) -> Table:
    rows = [(_("Removed from this computer"), str(facts.captures.removed))]
    rows += [
        (_("Still here: %(why)s", why=label(REMAINS_LABELS, code)), str(count))
        for code, count in sorted(facts.captures.remaining.items())
    ]
    return Table(_("Fingerprints, photos and signatures of this day"), (), rows)


def _devices(facts: ReportFacts) -> Table:
    columns = (_("Station"), _("Device"), _("What"), _("Times"))
    rows = [
        (station, device_label(role), incident_word(code), str(count)) for station, role, code, count in facts.incidents
    ]
    rows += [
        (station, device_label(role), _("Failed a test: %(code)s", code=code), str(count))
        for station, role, code, count in facts.devices
    ]
    return Table(_("What happened to devices"), columns, rows, _("Nothing."))


def _who(facts: ReportFacts, staff_id: str) -> str:
    return facts.names.get(staff_id, staff_id)


def _day(day: date) -> str:
    return str(format_date(day, "full"))


def _moment(at: datetime) -> str:
    return str(format_datetime(at, "yyyy-MM-dd HH:mm:ss"))
