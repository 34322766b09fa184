"""The venue's commands about the key it signs with."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click

from kiosk.data import open_data, secret_keys
from kiosk.errors import KioskError
from kiosk.opening import key_of, ready, settings_of, vault_at
from kiosk.settings import Settings
from local_db.clock import Clock
from local_db.errors import StoreError
from local_db.signing_keys import SigningKeys
from local_db.vault.keys import VenueKey
from records.errors import KeyStoreError
from records.paper import paper_page
from records.signing import Signer

COMMAND = "python -m kiosk keys restore"


@click.group("keys")
def key_commands() -> None:
    """Make, show, print, restore and replace the key that this venue signs with."""


@contextmanager
def opened_keys(settings: Settings, key: VenueKey | None = None, clock: Clock | None = None) -> Iterator[SigningKeys]:
    """Give the venue's keys without opening devices or lines; what goes wrong is said in a sentence."""
    key = key or key_of(vault_at(settings))
    try:
        with closing(open_data(settings, key)) as database:
            yield SigningKeys(database, secret_keys(settings, key), clock or Clock())
    except (KeyStoreError, StoreError) as error:
        raise click.ClickException(str(error)) from error


@key_commands.command("new")
@click.option("--replace", is_flag=True, help="Retire the key in use. The region has to enrol the new one.")
@click.pass_context
def new(context: click.Context, replace: bool) -> None:
    """Make the venue's signing key, and print its public half for the region."""
    with opened_keys(settings_of(context)) as keys:
        _introduce(keys.make(replace=replace))
    click.echo("Now print it: python -m kiosk keys paper FILE.html")


@key_commands.command("show")
@click.pass_context
def show(context: click.Context) -> None:
    """Show this venue's signing keys; nothing secret."""
    with opened_keys(settings_of(context)) as keys:
        for key in keys.history():
            state = f"retired {key.retired_at:%Y-%m-%d}" if key.retired_at else "in use"
            lost = "" if key.is_here else "  SECRET MISSING"
            click.echo(f"{key.key_id}  {key.public_key}  {state}, {key.records} records{lost}")


@key_commands.command("paper")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_context
def paper(context: click.Context, file: Path) -> None:
    """Write a page with the SECRET key, to be printed and locked away; then delete the file."""
    settings = settings_of(context)
    with opened_keys(settings) as keys:
        signer = keys.current()
    title = f"{settings.venue.name.zh} {settings.venue.id}: 签名密钥 signing key"
    day = f"{Clock().now():%Y-%m-%d}"
    write_secret_page(file, paper_page(title, signer.key_id, day, signer.text(), COMMAND))


@key_commands.command("restore")
@click.option("--secret", prompt="Secret key (KAODIAN-SIGNING-KEY-1-...)", hide_input=True)
@click.pass_context
def restore(context: click.Context, secret: str) -> None:
    """Type the key in again from its sheet of paper."""
    with opened_keys(settings_of(context)) as keys:
        _introduce(keys.restore(secret))


@key_commands.command("seal-again")
@click.pass_context
def seal_again(context: click.Context) -> None:
    """Seal anew what the region refused, or has not accepted and was sealed with other keys than today's."""
    venue = ready(settings_of(context))
    try:
        visits = venue.journey.sealed_otherwise()
        for visit in visits:
            venue.journey.seal_again(visit)
    except KioskError as error:
        raise click.ClickException(str(error)) from error
    finally:
        venue.close()
    click.echo(f"sealed again: {len(visits)}")


def write_secret_page(path: Path, page: str) -> None:
    """Write the page for its owner's eyes only; a file that is there is not written over."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise click.ClickException(f"{path} exists; name another file") from error
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(page)
    click.echo(f"{path} holds a SECRET. Print it, lock the sheet away, and delete the file.")


def _introduce(signer: Signer) -> None:
    click.echo(f"This venue's signing key: {signer.key_id}")
    click.echo(f"Give this line to the region, and compare the key's name on the telephone:\n{signer.public}")
