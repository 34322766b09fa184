"""The venue's commands."""

import logging
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from kiosk import checkup, demo, serving
from kiosk.auth import Doorkeeper
from kiosk.backup_commands import backup, restore
from kiosk.bundle_commands import bundle_commands
from kiosk.errors import KioskError, SettingsError
from kiosk.finding import Finding
from kiosk.importing import import_file, refusal_words
from kiosk.key_commands import key_commands, opened_keys
from kiosk.opening import key_of, opened, ready, settings_of, vault_at
from kiosk.settings import Settings
from kiosk.simulation.command import simulate
from kiosk.support_command import diagnose, venue_key
from kiosk.unlocking import open_alone
from kiosk.vault_commands import vault_group
from kiosk.verifying import verify as verify_disk
from kiosk.verifying import verify_pages
from kiosk.wording import KNOWN_ROLES
from local_db.errors import DiskFullError, NotSavedError
from records.errors import KeyStoreError
from rules.errors import ProfileError
from rules.roster.errors import RosterError
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


@main.command()
@click.option(
    "--demo", "is_demo", is_flag=True, help="A demo venue with made-up people, simulated devices and a region."
)
@click.option("--page", is_flag=True, help="Ask for the passphrase on a page; the default where there is no terminal.")
@click.pass_context
def run(context: click.Context, is_demo: bool, page: bool) -> None:
    """Serve the venue until it is stopped."""
    settings = settings_of(context, is_demo)
    if not settings.demo:
        _run_real(settings, page or not (sys.stdin and sys.stdin.isatty()))  # a Windows service has none
        return
    with opened_keys(settings) as keys:
        signing_key = (keys.current() if keys.history() else keys.make()).public
    try:
        roster = demo.write_demo_roster(settings, datetime.now(UTC))
        with serving.demo_region(settings.home, signing_key, roster):
            venue = ready(settings)
            demo.prepare(venue)
            for line in serving.demo_greeting(settings):
                click.echo(line)
            serving.serve(venue)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


def _run_real(settings: Settings, asks_on_page: bool) -> None:
    vault = vault_at(settings)
    if not asks_on_page or open_alone(vault) is not None:
        serving.serve(ready(settings))
        return
    click.echo(f"Locked. Open http://127.0.0.1:{settings.server.port}/ on this computer and type the passphrase.")
    try:
        serving.serve_locked(settings, vault)
    except (KioskError, ProfileError, KeyStoreError) as error:
        raise click.ClickException(str(error)) from error


@main.command("import-roster")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write the report here, in clear.")
@click.pass_context
def import_roster(context: click.Context, file: Path, report: Path | None) -> None:
    """Import the region's roster (.xlsx or .csv); doing it twice changes nothing."""
    venue = opened(settings_of(context))
    try:
        summary = import_file(venue, file)
        if report:
            report.write_bytes(venue.reports.get(str(summary["report"])))
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
    venue = opened(settings_of(context))
    keeper = Doorkeeper(venue.book, venue.clock)
    venue.book.add(staff_id, name, keeper.hash(pin), roles)
    venue.close()
    click.echo(f"{name} may sign in.")


@main.command()
@click.pass_context
def doctor(context: click.Context) -> None:
    """Look at everything the venue needs today and say what to do; exit code 1 if something has to be done."""
    venue = opened(settings_of(context))
    try:
        findings = checkup.examine(venue)
    finally:
        venue.close()
    _report(findings)


@main.command()
@click.pass_context
def verify(context: click.Context) -> None:
    """Check every page, file and signature on the disk, and the newest backup; exit code 1 if something is damaged."""
    settings = settings_of(context)
    key = key_of(vault_at(settings))
    _report(verify_pages(settings, key))
    venue = opened(settings, key)
    try:
        findings = verify_disk(venue)
    finally:
        venue.close()
    _report(findings)


@main.command("diagnose")
@click.argument("folder", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.pass_context
def diagnose_venue(context: click.Context, folder: Path | None) -> None:
    """Save a bundle for a technician elsewhere in FOLDER (a stick); nothing of any person is in it."""
    settings = settings_of(context)
    click.echo(f"saved: {diagnose(settings, folder or settings.home / 'diagnostics', lambda: venue_key(settings))}")


@main.command()
@click.option("--pause/--resume", "pauses", default=None, help="Stop sending, or go on; the running venue obeys too.")
@click.pass_context
def sync(context: click.Context, pauses: bool | None) -> None:
    """Send what is due to the region once and fetch its verdicts, as the running venue does by itself."""
    venue = opened(settings_of(context))
    try:
        if venue.worker is None:
            raise click.ClickException("the settings name no region")
        if pauses is not None:
            (venue.worker.pause if pauses else venue.worker.resume)()
        answered = _round(venue.worker)
        venue.checkpoint_sender.round(now=True)
        is_paused = venue.worker.is_paused
        counts = venue.outbox.counts()
    finally:
        venue.close()
    click.echo(f"saved here: {counts.saved}, sent: {counts.sent}, accepted: {counts.accepted}, parked: {counts.parked}")
    if is_paused:
        click.echo("sending is paused; go on with: python -m kiosk sync --resume")
    if not answered:
        raise click.ClickException("the region does not answer; everything is kept and sent later")


def _round(worker: Worker) -> bool:
    try:
        return worker.round()
    except DiskFullError as error:
        raise click.ClickException("the disk is full; nothing is lost, make room and try again") from error
    except NotSavedError as error:
        raise click.ClickException(f"{error}; nothing is lost, mend that and try again") from error


def _report(findings: list[Finding]) -> None:
    for finding in findings:
        click.echo(f"{'ok  ' if finding.is_good else 'LOOK'}  {finding.what}: {finding.words}")
    if not all(finding.is_good for finding in findings):
        raise SystemExit(1)


main.add_command(simulate)
main.add_command(key_commands)
main.add_command(vault_group)
main.add_command(backup)
main.add_command(restore)
main.add_command(bundle_commands)
