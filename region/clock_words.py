"""Words for times that cannot be believed."""

from collections.abc import Sequence
from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from region.clocks import SEALING, Flag
from region.labels import Words

FLAGS: Words = {
    "venue": _l("The venue's computer doubted its clock"),
    "jump": _l("The clock jumped"),
    "order": _l("Earlier than the line before"),
    "future": _l("Later than it was received"),
}


def flag_words(flags: Sequence[Flag]) -> list[tuple[str, str]]:
    """Return of every such time what it is the time of, and what is wrong with it."""
    return [(_where(flag), " · ".join(filter(None, (str(FLAGS[flag.kind]), off_words(flag.off))))) for flag in flags]


def _where(flag: Flag) -> str:
    return str(_("Sealing") if flag.seq == SEALING else _("Line %(number)s", number=flag.seq))


def off_words(off: timedelta) -> str:
    """Return by how much a clock was off, in words; "" where nobody knows."""
    minutes = round(abs(off).total_seconds() / 60)
    if not minutes:
        return ""
    ahead = off > timedelta()
    if minutes < 120:
        return str(_("%(min)s minutes ahead", min=minutes) if ahead else _("%(min)s minutes behind", min=minutes))
    hours = round(minutes / 60)
    if hours < 72:
        return str(_("%(hours)s hours ahead", hours=hours) if ahead else _("%(hours)s hours behind", hours=hours))
    days = round(hours / 24)
    return str(_("%(days)s days ahead", days=days) if ahead else _("%(days)s days behind", days=days))
