"""The region's commands."""

import logging
import os
import signal
import sys
import threading
from typing import NoReturn

import click

from records.errors import KeyStoreError
from records.signing import read_public
from region import taking_commands
from region.app import create_app
from region.demo import prepare_demo
from region.errors import AlreadyKnownError, RegionError, SettingsError
from region.key_commands import key_commands, opened
from region.keys import current_recipient, missing_secrets
from region.receiving import serving
from region.reviewers import ROLES, add_reviewer
from region.settings import Settings, load_settings
from region.signers import enrol
from region.signing import public_text, receipt_signer
from region.store import open_store
from region.uploads import Uploads
from region.venues import add_venue, new_key

MIN_SECRET_CHARS = 8
THREADS = 16
MAX_CONNECTIONS = 400
MAX_BODY_BYTES = 16 * 1024 * 1024


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
@click.pass_obj
def run(settings: Settings, demo: bool, until_input_closes: bool, demo_signing_key: str) -> None:
    """Serve the region until it is stopped."""
    if until_input_closes:
        threading.Thread(target=_end_with_input, daemon=True).start()
    if demo:
        _prepare_demo(settings, demo_signing_key)
    store = open_store(settings)
    for line in missing_secrets(store):
        click.echo(f"LOOK: {line}", err=True)
    store.files.sweep()
    Uploads(store, settings.home / "uploads").sweep()
    signal.signal(signal.SIGTERM, _stop)
    click.echo(f"Region: http://{settings.host}:{settings.port}/")
    sys.stdout.flush()
    try:
        serving(
            create_app(settings, store),
            host=settings.host,
            port=settings.port,
            threads=THREADS,
            connection_limit=MAX_CONNECTIONS,
            max_request_body_size=MAX_BODY_BYTES,
            ident=None,
        ).run()
    finally:
        store.close()


def _prepare_demo(settings: Settings, signing_key: str) -> None:
    try:
        demo = prepare_demo(settings, signing_key)
    except (KeyStoreError, RegionError) as error:
        raise click.ClickException(str(error)) from error
    for name, pin in demo.reviewers:
        click.echo(f"Region reviewer (demo): {name}  PIN {pin}")
    click.echo(f"DEMO KEY, it protects nothing real: venues seal to {demo.recipient}")


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
        signing_key = read_public(signing_key) if signing_key else ""
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


@main.command("add-reviewer")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default="review", show_default=True)
@click.password_option("--secret", help="Password; asked for when not given.")
@click.pass_obj
def add_reviewer_command(settings: Settings, name: str, role: str, secret: str) -> None:
    """Make an account for a reviewer."""
    if len(secret) < MIN_SECRET_CHARS:
        raise click.ClickException(f"the password needs at least {MIN_SECRET_CHARS} characters")
    try:
        add_reviewer(open_store(settings), name, secret, role)
    except AlreadyKnownError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Reviewer {name} may sign in.")


@main.command()
@click.pass_obj
def migrate(settings: Settings) -> None:
    """Bring the database to the present schema."""
    open_store(settings).close()
    click.echo("The database has the present schema.")


for command in (key_commands, taking_commands.roster, taking_commands.slots, taking_commands.bookings):
    main.add_command(command)


def _end_with_input() -> None:
    """Wait until standard input closes, then end at once; being killed at any moment loses nothing."""
    while sys.stdin.buffer.read(1024):
        pass
    os._exit(0)


def _stop(*_signal: object) -> NoReturn:
    raise SystemExit(0)
