"""Words for the acts of the audit log, and for how far an entry's time can be believed."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from kiosk.wording import step_label

_ACTS = {
    "pair": _l("Screen paired"),
    "unpair": _l("Screen unpaired"),
    "sign-in": _l("Signed in"),
    "sign-out": _l("Signed out"),
    "sign-in-refused": _l("Wrong PIN"),
    "staff:set": _l("Account set up"),
    "queue:call": _l("Number called"),
    "queue:recall": _l("Called again"),
    "queue:absent": _l("Passed over"),
    "queue:back": _l("Back in the queue"),
    "print": _l("Sheet printed"),
    "print:double": _l("Same print under two names"),
    "conflict:settled": _l("Conflict settled"),
    "conflict:taken-back": _l("Settlement taken back"),
    "visit:overtaken": _l("Another station was quicker"),
    "verdict:seen": _l("Region's decision seen"),
    "data:viewed": _l("Candidate's data looked at"),
    "help:called": _l("Help called"),
    "help:answered": _l("Somebody went to help"),
    "sending_paused": _l("Sending paused"),
    "sending_resumed": _l("Sending goes on"),
    "object_sent_again": _l("Refused object sent again"),
    "roster:import": _l("Roster imported"),
    "registrations_received": _l("Registrations came from the region"),
    "pictures_again": _l("Missing pictures fetched again"),
    "profile_adopted": _l("The region's new profile put to use"),
    "roster:flag-accepted": _l("Newer roster taken over"),
    "roster:flag-discarded": _l("Newer roster set aside"),
    "outbox:again": _l("Refused objects sent again"),
    "vault_key_rotated": _l("Data key exchanged"),
    "training": _l("Training"),
    "clock:confirmed": _l("Clock compared"),
    "audit:export": _l("Log exported"),
    "diagnosis": _l("Diagnostic bundle made"),
    "bundle:export": _l("Offline bundle written"),
    "bundle:export-failed": _l("Offline bundle not written"),
    "bundle:slip": _l("Slip of an offline bundle printed"),
    "bundle:answer": _l("Receipts read in from a stick"),
    "bundle:answer-refused": _l("Receipts on a stick refused"),
    "day:begun": _l("Closing begun"),
    "day:carried": _l("Carried over"),
    "day:absent": _l("Left without finishing"),
    "day:done": _l("Closing: step done"),
    "day:tried": _l("Closing: step tried"),
    "day:waived": _l("Closing: step left undone"),
    "day:reported": _l("Day report made"),
    "day:closed": _l("Day closed"),
    "day:reopened": _l("Day reopened"),
    "computer:shut-down": _l("Computer switched off"),
}
_TRUST = {
    "ok": ("good", _l("Fits")),
    "back": ("attention", _l("Clock was behind")),
    "ahead": ("attention", _l("Clock was ahead")),
    "unknown": ("attention", _l("Not known")),
}


def actor_labels() -> dict[str, str]:
    """Return the words for those who act and are no staff."""
    here = str(_("At the computer"))
    return {
        "candidate": str(_("Candidate")),
        "region": str(_("Region")),
        "nobody": "—",
        "operator": here,
        "command-line": here,
    }


def act_label(act: str) -> str:
    """Return the words for an act; a code that has none stays as it is."""
    kind, _colon, step = act.partition(":")
    return step_label(step) if kind == "evidence" else str(_ACTS.get(act, act))


def trust_badge(clock: str) -> tuple[str, str]:
    """Return the badge and the words for how far a time can be believed."""
    state, words = _TRUST.get(clock, _TRUST["unknown"])
    return state, str(words)


def detail_words(detail: Mapping[str, Any]) -> str:
    """Return an entry's numbers and codes in one line; which page somebody looked at is in the export only."""
    shown = {key: value for key, value in detail.items() if key != "page"}
    values = ((key, ", ".join(map(str, value)) if isinstance(value, list) else value) for key, value in shown.items())
    return " · ".join(f"{key} {value}" for key, value in values if value not in ("", 0))


def off_words(seconds: float) -> str:
    """Return how far a clock is off, in words; "" where two minutes or less cannot matter."""
    minutes = round(abs(seconds) / 60)
    if minutes <= 2:
        return ""
    if minutes >= 120:
        hours = round(minutes / 60)
        return str(_("%(hours)s hours ahead", hours=hours) if seconds > 0 else _("%(hours)s hours behind", hours=hours))
    return str(_("%(min)s minutes ahead", min=minutes) if seconds > 0 else _("%(min)s minutes behind", min=minutes))
