"""Imports a roster file for whoever asks: the command line, the roster page, the demo."""

from datetime import date
from pathlib import Path

from kiosk import preferences
from kiosk.venue import Venue
from local_db.roster_import import ImportSummary, import_roster, import_roster_bytes
from local_db.store import Origin
from rules.roster.errors import RosterError
from rules.roster.words import Language, describe_fault

COMMAND_LINE = Origin("command-line", "venue")


def import_file(venue: Venue, path: Path, origin: Origin = COMMAND_LINE) -> dict[str, int | str]:
    """Import the file and return what became of its rows, and what the report is called.

    Raises:
        RosterError: nothing of the file can be read; nothing was changed.
        DiskFullError: no room; nothing was changed.
    """
    return _told(import_roster(venue.database, path, venue.reports, _today(venue), venue.clock, origin))


def import_upload(venue: Venue, name: str, content: bytes, origin: Origin) -> dict[str, int | str]:
    """Import what a browser sent, without a file on the disk; as `import_file`."""
    return _told(import_roster_bytes(venue.database, name, content, venue.reports, _today(venue), venue.clock, origin))


def _today(venue: Venue) -> date:
    return venue.clock.now().astimezone(venue.settings.zone).date()


def _told(summary: ImportSummary) -> dict[str, int | str]:
    result: dict[str, int | str] = dict(summary.counts)
    return result | {"repeat": "yes" if summary.is_repeat else "no", "report": summary.report}


def refusal_words(error: RosterError) -> str:
    """Return why a file is no roster and what to do, in the language of the page."""
    language = Language.EN if preferences.current().locale == "en" else Language.ZH
    return describe_fault(error.fault, error.missing, language)
