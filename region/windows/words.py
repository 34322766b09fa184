"""Words about windows: what each of them is, what it does, and why a change is not made."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from region.windows.errors import ImpossibleWindowError

NAMES: Mapping[str, LazyString] = {
    "upload": _l("Online registration and upload"),
    "on_site": _l("On-site review"),
    "venue_review": _l("Venues' review until"),
    "region_review": _l("Region's review until"),
    "corrections": _l("Corrections until"),
    "payment": _l("Payment window"),
}
EFFECTS: Mapping[str, LazyString] = {
    "upload": _l("Outside of it candidates change no pictures; only what reviewers sent back may still be replaced."),
    "on_site": _l("Candidates book appointments on these days only."),
    "venue_review": _l("Afterwards reviewers of venues decide nothing more, and venues ask for no corrections."),
    "region_review": _l("Afterwards candidates see what was decided, and nothing is corrected any more."),
    "corrections": _l("Afterwards nobody asks for corrections; those asked for before are still decided."),
    "payment": _l("Outside of it candidates find no way to pay. What they paid in time counts when it is told later."),
}


def window_problems(error: ImpossibleWindowError, venues: Mapping[str, str]) -> dict[str, str]:
    """Return what to change, by field."""
    match error.why:
        case "reason":
            return {"reason": _("Write why, in at most 500 characters. It is kept with the change.")}
        case "venue":
            return {"": _("This window is the same for all venues, or there is no such venue.")}
        case "times":
            return {"closes_at": _("Write day and time of the exam year, the year before or the year after.")}
        case "turned":
            return {"closes_at": _("It would end before it begins. Set a later end, or an earlier beginning.")}
        case "order":
            return {"closes_at": _order(error, venues)}
        case _:
            return {"": _("There is no such window. Go back to the list and choose one.")}


def _order(error: ImpossibleWindowError, venues: Mapping[str, str]) -> str:
    other = str(NAMES[error.other])
    if error.at:
        venue = venues.get(error.at, error.at)
        words = _("This does not fit to “%(other)s” of %(venue)s. Change that one first.", other=other, venue=venue)
        return str(words)
    return str(
        _("This does not fit to “%(other)s”: what comes first may not end later. Change that first.", other=other)
    )
