"""What the pages of the closing show."""

from datetime import timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from kiosk.closing.acts import Closer
from kiosk.closing.clearing import cleared
from kiosk.closing.people import Person
from kiosk.closing.reckoning import Outcome
from kiosk.closing.wizard import STEPS, WAIVABLE, ClosingDay, State
from kiosk.closing.words import (
    CARRY_REASONS,
    CONFIRM_LABELS,
    REMAINS_LABELS,
    REOPEN_REASONS,
    STEP_LABELS,
    TROUBLE_LABELS,
    WAIVE_REASONS,
    label,
    labels,
)
from kiosk.filters import local_day
from kiosk.views.here import actor, origin, station_label, today, venue
from kiosk.wording import step_label
from local_db.day_book import DayAct
from local_db.day_gate import DayState

_BADGES: dict[State, tuple[str, Any]] = {
    "done": ("good", lambda: _("Done")),
    "waived": ("attention", lambda: _("Left undone, with a reason")),
    "todo": ("busy", lambda: _("To do now")),
    "later": ("off", lambda: _("Later")),
}
SHOWN_TROUBLES = 100


def context(closing: ClosingDay, asked: str) -> dict[str, Any]:
    """Return the variables of a page; `asked` is the step to show, "" for the one to be done."""
    shown = asked if asked in STEPS and closing.state is not DayState.OPEN else _first(closing)
    common = {
        "closing": closing,
        "shown": shown,
        "day": closing.window.day,
        "is_today": closing.window.day == today(),
        "steps": [_step(closing, step, shown) for step in STEPS],
        "state": closing.step(shown) if shown in STEPS else None,
        "can_waive": _can_waive(closing, shown),
        "waive_reasons": labels(WAIVE_REASONS),
        "reopen_reasons": labels(REOPEN_REASONS),
        "reason_words": lambda act: label(WAIVE_REASONS, act.reason),
        "who": _who,
    }
    return common | _PARTS[shown](closing)


def _can_waive(closing: ClosingDay, shown: str) -> bool:
    is_turn = shown in WAIVABLE and closing.current == shown and closing.people.reckoning.adds_up
    return is_turn and Closer(venue(), closing, origin()).was_tried(shown)


def _first(closing: ClosingDay) -> str:
    if closing.state is DayState.OPEN:
        return "begin"
    return closing.current or STEPS[-1]


def _step(closing: ClosingDay, step: str, shown: str) -> dict[str, Any]:
    badge, words = _BADGES[closing.step(step).state]
    return {
        "label": label(STEP_LABELS, step),
        "url": url_for("closing.show", day=closing.window.day, step=step),
        "badge": badge,
        "words": str(words()),
        "is_shown": step == shown,
    }


def _who(act: DayAct) -> str:
    person = venue().book.get(act.actor)
    return person.name if person else act.actor


def _begin(closing: ClosingDay) -> dict[str, Any]:
    return {"inside": len(closing.people.open)}


def _settle(closing: ClosingDay) -> dict[str, Any]:
    decided = [one for one in closing.people.came if one.outcome not in (Outcome.OPEN, Outcome.FINISHED)]
    return {
        "open": [(one, _where(one)) for one in closing.people.open],
        "decided": [(one, _became(one)) for one in decided],
        "carry_reasons": labels(CARRY_REASONS),
        "next_day": max(today(), closing.window.day + timedelta(days=1)),
        "help_wanted_here": venue().queue.help_wanted(),
    }


def _where(person: Person) -> str:
    """Return where somebody is who is still inside, in words."""
    step, call = step_label(person.place.step), person.call
    if call and call.action in ("call", "recall"):
        return str(_("%(step)s, called to %(station)s", step=step, station=station_label(call.station)))
    if call and call.action == "absent":
        return str(_("%(step)s, passed over", step=step))
    return str(_("%(step)s, waiting", step=step))


def _became(person: Person) -> str:
    """Return what became of somebody who is not finished and about whom nothing is to be decided."""
    decision = person.decision
    if person.outcome is Outcome.RETURNED:
        return str(_("Returned by the region"))
    if person.outcome is Outcome.ABSENT:
        return str(_("Left without finishing"))
    if decision:
        why = label(CARRY_REASONS, decision.reason)
        return str(_("Comes again on %(day)s: %(why)s", day=decision.detail.get("to", ""), why=why))
    current = person.place.way.current
    if person.attendance.is_waiting and current and current.outcome.until:
        return str(_("Has to bring something by %(day)s", day=local_day(current.outcome.until)))
    return str(_("has to bring something") if person.attendance.is_waiting else _("Came again on a later day"))


def _reconcile(closing: ClosingDay) -> dict[str, Any]:
    found = closing.found("reconcile")
    troubles = found.detail.get("troubles", []) if found else []
    return {
        "found": found,
        "troubles": [(one, *map(str, TROUBLE_LABELS[one["code"]])) for one in troubles[:SHOWN_TROUBLES]],
        "is_outdated": found is not None and found.detail["mark"] != venue().auditor.mark(closing.window),
        "is_paused": venue().worker is not None and venue().worker.is_paused,  # type: ignore[union-attr]
    }


def _backup(closing: ClosingDay) -> dict[str, Any]:
    backups = venue().backups
    return {
        "found": closing.found("backup"),
        "disk": backups.plan.disk if backups.plan else None,
        "backup_state": backups.state(),
        "is_on_own_disk": backups.is_on_own_disk(),
    }


def _confirm(closing: ClosingDay) -> dict[str, Any]:
    found = closing.found("confirm")
    code = str(found.detail.get("code", "")) if found else ""
    return {"found": found, "result": [str(one) for one in CONFIRM_LABELS[code]] if code else []}


def _report(closing: ClosingDay) -> dict[str, Any]:
    made = closing.report
    return {
        "made": made,
        "is_current": made is not None and made.detail["basis"] == closing.basis,
        "four_eyes": venue().journey.profiles.today.closing.four_eyes,
        "people": [one for one in venue().book.everyone() if one.id != actor().id],
    }


def _purge(closing: ClosingDay) -> dict[str, Any]:
    now = cleared(venue(), closing.people.came)
    return {
        "captures": now,
        "can_shut_down": closing.is_purged and venue().settings.closing.shut_down,
        "remaining": [(label(REMAINS_LABELS, code), count) for code, count in sorted(now.remaining.items())],
    }


_PARTS = {
    "begin": _begin,
    "settle": _settle,
    "reconcile": _reconcile,
    "backup": _backup,
    "confirm": _confirm,
    "report": _report,
    "purge": _purge,
}
