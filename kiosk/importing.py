"""Imports a roster file for whoever asks: the command line, the roster page, the demo."""

from pathlib import Path

from kiosk import preferences
from kiosk.venue import Venue
from local_db.roster.errors import RosterError
from local_db.roster.words import Language, describe_fault
from local_db.roster_import import import_roster
from local_db.store import Origin

COMMAND_LINE = Origin("command-line", "venue")


def import_file(venue: Venue, path: Path, origin: Origin = COMMAND_LINE) -> dict[str, int | str]:
    """Import the file and return what became of its rows, and where the report is.

    Raises:
        RosterError: nothing of the file can be read; nothing was changed.
        DiskFullError: no room; nothing was changed.
    """
    today = venue.clock.now().astimezone(venue.settings.zone).date()
    reports = venue.settings.home / "reports"
    summary = import_roster(venue.database, path, reports, today, venue.clock, origin)
    result: dict[str, int | str] = dict(summary.counts)
    return result | {"repeat": "yes" if summary.is_repeat else "no", "report": str(summary.report)}


def refusal_words(error: RosterError) -> str:
    """Return why a file is no roster and what to do, in the language of the page."""
    language = Language.EN if preferences.current().locale == "en" else Language.ZH
    return describe_fault(error.fault, error.missing, language)
