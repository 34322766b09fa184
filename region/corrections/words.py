"""The words for outcomes, and for why a request is not taken."""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from region.corrections.errors import PictureRefusedError, RequestRefusedError
from region.corrections.evidence import MOST_PICTURES
from region.picture_words import refused_words

OUTCOME_WORDS: Mapping[str, tuple[str, LazyString]] = {
    "": ("attention", _l("Waits for a decision")),
    "accepted": ("good", _l("Corrected")),
    "rejected": ("off", _l("Correction turned down")),
    "overtaken": ("attention", _l("Overtaken: the field has changed in the meantime")),
}
"""Badge and word of each outcome."""


def request_words(error: RequestRefusedError) -> tuple[str, str]:
    """Return the form's field and what the screen says at it."""
    if error.why == "value":
        return "new", str(_("Write the new value, at most 200 characters; the reason at most 500."))
    if error.why == "same":
        return "new", str(_("That is what the registration says already."))
    if error.why == "open":
        return "field", str(_("A correction of this field waits for a decision already."))
    if error.why == "field":
        return "field", str(_("Choose the field that is wrong."))
    if error.why == "too_many":
        return "evidence", str(_("At most %(num)s pictures go with a request.", num=MOST_PICTURES))
    if isinstance(error, PictureRefusedError):
        return "evidence", f"{error.name[-60:]}: {refused_words(error.reason)}"
    return "field", str(_("In the present phase nobody of your level may have this registration corrected."))
