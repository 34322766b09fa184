"""What went wrong with a stick and what to do, in the language of the page; what came of the region's answer."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from kiosk.line_words import trouble_label
from sync.bundle_answer import AnswerReport
from sync.bundle_writing import Progress
from sync.errors import BundleError

_TROUBLE: Mapping[str, LazyString] = {
    "nothing": _l("Nothing is waiting: the region has accepted every record."),
    "no_key": _l("This computer has no signing key. Tell the administrator; nothing can be written without it."),
    "missing": _l("The stick is not there, or was pulled out. Plug it in and press again: it goes on where it was."),
    "full": _l("The stick is full (%(detail)s). Delete something else on it, or use a larger one."),
    "read_only": _l("The stick is locked: push its slide to the other side, or use another one."),
    "unwritable": _l("The stick cannot be written. Use another one."),
    "unreadable": _l("The stick does not give back what was written. Do not trust it: use another one."),
    "foreign": _l(
        "Somebody else's bundle lies on this stick, or one made with another key. It was left as it is: use another "
        "stick."
    ),
    "busy": _l("A bundle is being written already. Wait until it is finished."),
    "stopped": _l("The program was ended in the middle. Press again: it goes on where it was."),
    "no_answer": _l("The region has not answered on this stick yet."),
    "forged": _l("What lies on this stick is not the region's word, or was changed. Nothing was changed here."),
    "other_venue": _l("The receipts on this stick are for another venue. Nothing was changed here."),
}


_REFUSED: Mapping[str, LazyString] = {
    "digest_mismatch": _l("Damaged on the stick: write the bundle once more"),
    "unreadable": _l("The region could not read it on the stick: write the bundle once more"),
    "not_announced": _l("Its record was not taken"),
}


def refusal_words(code: str) -> str:
    """Return why the region did not take an object from a stick, and what to do."""
    return str(_REFUSED.get(code) or trouble_label(code))


def trouble_words(code: str, detail: str = "") -> str:
    """Return what went wrong and what to do."""
    words = str(_TROUBLE.get(code, _TROUBLE["unwritable"]))
    return words % {"detail": detail} if "%(detail)s" in words else words


def error_words(error: BundleError) -> str:
    """Return what went wrong and what to do."""
    return trouble_words(error.code, error.detail)


def progress_words(progress: Progress | None) -> str:
    """Return how far it is."""
    if progress is None:
        return str(_("Beginning …"))
    counts = {"done": progress.done, "all": progress.objects}
    if progress.phase == "check":
        return str(_("Reading back: %(done)s of %(all)s objects", **counts))
    return str(_("Writing: %(done)s of %(all)s objects", **counts))


def answer_words(report: AnswerReport) -> tuple[str, str]:
    """Return the badge and the words for what an answer has changed."""
    taken = report.taken
    if not report.is_news:
        text = _("Nothing is new in the receipts for bundle %(number)s: they came before.", number=report.number)
    else:
        text = _(
            "Receipts for bundle %(number)s read in. Objects sent: %(sent)s, records accepted: %(accepted)s, "
            "verdicts: %(verdicts)s.",
            number=report.number,
            sent=taken.sent,
            accepted=taken.accepted,
            verdicts=report.verdicts or 0,
        )
    more = [str(text), *_lacking(report)]
    return ("attention" if len(more) > 1 else "good", " ".join(more))


def _lacking(report: AnswerReport) -> list[str]:
    lines = []
    if report.refused:
        lines.append(str(_("Not taken by the region: %(count)s.", count=len(report.refused))))
    if report.missing:
        lines.append(str(_("Missing on the stick: %(count)s.", count=len(report.missing))))
    if lines:
        lines.append(str(_("Write the bundle once more.")))
    if report.verdicts is None:
        lines.append(str(_("The verdicts could not be read in; the next bundle brings them.")))
    return lines
