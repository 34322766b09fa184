"""Why a draft is not kept or published, in words that say what to do next."""

from flask_babel import gettext as _

from region.publishing.errors import (
    AlreadyPublishedError,
    DroppedError,
    NotSoundError,
    SupersededError,
    TimeError,
    UnreadableTextError,
    VersionUsedError,
)
from region.registry.errors import ActRefusedError, ChangedMeanwhileError, ReasonMissingError, SecondPersonError
from rules.profile import MAX_BYTES


def unreadable(error: UnreadableTextError) -> str:
    """Return why a text is not taken."""
    if error.why == "empty":
        return str(_("There is nothing in it. Choose a file, or begin with a version."))
    if error.why == "too_large":
        return str(_("It is larger than %(most)s KB. Is it another file?", most=MAX_BYTES // 1024))
    return str(_("This is no text. Save it as UTF-8, and hand it in again."))


def refusal(error: ActRefusedError) -> tuple[str, str]:
    """Return the field that an answer is missing in, "" for none, and what to do."""
    field, words = "", _("Only an administrator may do this. Nothing was changed.")
    if isinstance(error, UnreadableTextError):
        field, words = "source", unreadable(error)
    elif isinstance(error, ChangedMeanwhileError):
        words = _(
            "Somebody else has saved this draft meanwhile. What you typed stands below; compare, then save again."
        )
    elif isinstance(error, SupersededError):
        words = _("Another version was published meanwhile. Look at what is other now, then publish.")
    elif isinstance(error, SecondPersonError):
        words = _("Another administrator than who saved the draft last has to publish it.")
    elif isinstance(error, NotSoundError):
        words = _("There are mistakes in it. Mend them, then publish.")
    elif isinstance(error, VersionUsedError):
        words = _(
            "Version “%(version)s” was published before. Write another one into the text, e.g. “%(other)s”.",
            version=error.version,
            other=error.other,
        )
    elif isinstance(error, ReasonMissingError):
        field, words = "reason", _("Write why, in at most 500 characters. It is kept with the version.")
    elif isinstance(error, TimeError):
        field, words = "holds_from", _("Write a day and time to come, or leave it empty for at once.")
    elif isinstance(error, AlreadyPublishedError):
        words = _("This draft was published before.")
    elif isinstance(error, DroppedError):
        words = _("This draft was thrown away before. Begin another one.")
    return field, str(words)
