"""Why something was not saved, in words that say what to do next."""

from dataclasses import dataclass

from flask_babel import gettext as _

from local_db.errors import DiskFullError, LockedError, NotSavedError


@dataclass(frozen=True, slots=True)
class NotSaved:
    """What a person is told: `title` and `advice` on a page of their own, `sentence` above what was filled in."""

    status: int
    title: str
    advice: str
    sentence: str


def not_saved(error: NotSavedError) -> NotSaved:
    """Return the words for an error."""
    if isinstance(error, DiskFullError):
        return NotSaved(
            507,
            _("The disk of the venue computer is full"),
            _("Nothing that was saved before is lost. Tell the administrator to make room, then try again."),
            _("The disk of the venue computer is full. Nothing was lost; tell the administrator, then try again."),
        )
    if isinstance(error, LockedError):
        return NotSaved(
            503,
            _("Another program is using the venue's data"),
            _("Nothing was lost. Wait a moment and try again; if it happens twice, tell the administrator."),
            _("Another program is using the venue's data. Nothing was lost; wait a moment, then try again."),
        )
    return NotSaved(
        507,
        _("The disk of the venue computer is failing"),
        _("Nothing that was saved before is lost. Tell the administrator at once: back up, and replace the disk."),
        _("The disk of the venue computer is failing. Nothing was lost; tell the administrator, then try again."),
    )
