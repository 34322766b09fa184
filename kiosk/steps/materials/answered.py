"""Reads what staff marked on the screen of materials, and says what is missing from it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from flask_babel import get_locale
from flask_babel import gettext as _

from kiosk.step import Answers
from kiosk.steps.materials.checked import VERDICTS, Checked
from rules.materials.options import JUDGED, MaterialsOptions
from rules.materials.required import Asked

_NOTE_MAX = 200


def answered(asked: Asked, before: Checked, answers: Answers, today: date) -> Checked:
    """Return the material as the screen now has it; what the screen did not send stays as it was.

    A pending one without a day gets the region's; a pass keeps no reason and only a pending one keeps a day.
    """
    code = asked.code
    verdict = _field(answers, f"verdict-{code}", before.verdict)
    note = _field(answers, f"note-{code}", before.note)[:_NOTE_MAX]
    if verdict not in VERDICTS:
        return replace(before, note=note)
    reason = _field(answers, f"reason-{code}", before.reason) if verdict in JUDGED else ""
    due = _due(asked, before, answers, today) if verdict == "pending" else None
    return replace(before, verdict=verdict, reason=reason, note=note, due=due)


def problems_of(
    asked: Asked, found: Checked, options: MaterialsOptions, today: date, online_pages: int = 0
) -> Iterator[tuple[str, str]]:
    """Yield (field, words) for what has to be changed before this material can be saved.

    Args:
        online_pages: pictures of it that the region has; without one of its own a pass rests on these.
    """
    code = asked.code
    if found.verdict in JUDGED:
        reason = options.reason(found.reason)
        if reason is None or found.verdict not in reason.applies:
            yield f"reason-{code}", _("%(material)s: choose the reason.", material=_name(asked))
    if found.verdict == "pending" and (found.due is None or found.due < today):
        yield f"due-{code}", _("%(material)s: choose a day from today on.", material=_name(asked))
    if found.verdict == "pass":
        own = len(found.pages)
        # A page missing online is no reason to refuse an original that was seen whole here.
        yield from _page_problems(asked, own or online_pages if asked.images == "required" else own)


def undecided(asked: Asked) -> str:
    """Return the words for a required material without a verdict."""
    return str(_("%(material)s: choose a result.", material=_name(asked)))


def _page_problems(asked: Asked, count: int) -> Iterator[tuple[str, str]]:
    is_short = count < max(asked.min, 1) if asked.images == "required" else 0 < count < asked.min
    if is_short:
        words = _(
            "%(material)s: %(count)s of %(least)s pictures are there. Add the others.",
            material=_name(asked),
            count=count,
            least=max(asked.min, 1),
        )
        yield f"pages-{asked.code}", words


def _field(answers: Answers, name: str, default: str) -> str:
    return answers.get(name) if name in answers.fields else default


def _due(asked: Asked, before: Checked, answers: Answers, today: date) -> date | None:
    text = answers.get(f"due-{asked.code}")
    if not text:
        return before.due or today + timedelta(days=asked.due_days)
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _name(asked: Asked) -> str:
    return asked.name.en if str(get_locale() or "").startswith("en") else asked.name.zh
