"""The words for what candidates see; of states and locks they are those of the region's public instructions."""

from collections.abc import Mapping

from flask_babel import LazyString, get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from region.registry.locks import ItemState, Lock
from region.registry.status import Status
from rules.kinds import kind_words
from rules.words import Words

Badge = tuple[str, LazyString]

STATUS: Mapping[Status, Badge] = {
    Status.FILLING: ("busy", _l("Being filled in")),
    Status.VENUE_PASSED: ("good", _l("Passed by the venue")),
    Status.APPROVED: ("good", _l("Review passed")),
    Status.REFUSED: ("bad", _l("Review refused")),
    Status.PAYMENT_DUE: ("attention", _l("Payment due")),
    Status.PAID: ("good", _l("Paid")),
    Status.PREPARING: ("good", _l("Preparing for the exam")),
    Status.EXAM_PASSED: ("good", _l("Exam passed")),
    Status.EXAM_FAILED: ("bad", _l("Exam not passed")),
}

STATES: Mapping[ItemState, Badge] = {
    ItemState.EMPTY: ("off", _l("Not uploaded")),
    ItemState.OPEN: ("busy", _l("Not locked, not submitted yet")),
    ItemState.WAITING: ("busy", _l("Waiting for review")),
    ItemState.PASSED: ("good", _l("Locked, accepted")),
    ItemState.RETURNED: ("bad", _l("Unlocked, to be replaced")),
}
LOCKED_AND_WAITING: Badge = ("busy", _l("Locked, waiting for review"))
CHANGED_AND_WAITING: Badge = ("attention", _l("Replaced, not submitted yet"))
NOT_UPLOADED_HERE: Badge = ("off", _l("Checked on site, not uploaded"))
NOT_ASKED_OF_YOU: Badge = ("off", _l("Not needed from you"))
MISSING: Badge = ("attention", _l("Not uploaded, required"))

LOCKS: Mapping[Lock, LazyString] = {
    Lock.SWITCHED_OFF: _l("Your region does not take materials online. Bring them to the venue."),
    Lock.NOT_OPEN: _l("Uploading has not begun yet."),
    Lock.DECIDED: _l("The review has gone on. What you uploaded is locked and cannot be changed any more."),
    Lock.PASSED: _l("Accepted by the reviewers and locked."),
    Lock.SUBMITTED: _l(
        "Submitted, and locked: you cannot change it yourself. If something has to be replaced, the reviewers send it "
        "back and you are told."
    ),
    Lock.IN_REVIEW: _l("A reviewer is looking at your materials at this moment. Try again in a quarter of an hour."),
    Lock.DEADLINE: _l("The time for uploading is over. Only what the reviewers send back can still be replaced."),
}


def ours(words: Words) -> str:
    """Return a profile's text in the reader's language."""
    return words.en if str(get_locale()) == "en" else words.zh


def condition_words(condition: str) -> str:
    """Return a condition of the region's rule in words, e.g. `UPG2+graduated<2002-01`; everybody's is ""."""
    return str(_(", ")).join(words for words in map(_term_words, condition.split("+")) if words)


def _term_words(term: str) -> str:
    if term.startswith("graduated>="):
        return str(_("graduated in %(month)s or later", month=term.removeprefix("graduated>=")))
    if term.startswith("graduated<"):
        return str(_("graduated before %(month)s", month=term.removeprefix("graduated<")))
    return "" if term == "*" else ours(kind_words(term))
