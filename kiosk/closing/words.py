"""Words for what the closing of a day says: steps, reasons, troubles and refusals."""

from collections.abc import Mapping, Sequence

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

STEP_LABELS: Mapping[str, LazyString] = {
    "settle": _l("Settle open cases"),
    "reconcile": _l("Reconcile"),
    "backup": _l("Back up"),
    "confirm": _l("Region's confirmation"),
    "report": _l("Day report and signatures"),
    "purge": _l("Clear this computer"),
}
CARRY_REASONS: Mapping[str, LazyString] = {
    "materials": _l("Papers are missing"),
    "no_time": _l("No time left today"),
    "unwell": _l("Unwell, or had to leave"),
    "device": _l("A device is broken"),
    "power": _l("Power or network failed"),
}
WAIVE_REASONS: Mapping[str, LazyString] = {
    "no_line": _l("No line to the region"),
    "region_down": _l("The region does not answer, or is being repaired"),
    "waiting_for_region": _l("The region has to settle it first"),
    "no_disk": _l("No disk for the backup"),
    "disk_broken": _l("The backup's disk is broken"),
    "looked_at": _l("Looked at; to be settled tomorrow"),
    "other": _l("Another reason (write it down)"),
}
REOPEN_REASONS: Mapping[str, LazyString] = {
    "late_candidate": _l("A candidate is still to be served"),
    "mistake": _l("Closed by mistake"),
    "region_asked": _l("The region asks for it"),
    "correction": _l("Something has to be corrected"),
    "other": _l("Another reason (write it down)"),
}
TROUBLE_LABELS: Mapping[str, tuple[LazyString, LazyString]] = {
    "unsent": (_l("Not sent yet"), _l("Wait for the line, press “Send now”, or take it to the region on a stick.")),
    "not_accepted": (_l("Sent, not accepted yet"), _l("The region is still checking it. Check again in a minute.")),
    "refused": (
        _l("The region refuses it"),
        _l("Look at the reason under “Every object on its way”, then send again."),
    ),
    "bad_receipt": (
        _l("The receipt kept here does not fit"),
        _l("Press “Send now”: the region is asked for its word once more."),
    ),
    "damaged_here": (
        _l("Damaged on this computer"),
        _l("If the region has it, nothing is lost. If not, have the visit sealed again; tell the administrator."),
    ),
    "envelope_damaged": (
        _l("The record is damaged on this computer"),
        _l("Leave this computer as it is and call the region; a backup may hold it whole."),
    ),
    "not_queued": (
        _l("Not in the list of what is sent"),
        _l("Leave this computer as it is and tell the administrator to run “verify”."),
    ),
}
"""What is missing, and what to do about it."""
CONFIRM_LABELS: Mapping[str, tuple[LazyString, LazyString]] = {
    "no_region": (
        _l("Not confirmed: the settings name no region"),
        _l("Nothing can be confirmed. Go on with a reason; the report says so."),
    ),
    "unreachable": (
        _l("Not confirmed: the region does not answer"),
        _l("Try again when the line is back, or go on with a reason; the report says “not confirmed”."),
    ),
    "refused": (
        _l("Not confirmed: the region does not know this question"),
        _l("The region's program may be older. Call the region, or go on with a reason."),
    ),
    "differs": (
        _l("Not confirmed: the region holds other records than this computer"),
        _l("Leave everything as it is, call the region, and compare the list below."),
    ),
    "incomplete": (
        _l("Not confirmed in full: the region confirms what it has, and something is missing"),
        _l("Go back to “Reconcile” and send what is missing, then ask again."),
    ),
    "no_checkpoint": (
        _l("The records are confirmed; the audit log's checkpoint is not"),
        _l("Ask again. If it stays like that, look under “Audit log” and call the region."),
    ),
}
REFUSALS: Mapping[str, LazyString] = {
    "order": _l("It is not this step's turn. Here is the one to be done now."),
    "open_people": _l("Somebody is still inside. Finish, carry over or note as absent each of them first."),
    "open_matters": _l("Something is still to be looked at. Settle it, or go on with a reason."),
    "no_reason": _l("Choose a reason; nothing was changed."),
    "no_note": _l("Write the reason down in a few words, without anybody's name; nothing was changed."),
    "no_day": _l("Choose the day on which the candidate comes back, in the next 60 days."),
    "try_first": _l("Try it first; only what does not come out can be left undone."),
    "not_waivable": _l("This step cannot be left out."),
    "backup_damaged": _l("The backup does not read back. Do not trust this disk: use another one."),
    "purged": _l("This computer was cleared already; the day cannot be reopened. Go on tomorrow."),
    "report_outdated": _l("Something has changed since the report was made. Make it again, then sign."),
    "no_report": _l("Make the day report first, and read it before signing."),
    "same_person": _l("The second person must be somebody else."),
    "not_second": _l("This person may not be the second one. Ask a lead, a second reviewer or the administrator."),
}
REMAINS_LABELS: Mapping[str, LazyString] = {
    "not_finished": _l("The visit is not finished"),
    "not_sealed": _l("Finished, not sealed: there is no key"),
    "not_accepted": _l("The region has not accepted the record yet"),
    "days": _l("The region's profile keeps them some days longer"),
    "shared": _l("Another visit still needs the same file"),
    "next_round": _l("About to go, with the next round"),
}
"""Why captures are still here."""


def labels(table: Mapping[str, LazyString], codes: Sequence[str] = ()) -> list[tuple[str, str]]:
    """Return codes with their words, all of a table or some, as the choices of a form."""
    return [(code, str(table[code])) for code in codes or table]


def label(table: Mapping[str, LazyString], code: str) -> str:
    """Return the words for a code; one that has none stays as it is."""
    return str(table.get(code, code))
