"""The venue's commands."""

import logging
from pathlib import Path

import click

from devices.errors import ConfigurationError
from kiosk import checkup, demo, serving
from kiosk.auth import Doorkeeper
from kiosk.errors import KioskError
from kiosk.importing import import_file, refusal_words
from kiosk.settings import Settings, home_folder, load_settings
from kiosk.simulation.command import simulate
from kiosk.support_command import diagnose
from kiosk.venue import Venue, open_venue
from kiosk.wording import KNOWN_ROLES
from local_db.errors import DiskFullError
from local_db.roster.errors import RosterError
from sync.worker import Worker

MIN_PIN_DIGITS = 6


@click.group()
@click.option(
    "--config", type=click.Path(path_type=Path), help="Settings file; default: settings.toml in the home folder."
)
@click.option("--demo", "is_demo", is_flag=True, help="Use the demo venue's settings.")
@click.pass_context
def main(context: click.Context, config: Path | None, is_demo: bool) -> None:
    """Kaodian, the venue's check-in system. All state lies in KAODIAN_HOME (default: var)."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # its lines hold addresses of records
    context.obj = (config, is_demo)


def _settings(context: click.Context, is_demo: bool = False) -> Settings:
    config, demo_wanted = context.obj
    home = home_folder()
    path = config or home / "settings.toml"
    try:
        if is_demo or demo_wanted or (config is None and not path.exists() and (home / "demo").exists()):
            return demo.demo_settings(home)
        return load_settings(path, home)
    except KioskError as error:
        raise click.ClickException(str(error)) from error


def _open(settings: Settings) -> Venue:
    try:
        return open_venue(settings)
    except (KioskError, ConfigurationError) as error:
        raise click.ClickException(str(error)) from error


@main.command()
@click.option(
    "--demo", "is_demo", is_flag=True, help="A demo venue with made-up people, simulated devices and a region."
)
@click.pass_context
def run(context: click.Context, is_demo: bool) -> None:
    """Serve the venue until it is stopped."""
    settings = _settings(context, is_demo)
    if not settings.demo:
        serving.serve(_open(settings))
        return
    with serving.demo_region(settings.home):
        venue = _open(settings)
        demo.prepare(venue)
        for line in serving.demo_greeting(settings):
            click.echo(line)
        serving.serve(venue)


@main.command("import-roster")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_context
def import_roster(context: click.Context, file: Path) -> None:
    """Import the region's roster (.xlsx or .csv); doing it twice changes nothing."""
    venue = _open(_settings(context))
    try:
        summary = import_file(venue, file)
    except RosterError as error:
        raise click.ClickException(refusal_words(error)) from error
    finally:
        venue.close()
    for key, value in summary.items():
        click.echo(f"{key}: {value}")


@main.command("add-staff")
@click.argument("staff_id")
@click.argument("name")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(KNOWN_ROLES), help="May be repeated.")
@click.password_option("--pin", help="Six digits or more; asked for when not given.")
@click.pass_context
def add_staff(context: click.Context, staff_id: str, name: str, roles: tuple[str, ...], pin: str) -> None:
    """Add a member of staff, or change one's PIN and roles."""
    if not pin.isdigit() or len(pin) < MIN_PIN_DIGITS:
        raise click.ClickException(f"the PIN must have at least {MIN_PIN_DIGITS} digits")
    venue = _open(_settings(context))
    keeper = Doorkeeper(venue.book, venue.clock)
    venue.book.add(staff_id, name, keeper.hash(pin), roles)
    venue.close()
    click.echo(f"{name} may sign in.")


@main.command()
@click.pass_context
def doctor(context: click.Context) -> None:
    """Look at everything the venue needs today and say what to do; exit code 1 if something has to be done."""
    venue = _open(_settings(context))
    try:
        findings = checkup.examine(venue)
    finally:
        venue.close()
    _report(findings)


@main.command()
@click.pass_context
def verify(context: click.Context) -> None:
    """Check every file and record on the disk against its digest; exit code 1 if something is damaged."""
    venue = _open(_settings(context))
    try:
        findings = checkup.verify(venue)
    finally:
        venue.close()
    _report(findings)


@main.command("diagnose")
@click.argument("folder", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.pass_context
def diagnose_venue(context: click.Context, folder: Path | None) -> None:
    """Save a bundle for a technician elsewhere in FOLDER (a stick); nothing of any person is in it."""
    settings = _settings(context)
    click.echo(f"saved: {diagnose(settings, folder or settings.home / 'diagnostics')}")


@main.command()
@click.pass_context
def sync(context: click.Context) -> None:
    """Send what is due to the region once and fetch its verdicts, as the running venue does by itself."""
    venue = _open(_settings(context))
    try:
        if venue.worker is None:
            raise click.ClickException("the settings name no region")
        answered = _round(venue.worker)
        venue.checkpoint_sender.round(now=True)
        counts = venue.outbox.counts()
    finally:
        venue.close()
    click.echo(f"saved here: {counts.saved}, sent: {counts.sent}, accepted: {counts.accepted}, parked: {counts.parked}")
    if not answered:
        raise click.ClickException("the region does not answer; everything is kept and sent later")


def _round(worker: Worker) -> bool:
    try:
        return worker.round()
    except DiskFullError as error:
        raise click.ClickException("the disk is full; nothing is lost, make room and try again") from error


def _report(findings: list[checkup.Finding]) -> None:
    for finding in findings:
        click.echo(f"{'ok  ' if finding.is_good else 'LOOK'}  {finding.what}: {finding.words}")
    if not all(finding.is_good for finding in findings):
        raise SystemExit(1)


main.add_command(simulate)
