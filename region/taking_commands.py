"""The region's commands that take files in: rosters, appointments offered, appointments booked elsewhere."""

from collections.abc import Mapping
from pathlib import Path

import click

from region.key_commands import opened
from region.rostering import take_roster
from region.settings import Settings
from region.slots.importing import Taken, offer_slots, take_bookings
from region.slots.reading import read_bookings, read_slots
from region.store import Store
from region.venues import open_venues
from rules.roster.errors import RosterError
from rules.roster.words import Language, describe_fault

FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
VENUE = click.option("--venue", required=True, help="Id of the venue.")
YEAR = click.option("--year", required=True, type=click.IntRange(2000, 2100), help="Year of the exam.")


@click.command("roster")
@FILE
@VENUE
@YEAR
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write what became of every row here.")
@click.pass_obj
def roster(settings: Settings, file: Path, venue: str, year: int, report: Path | None) -> None:
    """Enrol a venue's candidates from the national system's roster (.xlsx or .csv); twice the same changes nothing."""
    with opened(settings) as store:
        _require_venue(store, venue)
        today = store.now().astimezone(settings.zone).date()
        try:
            done = take_roster(store, year, venue, file.read_bytes(), today)
        except RosterError as error:
            raise _said(error) from error
    if report:
        report.write_bytes(done.report)
    _tell(done.counts)


@click.command("slots")
@FILE
@VENUE
@YEAR
@click.pass_obj
def slots(settings: Settings, file: Path, venue: str, year: int) -> None:
    """Offer appointments from a table: day, hours, places, and if need be exam level and group."""
    with opened(settings) as store:
        _require_venue(store, venue)
        try:
            done = offer_slots(store, year, venue, read_slots(file.read_bytes()))
        except RosterError as error:
            raise _said(error) from error
    _tell_rows(done)


@click.command("bookings")
@FILE
@VENUE
@YEAR
@click.pass_obj
def bookings(settings: Settings, file: Path, venue: str, year: int) -> None:
    """Take over who has which appointment from a city's own booking system."""
    with opened(settings) as store:
        _require_venue(store, venue)
        try:
            done = take_bookings(store, year, venue, read_bookings(file.read_bytes()))
        except RosterError as error:
            raise _said(error) from error
    _tell_rows(done)


def _require_venue(store: Store, venue: str) -> None:
    if venue not in open_venues(store):
        raise click.ClickException(
            f"there is no venue {venue!r} that is open; there are {', '.join(open_venues(store)) or 'none'}"
        )


def _said(error: RosterError) -> click.ClickException:
    return click.ClickException(describe_fault(error.fault, error.missing, Language.EN))


def _tell(counts: Mapping[str, int]) -> None:
    for name, count in counts.items():
        click.echo(f"{name}: {count}")


def _tell_rows(done: Taken) -> None:
    _tell(done.counts)
    for row, why in done.refused.items():
        click.echo(f"row {row}: {why}", err=True)
