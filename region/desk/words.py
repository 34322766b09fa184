"""The words for the registry's codes."""

from collections.abc import Mapping

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from region.desk.conclusions import Conclusion
from region.desk.worklist import View
from region.registry.locks import ItemState
from region.registry.rules import Rules
from region.registry.status import Role, Status
from rules.words import Words

STATUSES: Mapping[Status, tuple[str, LazyString]] = {
    Status.FILLING: ("busy", _l("Being filled")),
    Status.VENUE_PASSED: ("attention", _l("Passed at the venue")),
    Status.APPROVED: ("good", _l("Approved")),
    Status.REFUSED: ("bad", _l("Review refused")),
    Status.PAYMENT_DUE: ("attention", _l("Payment due")),
    Status.PAID: ("good", _l("Paid")),
    Status.PREPARING: ("busy", _l("Preparing for the exam")),
    Status.EXAM_PASSED: ("good", _l("Exam passed")),
    Status.EXAM_FAILED: ("off", _l("Exam not passed")),
}
"""Badge and word of each status."""

VIEWS: Mapping[View, LazyString] = {
    View.WAITING: _l("Waiting for me and my colleagues"),
    View.MINE: _l("In my hands"),
    View.PROPOSED: _l("Refusal proposed"),
    View.CANDIDATE: _l("Waiting for the candidate"),
    View.AT_VENUE: _l("Waiting for the venue"),
    View.AT_REGION: _l("Waiting for the region"),
    **{View(status.value): STATUSES[status][1] for status in Status if status.value in set(View)},
}

STATES: Mapping[ItemState, tuple[str, LazyString]] = {
    ItemState.EMPTY: ("off", _l("No picture")),
    ItemState.OPEN: ("busy", _l("Not submitted")),
    ItemState.WAITING: ("attention", _l("To be reviewed")),
    ItemState.PASSED: ("good", _l("Passed")),
    ItemState.RETURNED: ("bad", _l("Sent back")),
}

MARKS: Mapping[str, tuple[str, LazyString]] = {
    "pass": ("good", _l("Noted: pass")),
    "return": ("bad", _l("Noted: send back")),
}

CONCLUSIONS: Mapping[Conclusion, LazyString] = {
    Conclusion.PASS_AT_VENUE: _l("Passed at the venue: on to the region"),
    Conclusion.APPROVE: _l("Approve"),
    Conclusion.SEND_BACK: _l("Send back"),
    Conclusion.PROPOSE_REFUSAL: _l("Propose to refuse"),
    Conclusion.REFUSE: _l("Refuse"),
    Conclusion.DISMISS: _l("Turn the proposal down"),
    Conclusion.RECONSIDER: _l("Begin the review again"),
    Conclusion.WITHDRAW_APPROVAL: _l("Withdraw the approval"),
}

LEVELS: Mapping[str, LazyString] = {"执业医师": _l("Physician"), "执业助理医师": _l("Assistant physician")}
"""By the word that rosters bring."""

ROLES: Mapping[Role, LazyString] = {
    Role.VENUE_REVIEW: _l("Venue"),
    Role.VENUE_LEAD: _l("Venue"),
    Role.REVIEW: _l("Region"),
    Role.LEAD: _l("Region"),
    Role.ADMIN: _l("Administrator"),
    Role.CANDIDATE: _l("Candidate"),
    Role.SYSTEM: _l("System"),
}

ACTS: Mapping[str, LazyString] = {
    "enrolled": _l("Registered"),
    "facts_changed": _l("Registration data changed"),
    "picture_added": _l("Picture added"),
    "picture_removed": _l("Picture removed"),
    "picture_turned": _l("Picture turned"),
    "pictures_ordered": _l("Pictures put in order"),
    "submitted": _l("Submitted for review"),
    "claimed": _l("Taken in hand"),
    "released": _l("Put back"),
    "marked_pass": _l("Noted: pass"),
    "marked_return": _l("Noted: send back"),
    "marked_nothing": _l("Note taken back"),
    "item_passed": _l("Material passed"),
    "item_returned": _l("Material sent back"),
    "returned": _l("Sent back to the candidate"),
    "pass_at_venue": _l("Passed at the venue"),
    "approve": _l("Approved"),
    "send_back": _l("Sent back by the region"),
    "record_returned": _l("Record returned to the venue"),
    "refuse": _l("Review refused"),
    "refusal_proposed": _l("Refusal proposed"),
    "refusal_dismissed": _l("Proposal turned down"),
    "reconsider": _l("Review begun again"),
    "withdraw_approval": _l("Approval withdrawn"),
    "open_payment": _l("Payment opened"),
    "pay": _l("Paid"),
    "admit": _l("Admitted to the exam"),
    "pass_exam": _l("Exam passed"),
    "fail_exam": _l("Exam not passed"),
    "correction_requested": _l("Correction requested"),
    "correction_rejected": _l("Correction turned down"),
    "item_to_judge_again": _l("To be judged again"),
    "item_waived": _l("Material not required"),
    "pictures_replaced": _l("Pictures replaced by the venue"),
    "original_of_other_version": _l("Original compared with earlier pictures"),
    "slot_booked": _l("Appointment booked"),
    "slot_waited_for": _l("Waits for an appointment"),
    "slot_given": _l("Given an appointment"),
    "slot_given_back": _l("Appointment given back"),
    "slot_taken_back": _l("Appointment cancelled by staff"),
    "slot_imported": _l("Appointment of the booking system"),
    "record_accepted": _l("Record of the venue accepted"),
}
"""What happened, for the history; other acts are shown by their code."""


def said(words: Words) -> str:
    """Return a text of the profile in the reader's language."""
    return words.en if str(get_locale()) == "en" else words.zh


def opinion_words(rules: Rules, code: str, text: str) -> str:
    """Return an opinion as the candidate reads it: the profile's words, then what was written."""
    opinion = rules.online.opinion(code)
    first = said(opinion.words) if opinion else code
    return " · ".join(part for part in (first, text) if part)
