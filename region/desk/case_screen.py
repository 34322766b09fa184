"""Turns one registration into what its screen lays out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import format_datetime, format_time
from flask_babel import gettext as _

from region.desk.conclusions import Offer, is_undecided, may_claim, offers
from region.desk.refusal_words import item_names
from region.desk.words import ACTS, CONCLUSIONS, MARKS, ROLES, STATES, STATUSES, opinion_words, said
from region.labels import FACTS
from region.picture_words import found_words
from region.registry.changing import Actor
from region.registry.models import EventRow, PictureRow, RegistrationRow
from region.registry.notes import CONCLUSION, NOTES, Note
from region.registry.pictures import ENTITLED
from region.registry.reading import Case, Item
from region.registry.rules import Rules
from region.registry.status import Role, Status

TIME = "yyyy-MM-dd HH:mm"
COMPARED = (
    "name", "sex", "id_type", "ethnic_group", "id_no", "born_on", "nationality",
    "education", "study_form", "school", "major", "graduated", "diploma_no",
)  # fmt: skip
"""What staff compare with the originals. Source: domain notes, 3.1 (Changchun 2020)."""
_OF_FIELDS = frozenset({"facts_changed", "correction_requested", "correction_rejected"})
"""Acts whose text is the code of a field."""


@dataclass(frozen=True, slots=True)
class Around:
    """What stands beside a registration."""

    actor: Actor
    names: Mapping[str, str]
    notes: Sequence[Note]
    earlier: Mapping[str, tuple[PictureRow, ...]]
    now: datetime


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed and not taken, to be shown again."""

    code: str = ""
    opinion: str = ""
    text: str = ""
    act: str = ""


def screen(case: Case, rules: Rules, around: Around, item: Item, page: int, typed: Typed) -> dict[str, Any]:
    """Return what `region/desk/case.html` lays out, with one item open."""
    actor, row = around.actor, case.row
    in_hand = row.claimed_by == actor.id and case.situation.is_claimed
    held_by = around.names.get(row.claimed_by, row.claimed_by) if case.situation.is_claimed and not in_hand else ""
    return {
        "case": case,
        "year": row.exam_year,
        "id": row.id,
        "badge_of_status": STATUSES[case.status],
        "in_hand": in_hand,
        "held_by": held_by,
        "may_claim": may_claim(case, actor) and not in_hand,
        "until": row.claimed_until.isoformat() if in_hand and row.claimed_until else "",
        "left_s": left_s(row, around.now) if in_hand else 0,
        "until_words": format_time(row.claimed_until, "HH:mm") if row.claimed_until else "",
        "proposal": _proposal(case, rules, around),
        "items": [_entry(one, case, one is item) for one in case.items],
        "item": _open_item(item, case, rules, around, page, typed),
        "opinions": [("", _("No opinion from the list"))]
        + [(opinion.code, said(opinion.words)) for opinion in rules.online.opinions],
        "offers": [_offer(offer) for offer in offers(case, actor)],
        "facts": _facts(case, COMPARED),
        "more_facts": _facts(case, tuple(key for key in case.person.fields if key not in COMPARED)),
        "history": [_event(event, rules, around.names) for event in reversed(case.events)],
        "notes": [
            {"by": around.names.get(one.reviewer, one.reviewer), "text": one.text, "at": format_datetime(one.at, TIME)}
            for one in around.notes
            if one.code == NOTES and one.reviewer != actor.id
        ],
        "own_note": _draft(around, NOTES),
        "chosen_act": typed.act,
        "conclusion_opinion": typed.opinion if not typed.code else "",
        "conclusion_text": typed.text if not typed.code and typed.text else _draft(around, CONCLUSION),
        "shows_conclusion": in_hand or bool(typed.act) or case.status not in (Status.FILLING, Status.VENUE_PASSED),
        "kept": typed.text if typed.code and not in_hand else "",
    }


def left_s(row: RegistrationRow, now: datetime) -> int:
    """Return how many seconds a claim lasts yet."""
    return max(0, int((row.claimed_until - now).total_seconds())) if row.claimed_until else 0


def next_undecided(case: Case, code: str) -> str:
    """Return the code of the next item, behind this one and then from the top, that nobody has judged."""
    codes = [item.asked.code for item in case.items if is_undecided(item) and not (item.row and item.row.mark)]
    order = [item.asked.code for item in case.items]
    at = order.index(code) if code in order else -1
    return next((one for one in [*order[at + 1 :], *order[: at + 1]] if one in codes), code)


def first_item(case: Case) -> Item:
    """Return the item with which a review begins."""
    code = next_undecided(case, "")
    return case.item(code) or case.items[0]


def _entry(item: Item, case: Case, is_open: bool) -> dict[str, Any]:
    row = item.row
    return {
        "code": item.asked.code,
        "name": said(item.asked.name),
        "url": url_for("desk.case", year=case.row.exam_year, id_=case.row.id, item=item.asked.code),
        "badge": STATES[item.state],
        "mark": MARKS.get(row.mark) if row else None,
        "pages": len(item.pictures),
        "required": item.asked.required,
        "is_open": is_open,
        "is_shown": item.asked.required or row is not None or bool(item.pictures) or is_open,
        "is_other_version": row is not None and bool(row.decided_by) and row.version != row.decided_version,
    }


def _open_item(item: Item, case: Case, rules: Rules, around: Around, page: int, typed: Typed) -> dict[str, Any]:
    row, key, code = item.row, case.key, item.asked.code
    shown = min(max(page, 1), max(len(item.pictures), 1))
    mark_text = row.mark_text if row else ""
    is_typed, is_entitled = typed.code == code, around.actor.role in ENTITLED
    return {
        "code": code,
        "name": said(item.asked.name),
        "hint": said(item.asked.hint),
        "badge": STATES[item.state],
        "mark": MARKS.get(row.mark) if row else None,
        "mark_words": opinion_words(rules, row.mark_opinion, row.mark_text) if row else "",
        "opinion": opinion_words(rules, row.opinion, row.opinion_text) if row else "",
        "decided_by": around.names.get(row.decided_by, row.decided_by) if row else "",
        "pictures": [
            _picture(one, case, code, number, shown, is_entitled=is_entitled)
            for number, one in enumerate(item.pictures, start=1)
        ],
        "shown": shown,
        "count": len(item.pictures),
        "min": item.asked.min,
        "never": item.asked.images == "never",
        "chosen": typed.opinion if is_typed else row.mark_opinion if row else "",
        "text": typed.text if is_typed and typed.text else mark_text or _draft(around, code),
        "earlier": [_picture(one, case, code, is_entitled=is_entitled) for one in around.earlier.get(code, ())],
        "said": [
            _event(event, rules, around.names)
            for event in case.events
            if event.code == code
            and event.act in ("item_passed", "item_returned", "item_waived", "item_to_judge_again")
        ],
        "key": str(key),
    }


def _picture(
    picture: PictureRow, case: Case, code: str, number: int = 0, shown: int = 0, *, is_entitled: bool
) -> dict[str, Any]:
    where: dict[str, Any] = {"year": case.row.exam_year, "id_": case.row.id}
    return {
        "url": url_for("desk.picture", picture=picture.id, **where),
        "original_url": _original_url(picture, case) if is_entitled else "",
        "page_url": url_for("desk.case", item=code, picture=number, **where),
        "number": number,
        "is_shown": number == shown,
        "version": picture.version,
        "found": found_words(picture.warnings),
        "turned_deg": 90 * picture.quarters,
        "width": picture.width,
        "height": picture.height,
        "source": _("from the venue") if picture.source == "venue" else _("uploaded by the candidate"),
        "added": format_datetime(picture.added_at, TIME),
        "removed": format_datetime(picture.removed_at, TIME) if picture.removed_at else "",
    }


def _original_url(picture: PictureRow, case: Case) -> str:
    if not picture.original or picture.source != "candidate":
        return ""
    return url_for("originals.show", year=case.row.exam_year, registration=case.row.id, picture_id=picture.id)


def _offer(offer: Offer) -> tuple[str, str, str]:
    hints = []
    if offer.missing:
        hints.append(_("Not decided yet, or to be sent back: %(items)s", items=item_names(offer.missing)))
    if offer.needs_mark:
        hints.append(_("Nothing is noted to be sent back yet."))
    if offer.needs_words:
        hints.append(_("Needs an opinion or words."))
    if offer.needs_other:
        hints.append(_("You proposed it: somebody else has to decide."))
    return offer.conclusion.value, str(CONCLUSIONS[offer.conclusion]), " ".join(map(str, hints))


def _facts(case: Case, keys: Sequence[str]) -> list[tuple[str, str]]:
    fields = case.person.fields
    return [(str(FACTS.get(key, key)), fields.get(key, "")) for key in keys if key in fields]


def _event(event: EventRow, rules: Rules, names: Mapping[str, str]) -> dict[str, Any]:
    who = names.get(event.actor, "")
    is_field = event.act in _OF_FIELDS
    text = str(FACTS.get(event.text, event.text)) if is_field else event.text
    level = str(ROLES[Role(event.role)])
    moved = event.before != event.after
    return {
        "at": format_datetime(event.at, TIME),
        "who": f"{level} · {who}" if who else level,
        "act": str(ACTS.get(event.act, event.act)),
        "item": item_names([event.code]) if event.code else "",
        "words": opinion_words(rules, event.opinion, text),
        "status": str(STATUSES[Status(event.after)][1]) if moved else "",
    }


def _proposal(case: Case, rules: Rules, around: Around) -> dict[str, str] | None:
    if not case.row.proposed_by:
        return None
    proposals = [event for event in case.events if event.act == "refusal_proposed"]
    words = opinion_words(rules, proposals[-1].opinion, proposals[-1].text) if proposals else ""
    return {"by": around.names.get(case.row.proposed_by, case.row.proposed_by), "words": words}


def _draft(around: Around, code: str) -> str:
    own = [note.text for note in around.notes if note.code == code and note.reviewer == around.actor.id]
    return own[-1] if own else ""
