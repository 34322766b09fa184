"""The region's commands about keys: its own, and those its venues sign with."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click

from records.errors import KeyStoreError
from records.paper import paper_page
from region import keys
from region.errors import RegionError
from region.settings import Settings
from region.signers import enrol, keys_of, revoke
from region.store import Store, open_store

COMMAND = "python -m region keys restore"


@click.group("keys")
def key_commands() -> None:
    """Make, show, print, restore and replace the region's keys; enrol and revoke those of venues."""


@contextmanager
def opened(settings: Settings) -> Iterator[Store]:
    """Give the store; what goes wrong with it or with a key is said in a sentence."""
    try:
        with closing(open_store(settings)) as store:
            yield store
    except (KeyStoreError, RegionError) as error:
        raise click.ClickException(str(error)) from error


@key_commands.command("new")
@click.option("--replace", is_flag=True, help="Retire the key in use. Every venue has to be given the new one.")
@click.pass_obj
def new(settings: Settings, replace: bool) -> None:
    """Make the key that venues seal to, and print its public half."""
    with opened(settings) as store:
        recipient = keys.make_key(store, replace=replace)
    click.echo(f"Give this to every venue (region.sealing_keys_file):\n{recipient}")
    click.echo("Now print it: python -m region keys paper FILE.html. Without the secret nothing can be opened.")


@key_commands.command("show")
@click.pass_obj
def show(settings: Settings) -> None:
    """Show the region's keys and the venues' signing keys; nothing secret."""
    with opened(settings) as store:
        for key in keys.key_history(store):
            state = f"retired {key.retired_at:%Y-%m-%d}" if key.retired_at else "in use"
            click.echo(f"sealing  {key.recipient}  {state}{'' if key.is_here else '  SECRET MISSING'}")
        for line in keys_of(store):
            state = f"revoked {line.revoked_at:%Y-%m-%d} ({line.reason})" if line.revoked_at else "enrolled"
            click.echo(f"signing  {line.venue}  {line.key_id}  {state}")


@key_commands.command("paper")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--key", "recipient", default="", help="Which key (age1...); default: the one in use.")
@click.pass_obj
def paper(settings: Settings, file: Path, recipient: str) -> None:
    """Write a page with a SECRET key, to be printed and locked away; then delete the file."""
    with opened(settings) as store:
        recipient = recipient or keys.current_recipient(store)
        secret = store.vault.load(keys.vault_name(recipient))
        day = f"{store.now():%Y-%m-%d}"
        write_secret_page(
            file, paper_page(f"{settings.region_name}: 解封密钥 opening key", recipient, day, secret, COMMAND)
        )


@key_commands.command("restore")
@click.option("--secret", prompt="Secret key (AGE-SECRET-KEY-1...)", hide_input=True)
@click.pass_obj
def restore(settings: Settings, secret: str) -> None:
    """Type a key in again from its sheet of paper."""
    with opened(settings) as store:
        click.echo(f"Restored: {keys.restore_key(store, secret)}")


@key_commands.command("enrol")
@click.argument("venue_id")
@click.argument("public_key")
@click.pass_obj
def enrol_command(settings: Settings, venue_id: str, public_key: str) -> None:
    """Take what this key signs as the venue's. Compare the key's name with the venue on the telephone first."""
    with opened(settings) as store:
        click.echo(f"Enrolled for {venue_id}: {enrol(store, venue_id, public_key)}")


@key_commands.command("revoke")
@click.argument("key_id")
@click.option("--reason", required=True, help="For the record, e.g. 'PC stolen 2027-03-02'.")
@click.pass_obj
def revoke_command(settings: Settings, key_id: str, reason: str) -> None:
    """Take nothing more that this key signs."""
    with opened(settings) as store:
        if not revoke(store, key_id, reason):
            raise click.ClickException(f"key {key_id} had been revoked before; nothing was changed")
    click.echo(f"Revoked: {key_id}. What was received before stays and is marked.")


def write_secret_page(path: Path, page: str) -> None:
    """Write the page for its owner's eyes only; a file that is there is not written over."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise click.ClickException(f"{path} exists; name another file") from error
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(page)
    click.echo(f"{path} holds a SECRET. Print it, lock the sheet away, and delete the file.")
