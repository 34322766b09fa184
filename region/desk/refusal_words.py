"""Why an act was not done, in words that say what to do next."""

from collections.abc import Mapping, Sequence

from flask_babel import format_time
from flask_babel import gettext as _

from region.desk.words import said
from region.registry.errors import (
    ActRefusedError,
    ChangedMeanwhileError,
    ClaimedError,
    NotClaimedError,
    NotReadyError,
    ReasonMissingError,
    ReviewOverError,
    SecondPersonError,
)
from rules.materials.catalogue import catalogue


def refusal_words(error: ActRefusedError, names: Mapping[str, str]) -> str:
    """Return what the screen says; `names` are the reviewers' by id."""
    if isinstance(error, NotReadyError):
        return _not_ready(error)
    if isinstance(error, ClaimedError):
        who, until = names.get(error.reviewer, error.reviewer), format_time(error.until, "HH:mm")
        words = _(
            "%(name)s has this registration in hand until %(time)s. What you wrote is kept.", name=who, time=until
        )
    elif isinstance(error, NotClaimedError):
        words = _("Your time with this registration was over. Take it in hand again; what you wrote is kept.")
    elif isinstance(error, ChangedMeanwhileError):
        words = _(
            "This registration was changed while you looked at it. What you wrote is kept: look again, then repeat."
        )
    elif isinstance(error, SecondPersonError):
        words = _(
            "This takes a second person: whoever proposed the refusal cannot decide on it, and it is decided first."
        )
    elif isinstance(error, ReviewOverError):
        words = review_over()
    elif isinstance(error, ReasonMissingError):
        words = _("Choose an opinion or write why. The candidate reads it.")
    else:
        words = _("Your role may not do this, or the registration is no longer at your level. Nothing was changed.")
    return str(words)


def review_over() -> str:
    """Return what a venue's reviewer is told once the window has closed."""
    return str(
        _("The venues' review has ended; what you wrote is kept. The region's administrator can give you more time.")
    )


def item_names(codes: Sequence[str]) -> str:
    """Return the materials' names, in the reader's language."""
    known = catalogue().materials
    return str(_(", ")).join(said(known[code].name) if code in known else code for code in codes)


def _not_ready(error: NotReadyError) -> str:
    if error.missing:
        return str(_("Not decided yet, or to be sent back: %(items)s", items=item_names(error.missing)))
    return str(_("Note first what has to be sent back: choose a material, an opinion, and press Send back."))
