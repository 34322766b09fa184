"""Turns a registration into what the candidate's pages lay out."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for
from flask_babel import format_datetime, gettext

from region.labels import FACTS
from region.picture_words import WARNINGS
from region.portal import words
from region.portal.words import Badge, ours
from region.registry.changing import CANDIDATE
from region.registry.locks import ItemState, Lock, lock_of
from region.registry.models import EventRow, PictureRow
from region.registry.reading import Case, Item
from region.registry.rules import Rules
from region.registry.status import Status, shown_to_candidate
from rules.kinds import kinds_words


def _(text: str, **values: object) -> str:
    return str(gettext(text, **values))


_MASKED = {"id_no": (6, 4), "mobile": (3, 4)}
"""How many characters of a number are shown at its beginning and end: others may look over the shoulder."""

_BACK = frozenset({"returned", "send_back"})


def registration(case: Case, rules: Rules) -> dict[str, Any]:
    """Return what `region/portal/home.html` lays out."""
    shown = shown_status(case, rules)
    facts = case.person.fields
    return {
        "name": facts.get("name", ""),
        "year": case.key.year,
        "status": words.STATUS[shown],
        "status_code": shown.value,
        "status_note": _status_note(case, shown, rules),
        "opinion": _opinion(case.events, rules, frozenset({"refuse"})) if shown is Status.REFUSED else "",
        "facts": [(word, fact_words(key, facts.get(key, ""))) for key, word in FACTS.items() if facts.get(key)],
        "slot": case.row.slot,
        "upload": case.situation.is_offered,
        "to_bring": len(case.to_bring()),
        "returned": sum(item.state is ItemState.RETURNED for item in case.items),
        "submitted": case.situation.is_submitted,
    }


def shown_status(case: Case, rules: Rules) -> Status:
    """Return the status that this candidate may see."""
    return shown_to_candidate(case.status, rules.online.shown, is_over=case.is_over)


def materials(case: Case, rules: Rules) -> dict[str, Any]:
    """Return what `region/portal/materials.html` lays out."""
    items = [_item(item, rules) for item in case.items]
    yours = [item for item in items if item["is_yours"]]
    return {
        "yours": yours,
        "others": [item for item in items if not item["is_yours"]],
        "opinions": [item for item in yours if item["opinion"]],
        "opinion": _opinion(case.events, rules, _BACK) if _is_back(case) else "",
        "message": _message(case),
        "can_submit": can_submit(case),
        "done": sum(item["is_done"] for item in yours),
        "to_bring": len(case.to_bring()),
    }


def can_submit(case: Case) -> bool:
    """Tell whether 提交审核 would be taken, what is missing aside."""
    state = ItemState.RETURNED if _is_back(case) else ItemState.OPEN
    return not case.situation.is_submitted and lock_of(state, case.situation) in (Lock.NONE, Lock.IN_REVIEW)


def _is_back(case: Case) -> bool:
    return not case.situation.is_submitted and any(item.state is ItemState.RETURNED for item in case.items)


def _message(case: Case) -> tuple[str, str]:
    """Return the colour and the sentence that say how the whole stands."""
    now = case.situation
    if _is_back(case):
        return "bad", _("The reviewers ask for changes. Replace what is named below, then submit again.")
    if now.is_submitted:
        return "good", _("Submitted: uploading is complete and the contents are locked. Wait for the review.")
    lock = lock_of(ItemState.OPEN, now)
    if lock is not Lock.NONE:
        return "attention", str(words.LOCKS[lock])
    return "attention", _("Nothing is reviewed before you press Submit for review at the top.")


def _item(item: Item, rules: Rules) -> dict[str, Any]:
    asked, is_offline = item.asked, item.asked.images == "never"
    pictures = [_picture(row, number, len(item.pictures)) for number, row in enumerate(item.pictures, start=1)]
    is_returned = item.state is ItemState.RETURNED
    is_open = item.lock is Lock.NONE and not is_offline
    return {
        "code": asked.code,
        "name": ours(asked.name),
        "hint": ours(asked.hint),
        "is_yours": asked.fits or bool(pictures) or is_returned,
        "required": asked.required,
        "why": _why(item),
        "badge": _badge(item),
        "is_done": item.is_complete or not asked.required,
        "locked": "" if is_open or is_offline else str(words.LOCKS.get(item.lock, "")),
        "is_open": is_open,
        "opinion": _item_opinion(item, rules) if is_returned else "",
        "pictures": pictures,
        "most": 0 if is_offline else asked.max,
        "least": max(asked.min, 1),
        "max_kb": asked.max_kb,
        "room": max(0, asked.max - len(pictures)) if is_open else 0,
        "sample_url": "" if is_offline else url_for("materials.sample", code=asked.code),
    }


def _badge(item: Item) -> Badge:
    state = item.state
    if item.asked.images == "never":
        return words.NOT_UPLOADED_HERE
    if state is ItemState.EMPTY:
        if not item.asked.fits:
            return words.NOT_ASKED_OF_YOU
        return words.MISSING if item.asked.required else words.STATES[state]
    if state is ItemState.RETURNED and item.row is not None and item.row.version != item.row.decided_version:
        return words.CHANGED_AND_WAITING
    if state is ItemState.WAITING and item.lock is not Lock.NONE:
        return words.LOCKED_AND_WAITING
    return words.STATES[state]


def _why(item: Item) -> str:
    asked, because = item.asked, words.condition_words(item.asked.because)
    if asked.required:
        return (
            _("Required of candidates of this kind: %(kind)s", kind=because) if because else _("Required of everybody")
        )
    if asked.fits:
        return _("If you have one (%(kind)s)", kind=because) if because else _("If you have one")
    if because:
        return _("Not asked of candidates of this kind: %(kind)s", kind=because)
    return _("Only asked of other candidates; upload it if your venue tells you to")


def _picture(row: PictureRow, number: int, count: int) -> dict[str, Any]:
    return {
        "id": row.id,
        "number": number,
        "url": url_for("materials.picture", picture_id=row.id),
        "small_url": url_for("materials.picture", picture_id=row.id, small=1),
        "size_kb": max(1, round(row.size / 1000)),
        "warnings": [str(WARNINGS[code]) for code in row.warnings.split(",") if code in WARNINGS],
        "advised": row.advised,
        "can_turn": row.source == CANDIDATE.id,
        "earlier": number - 2 if number > 1 else None,
        "later": number if number < count else None,
    }


def _item_opinion(item: Item, rules: Rules) -> str:
    return said(rules, item.row.opinion, item.row.opinion_text) if item.row else ""


def _opinion(events: Sequence[EventRow], rules: Rules, acts: frozenset[str]) -> str:
    event = next((event for event in reversed(events) if event.act in acts), None)
    return said(rules, event.opinion, event.text) if event else ""


def said(rules: Rules, code: str, text: str) -> str:
    """Return a reviewer's opinion as the candidate reads it: the profile's words, then the reviewer's own."""
    opinion = rules.online.opinion(code) if code else None
    return " ".join(part for part in (ours(opinion.words) if opinion else "", text.strip()) if part)


def _status_note(case: Case, shown: Status, rules: Rules) -> str:
    if shown is Status.FILLING and rules.online.shown == "when_over" and not case.is_over:
        return _("Results are shown when the whole review is over.")
    return _("Since %(time)s", time=format_datetime(case.row.status_since, "yyyy-MM-dd HH:mm"))


def fact_words(key: str, value: str) -> str:
    """Return a field's value as a candidate's page shows it."""
    if key == "kinds":
        return words.ours(kinds_words(value))
    if key in _MASKED:
        first, last = _MASKED[key]
        return value[:first] + "*" * max(0, len(value) - first - last) + value[-last:] if len(value) > last else value
    return value


def missing_words(case: Case, missing: Sequence[str], unchanged: Sequence[str]) -> Mapping[str, str]:
    """Return by field what stands in the way of a submission."""
    names = {item.asked.code: ours(item.asked.name) for item in case.items}
    lacking = {code: _("%(name)s: upload the pictures that are missing", name=names[code]) for code in missing}
    same = {code: _("%(name)s: the reviewers ask for another picture", name=names[code]) for code in unchanged}
    return {f"pictures-{code}": text for code, text in {**lacking, **same}.items()}
