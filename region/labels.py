"""The words for the codes that records carry; what is not listed here is shown as it is."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from records.verdict import Decision
from region.findings import Kind
from region.worklist import State

Words = Mapping[str, LazyString]

FACTS: Words = {
    "reg_no": _l("Registration number"),
    "name": _l("Name"),
    "sex": _l("Sex"),
    "ethnic_group": _l("Ethnic group"),
    "born_on": _l("Date of birth"),
    "nationality": _l("Nationality"),
    "id_type": _l("ID type"),
    "id_no": _l("ID number"),
    "exam_level": _l("Exam level"),
    "exam_category": _l("Exam category"),
    "education": _l("Education level"),
    "study_form": _l("Form of study"),
    "school": _l("School"),
    "major": _l("Major"),
    "graduated": _l("Graduated"),
    "diploma_no": _l("Diploma number"),
    "employer": _l("Work unit"),
    "mobile": _l("Mobile number"),
    "kinds": _l("Candidate kind"),
}

STEPS: Words = {
    "arrival": _l("Arrival"),
    "form": _l("Confirmation form"),
    "consent": _l("Consent"),
    "materials": _l("Materials"),
    "signature": _l("Signature"),
    "fingerprint": _l("Fingerprint"),
    "photo": _l("Photo"),
    "correction": _l("Correction"),
    "retake": _l("Done again"),
    "identity": _l("Identity check"),
    "return": _l("Sent back by the region"),
}

STATES: Mapping[State, tuple[str, LazyString]] = {
    State.INCOMPLETE: ("busy", _l("Received, files missing")),
    State.WAITING: ("attention", _l("Waiting for review")),
    State.PASSED: ("good", _l("Review passed")),
    State.RETURNED: ("attention", _l("Returned to the venue")),
    State.REFUSED: ("bad", _l("Review refused")),
    State.SET_ASIDE: ("off", _l("Does not count")),
    State.HELD: ("bad", _l("Held: its key was revoked")),
    State.REPLACED: ("off", _l("Replaced by a newer version")),
}
"""Badge and word of each state."""

TROUBLES: Mapping[str, LazyString] = {
    "no_key": _l(
        "The key that opens this record is not at the region. Have the administrator type it in from its paper."
    ),
    "damaged": _l(
        "What is inside this record is damaged. Ask the venue to seal it again; nothing of it can be judged as it is."
    ),
    "malformed": _l(
        "What is inside this record is no record. Ask the venue to seal it again with the present program."
    ),
}
"""Why a record cannot be shown."""

DECISIONS: Mapping[Decision, LazyString] = {
    Decision.PASSED: _l("Review passed"),
    Decision.RETURNED: _l("Return to the venue"),
    Decision.REFUSED: _l("Review refused"),
}

FINDINGS: Mapping[Kind, tuple[str, LazyString]] = {
    Kind.EXEMPTION: ("attention", _l("Exemption")),
    Kind.CORRECTION: ("attention", _l("Correction")),
    Kind.CONSENT_REFUSED: ("bad", _l("Consent refused")),
    Kind.OVERRIDE: ("attention", _l("Override by staff")),
    Kind.ON_PAPER: ("attention", _l("Signed on paper")),
    Kind.REFUSAL_PROPOSED: ("bad", _l("The venue proposes to refuse")),
    Kind.MATERIAL_FAILED: ("bad", _l("Material not acceptable")),
    Kind.MATERIAL_PENDING: ("attention", _l("Material to be handed in later")),
    Kind.MATERIAL_WAIVED: ("attention", _l("Material not required")),
    Kind.CAPTURE_REJECTED: ("attention", _l("Accepted below the checks")),
}

ROLES: Words = {
    "review": _l("Reviewer"),
    "lead": _l("Lead reviewer"),
    "admin": _l("Administrator"),
    "venue_review": _l("Reviewer of the venue"),
    "venue_lead": _l("Lead reviewer of the venue"),
}

KEYS: Words = {
    "decision": _l("Answer"),
    "text_version": _l("Version of the text"),
    "online": _l("Compared with the uploaded pictures"),
    "version": _l("Version"),
    "verdict": _l("Verdict"),
    "state": _l("State"),
    "reason": _l("Reason"),
    "note": _l("Note"),
    "due": _l("Due on"),
    "due_on": _l("Due on"),
    "required": _l("Required"),
    "reason_name": _l("Reason"),
    "shown": _l("Original shown"),
    "as_printed": _l("As printed on the original"),
    "approved_by": _l("Approved by"),
    "witness": _l("Witness"),
    "language": _l("Language"),
    "declaration_version": _l("Version of the declaration"),
    "points": _l("Points"),
    "ok": _l("Checks passed"),
    "problems": _l("Problems"),
    "discarded": _l("Discarded"),
    "sharpness": _l("Sharpness"),
    "field": _l("Field"),
    "fields": _l("Fields"),
    "finger": _l("Finger"),
    "quality_pct": _l("Quality in percent"),
    "reasons": _l("Reasons"),
    "accepted": _l("Accepted"),
    "checks": _l("Checks"),
    "second_staff": _l("Second member of staff"),
    "old": _l("Before"),
    "new": _l("After"),
    "evidence": _l("Evidence"),
    "agreed": _l("Agreed"),
    "slot": _l("Appointment kept"),
    "slot_day": _l("Day of the appointment"),
    "slot_time": _l("Time of the appointment"),
    "found_by": _l("Found by"),
    "priority": _l("Priority lane"),
    "override": _l("Override"),
    "override_reason": _l("Reason of the override"),
    "override_by": _l("Override by"),
    "try": _l("Try"),
    "good": _l("Good presses"),
    "best_try": _l("Best try"),
    "forced": _l("Accepted by staff below the threshold"),
    "device": _l("Device"),
    "device_id": _l("Device number"),
    "device_quality": _l("Quality by the device"),
    "device_ppi": _l("Resolution of the device (ppi)"),
    "minutiae": _l("Minutiae found"),
    "nfiq2": _l("NFIQ 2"),
    "is_good": _l("Good enough"),
    "began_at": _l("Fingers begun"),
    "finger_began_at": _l("This finger begun"),
    "time_up": _l("Time for all fingers over"),
    "finger_time_up": _l("Time for this finger over"),
    "resolution_ppi": _l("Resolution (ppi)"),
    "method": _l("How"),
    "ticket": _l("Ticket"),
    "outcome": _l("Outcome"),
    "exemption": _l("Exemption"),
    "tries": _l("Tries"),
    "strokes": _l("Strokes"),
    "duration_ms": _l("Duration (ms)"),
}

VALUES: Words = {
    "agree": _l("Agreed"),
    "agreed": _l("Agreed"),
    "refuse": _l("Refused"),
    "refused": _l("Refused"),
    "read": _l("Read"),
    "proposed": _l("Proposed"),
    "retracted": _l("Taken back"),
    "drawn": _l("Drawn on the screen"),
    "paper": _l("On paper"),
    "emulated": _l("Simulated device"),
    "pass": _l("Acceptable"),
    "fail": _l("Not acceptable"),
    "pending": _l("To be handed in later"),
    "waived": _l("Not required"),
    "requested": _l("Requested"),
    "accepted": _l("Adopted"),
    "rejected": _l("Rejected"),
    "early": _l("Early"),
    "on_time": _l("On time"),
    "late": _l("Late"),
    "wrong_day": _l("Wrong day"),
    "no_appointment": _l("No appointment"),
    "moved_away": _l("Registration moved to another venue"),
    "missing": _l("Missing"),
    "worn": _l("Worn or peeling"),
    "injured": _l("Injured or bandaged"),
    "eczema": _l("Eczema or another skin condition"),
    "device": _l("The device does not work"),
    "other": _l("Another reason"),
    "consent_refused": _l("Does not consent; identity checked by hand"),
    "id_no": _l("ID number"),
    "reg_no": _l("Registration number"),
    "name": _l("Name"),
    "scan": _l("Scan"),
    "staff": _l("Staff"),
    "no_finger": _l("No finger felt"),
    "blank": _l("Nothing to be seen"),
    "off_centre": _l("Not in the middle"),
    "too_small": _l("Too little of the finger"),
    "too_few_features": _l("Too few features"),
    "too_dry": _l("Too dry"),
    "too_wet": _l("Too wet"),
    "messy": _l("Not clear"),
    "blurred": _l("Blurred"),
    "no_face": _l("No face found"),
    "several_faces": _l("Several faces"),
    "eyes_hidden": _l("Eyes hidden"),
    "too_far": _l("Too far away"),
    "too_close": _l("Too close"),
    "tilted": _l("Head tilted"),
    "too_dark": _l("Too dark"),
    "too_bright": _l("Too bright"),
    "uneven_light": _l("Light from one side"),
    "background": _l("Background not plain"),
    "glare": _l("Reflections on glasses"),
    "low_resolution": _l("Picture too small"),
    "camera_turned": _l("Camera turned"),
}

PARTS: Words = {
    "face": _l("Face"),
    "fingerprint": _l("Fingerprint"),
    "general": _l("General notice"),
    "exemption": _l("Exemption"),
    "take": _l("Picture taken"),
    "accepted": _l("Picture accepted"),
    "refusal": _l("Refusal"),
    "page": _l("Page"),
    "11": _l("Right thumb"),
    "12": _l("Right index finger"),
    "13": _l("Right middle finger"),
    "14": _l("Right ring finger"),
    "15": _l("Right little finger"),
    "16": _l("Left thumb"),
    "17": _l("Left index finger"),
    "18": _l("Left middle finger"),
    "19": _l("Left ring finger"),
    "20": _l("Left little finger"),
    "97": _l("Right hand, finger unknown"),
    "98": _l("Left hand, finger unknown"),
    "99": _l("Finger unknown"),
}
"""Finger position codes as on the ID card: GA/T 2000.291."""

ROLES_OF_FILES: Words = {
    "picture": _l("Picture"),
    "photo": _l("Photo"),
    "template": _l("Template"),
    "minutiae": _l("Minutiae (ISO 19794-2)"),
    "minutiae_other": _l("Minutiae of another press"),
    "iso_image": _l("Finger image record (ISO 19794-4)"),
    "wsq": _l("WSQ picture"),
    "strokes": _l("Strokes"),
    "original": _l("Original picture"),
    "page": _l("Page"),
    "scan": _l("Scan"),
}
