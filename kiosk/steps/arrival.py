"""Admits a candidate at the door: the right day, the right time, or a lead's word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _

from devices.bench import Bench
from kiosk.step import DONE, TODO, Actor, Answers, Case, Outcome, Step, StepRejectedError
from records.evidence import Attachment, Evidence
from records.registration import Slot
from rules.steps.arrival import ArrivalOptions, Policy

FOUND_BY = ("card", "id_no", "reg_no", "tail", "name", "scan", "staff")
"""How a candidate was found; `tail` are the last characters of the document number."""

RETURNING = "returning"

CARD_PHOTO = "card_photo"
"""The field in which the picture on the card's chip comes along."""
CARD_FINDINGS = ("card_name", "card_expired", "card_number")
"""What staff should look at on the card; see kiosk/cards.py."""


@dataclass(frozen=True, slots=True)
class SlotVerdict:
    """How a moment fits an appointment.

    Attributes:
        code: `on_time`, `early`, `late`, `wrong_day`, `no_appointment`; `returning` for somebody who was let in before;
            `moved_away` where the registration is another venue's now, which only a lead may pass over.
    """

    code: str
    policy: Policy


class ArrivalStep(Step):
    """The door."""

    id = "arrival"

    Options = ArrivalOptions
    options: ArrivalOptions

    def outcome(self, case: Case) -> Outcome:
        """Done once the candidate was let in."""
        return DONE if case.standing.get(self.id) else TODO

    def screen(self, case: Case) -> Mapping[str, Any]:
        """Return the appointment and what to do about it now."""
        slot = case.registration.slot
        verdict = self._verdict(case)
        is_welcome = verdict.code in ("on_time", RETURNING)
        return {
            "slot": slot,
            "code": verdict.code,
            "policy": verdict.policy,
            "words": "" if is_welcome else _refusal(verdict.code, slot, self.options),
            "needs_lead": verdict.policy == "override",
        }

    def submit(self, case: Case, answers: Answers, bench: Bench) -> Sequence[Evidence]:
        """Let the candidate in, or say when to come back."""
        slot, verdict = case.registration.slot, self._verdict(case)
        if verdict.policy == "refuse":
            raise StepRejectedError(_refusal(verdict.code, slot, self.options))
        data = _facts_of(verdict, slot, answers)
        if verdict.policy == "override":
            data |= _override(verdict, slot, answers, self.options)
        return [Evidence(self.id, case.now, data, attachments=self._card_photo(answers))]

    def _card_photo(self, answers: Answers) -> tuple[Attachment, ...]:
        photo = answers.files.get(CARD_PHOTO) if self.options.keep_card_photo else None
        if not photo:
            return ()
        content = photo[0].content
        kind = "image/png" if content.startswith(b"\x89PNG") else "image/jpeg"
        return (Attachment.of("card_photo", kind, content),)

    def _verdict(self, case: Case) -> SlotVerdict:
        # Whoever was let in once may come back with what was missing; the appointment has been used.
        if case.standing.get(self.id):
            return SlotVerdict(RETURNING, "admit")
        if case.has_moved_away:
            return SlotVerdict("moved_away", "override")
        return judge_slot(case.registration.slot, case.now.astimezone(case.zone), self.options)


def judge_slot(slot: Slot | None, now_local: datetime, options: ArrivalOptions) -> SlotVerdict:
    """Return how a moment of the venue's local time fits the appointment, and the profile's policy for that."""
    if slot is None:
        return SlotVerdict("no_appointment", options.no_appointment)
    if slot.day != now_local.date():
        return SlotVerdict("wrong_day", options.wrong_day)
    minute = now_local.hour * 60 + now_local.minute
    if minute < slot.starts.hour * 60 + slot.starts.minute - options.early_min:
        return SlotVerdict("early", options.early)
    if minute > slot.ends.hour * 60 + slot.ends.minute + options.grace_min:
        return SlotVerdict("late", options.late)
    return SlotVerdict("on_time", "admit")


def queue_from(slot: Slot, options: ArrivalOptions) -> datetime:
    """Return the local moment, without a zone, from which a candidate of this slot may queue."""
    return datetime.combine(slot.day, slot.starts) - timedelta(minutes=options.early_min)


def _facts_of(verdict: SlotVerdict, slot: Slot | None, answers: Answers) -> dict[str, Any]:
    found_by = answers.get("found_by")
    data: dict[str, Any] = {
        "slot": verdict.code,
        "found_by": found_by if found_by in FOUND_BY else "staff",
        "priority": answers.actor.is_staff and answers.get("priority") == "yes",
    }
    if data["found_by"] == "card":
        data |= {name: answers.get(name) for name in CARD_FINDINGS}
    if slot:
        data["slot_day"] = slot.day.isoformat()
        data["slot_time"] = f"{slot.starts:%H:%M}-{slot.ends:%H:%M}"
    return data


def _override(verdict: SlotVerdict, slot: Slot | None, answers: Answers, options: ArrivalOptions) -> dict[str, Any]:
    lead = _lead(answers)
    if lead is None:
        words = _("%(why)s A lead can let you in; please ask the staff.", why=_refusal(verdict.code, slot, options))
        raise StepRejectedError({"": words})
    reason = answers.get("reason")
    if not reason:
        raise StepRejectedError({"reason": _("Write why the candidate is let in now.")})
    return {"override_reason": reason[:200], "override_by": lead.id}


def _lead(answers: Answers) -> Actor | None:
    people = (answers.actor, answers.second)
    return next((person for person in people if person and person.may("LEAD")), None)


def _refusal(code: str, slot: Slot | None, options: ArrivalOptions) -> str:
    """Return what to do, in words."""
    if code == "moved_away":
        return str(_("This registration has been moved to another venue. Check-in is there; please ask the staff."))
    if slot is None:
        return str(_("There is no appointment for this registration. Please book one, or ask the staff."))
    time = f"{slot.starts:%H:%M}–{slot.ends:%H:%M}"
    if code == "wrong_day":
        day = format_date(slot.day, "full")
        return str(_("The appointment is on %(day)s, %(time)s. Please come then.", day=day, time=time))
    if code == "early":
        opens = f"{queue_from(slot, options):%H:%M}"
        return str(_("The appointment is at %(time)s. Please come back at %(opens)s.", time=time, opens=opens))
    return str(_("The appointment was at %(time)s today. It is over.", time=time))
