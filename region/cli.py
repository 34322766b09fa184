"""The region's commands."""

import logging
import os
import signal
import sys
import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import click
from flask import Flask

from records.errors import KeyStoreError
from region import taking_commands
from region.alerts import note_faces
from region.app import create_app
from region.bundle_commands import bundle_commands
from region.demo import DEMO_STICK, DemoRegion, demo_lines, demo_provider, demo_settings, prepare_demo
from region.errors import RegionError, SettingsError
from region.figures.commands import figure_commands
from region.figures.contacts import Contacts
from region.key_commands import key_commands, opened
from region.keys import current_recipient, missing_secrets
from region.notices.channels import channels_of
from region.notices.commands import notice_commands
from region.notices.courier import Courier
from region.payment.scheduler import Scheduler, tick
from region.payment.signing import payment_secret
from region.payment.stand_in import ADDRESS
from region.portal.app import address_of
from region.publishing.commands import profile_commands
from region.receiving import serving
from region.registry.years import FIRST, LAST, open_year
from region.reviewer_commands import reviewer_commands
from region.settings import Settings, load_settings
from region.signers import enrol, public_in
from region.signing import public_text, receipt_signer
from region.uploads import Uploads
from region.venue_commands import venue_commands
from region.venues import add_venue, new_key
from region.windows.commands import window_commands

THREADS = 16
MAX_CONNECTIONS = 400
MAX_BODY_BYTES = 40 * 1024 * 1024
"""Above every limit of the apps, whose refusals say what to do."""


@click.group()
@click.pass_context
def main(context: click.Context) -> None:
    """The region's central system: takes records in from the venues and has them reviewed."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        context.obj = load_settings(os.environ)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


@main.command()
@click.option("--demo", is_flag=True, help="Make a demo venue and demo reviewers, and print their secrets.")
@click.option("--until-input-closes", is_flag=True, help="End when whoever started us is gone (standard input closes).")
@click.option("--demo-signing-key", default="", help="Public key of the demo venue, enrolled at the start.")
@click.option("--demo-roster", type=click.Path(path_type=Path), help="Made-up people, registered at the start.")
@click.pass_obj
def run(
    settings: Settings, demo: bool, until_input_closes: bool, demo_signing_key: str, demo_roster: Path | None
) -> None:
    """Serve the region until it is stopped."""
    if until_input_closes:
        threading.Thread(target=_end_with_input, daemon=True).start()
    beside: Mapping[str, Flask] = {}
    if demo:
        made = _prepare_demo(settings, demo_signing_key, demo_roster)
        settings = demo_settings(settings)
        settings = replace(settings, bundle_folders=(*settings.bundle_folders, str(settings.home.parent / DEMO_STICK)))
        settings = replace(settings, payment_url=settings.payment_url or ADDRESS)
        beside = demo_provider(settings, made.candidates)
        for line in demo_lines(settings, made):
            click.echo(line)
    _serve(settings, beside)


def _serve(settings: Settings, beside: Mapping[str, Flask]) -> None:
    with opened(settings) as store:
        for line in missing_secrets(store):
            click.echo(f"LOOK: {line}", err=True)
        store.files.check()
        store.files.sweep(store.is_alone)
        Uploads(store).sweep()
        courier = Courier(store, channels_of(settings), address_of(settings))
        contacts = Contacts(store)
        app = create_app(settings, store, beside=beside, contacts=contacts)
        signal.signal(signal.SIGTERM, _stop)
        click.echo(f"Region: http://{settings.host}:{settings.port}/")
        sys.stdout.flush()
        scheduler = Scheduler(store, contacts.write_down, lambda: note_faces(store, settings.faces_limit))
        courier.start()
        scheduler.start()
        try:
            _answer(settings, app)
        finally:
            scheduler.stop()
            courier.stop()


def _answer(settings: Settings, app: Flask) -> None:
    serving(
        app,
        host=settings.host,
        port=settings.port,
        threads=THREADS,
        connection_limit=MAX_CONNECTIONS,
        max_request_body_size=MAX_BODY_BYTES,
        ident=None,
        clear_untrusted_proxy_headers=not settings.trusted_proxies,  # the app itself knows whom to believe
    ).run()


def _prepare_demo(settings: Settings, signing_key: str, roster: Path | None) -> DemoRegion:
    try:
        demo = prepare_demo(settings, signing_key, roster)
    except (KeyStoreError, RegionError) as error:
        raise click.ClickException(str(error)) from error
    for name, pin, role in demo.reviewers:
        click.echo(f"Region reviewer (demo): {name}  PIN {pin}  {role}")
    click.echo(f"DEMO KEY, it protects nothing real: venues seal to {demo.recipient}")
    return demo


@main.command("add-venue")
@click.argument("venue_id")
@click.argument("name")
@click.option("--signing-key", default="", help="The venue's public key (ed25519:...), as `kiosk keys new` printed it.")
@click.pass_obj
def add_venue_command(settings: Settings, venue_id: str, name: str, signing_key: str) -> None:
    """Let a venue send; print its bearer key once, and the key it is to seal to."""
    key = new_key()
    with opened(settings) as store:
        recipient = current_recipient(store)
        signing_key = public_in(signing_key) if signing_key else ""
        add_venue(store, venue_id, name, key)
        if signing_key:
            click.echo(f"Its signatures are taken from key {enrol(store, venue_id, signing_key)}; compare that name.")
    click.echo(f"Key of venue {venue_id}, shown only now: {key}")
    click.echo(f"It seals to (region.sealing_keys_file): {recipient}")
    click.echo("The venue also needs this region's key for receipts: python -m region receipt-key")


@main.command("receipt-key")
@click.pass_obj
def receipt_key(settings: Settings) -> None:
    """Print the public key of this region's receipts, as a venue keeps it in its file of the region's keys."""
    click.echo(public_text(receipt_signer(settings.home)), nl=False)


@main.command()
@click.pass_obj
def migrate(settings: Settings) -> None:
    """Bring the database to the present schema."""
    with opened(settings):
        pass
    click.echo("The database has the present schema.")


@main.command("tick")
@click.pass_obj
def tick_command(settings: Settings) -> None:
    """Do once what is due by the clock, as every running region does by itself."""
    with opened(settings) as store:
        click.echo(f"Payment opened for {tick(store)} registrations.")


@main.command("payment-key")
@click.pass_obj
def payment_key(settings: Settings) -> None:
    """Print the key that is shared with the payment system; whoever has it can say that somebody paid."""
    with opened(settings) as store:
        click.echo(payment_secret(store.vault).hex())


@main.command()
@click.argument("exam_year", type=click.IntRange(FIRST, LAST))
@click.pass_obj
def year(settings: Settings, exam_year: int) -> None:
    """Give a year of the exam a place of its own in PostgreSQL, before its roster comes. Any number of times."""
    with opened(settings) as store:
        if store.is_alone:
            click.echo("SQLite keeps all years together; there is nothing to do.")
        elif open_year(store, exam_year):
            click.echo(f"{exam_year} has its place now.")
        else:
            click.echo(f"{exam_year} has its place already.")


main.add_command(key_commands)
main.add_command(bundle_commands)
main.add_command(notice_commands)
main.add_command(window_commands)
main.add_command(figure_commands)
main.add_command(venue_commands)
main.add_command(profile_commands)
for _command in (*reviewer_commands, taking_commands.roster, taking_commands.slots, taking_commands.bookings):
    main.add_command(_command)


def _end_with_input() -> None:
    """Wait until standard input closes, then end at once; being killed at any moment loses nothing."""
    while sys.stdin.buffer.read(1024):
        pass
    os._exit(0)


def _stop(*_signal: object) -> NoReturn:
    raise SystemExit(0)
