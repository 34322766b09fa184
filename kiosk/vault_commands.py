"""`python -m kiosk vault ...`: the venue's key."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from kiosk.opening import ask_new_passphrase, ask_passphrase, key_of, settings_of, vault_at
from kiosk.rotate_command import rotate
from kiosk.settings import Settings
from local_db.encrypting import is_clear
from local_db.errors import StoreError
from local_db.vault.vault import Vault

_WORDS = {
    "passphrase": "opens with the passphrase",
    "recovery": "opens with the recovery key on paper",
    "keystore": "opens by itself for this computer's user (key store)",
    "demo": "DEMO KEY: lies here in clear and protects nothing",
}


@click.group("vault")
def vault_group() -> None:
    """Make, test and change what opens the venue's encrypted data."""


@vault_group.command()
@click.pass_context
def init(context: click.Context) -> None:
    """Make the key of a new venue, once, and wrap it under a passphrase."""
    settings = settings_of(context)
    vault = Vault(settings.vault_folder)
    if settings.database.exists() and not is_clear(settings.database) and not vault.exists:
        vault_at(settings)  # says that the key of what is there is missing
    with _said():
        vault.create(ask_new_passphrase())
    click.echo(f"The key was made: {vault.folder}. Every start asks for the passphrase; nobody can look it up.")
    click.echo("Now: python -m kiosk vault recovery (prints a key for paper), then python -m kiosk run")


@vault_group.command("unlock-test")
@click.pass_context
def unlock_test(context: click.Context) -> None:
    """Try every way that needs no typing, then a passphrase or the recovery key; nothing is changed."""
    vault = _existing(context)
    for way in vault.ways():
        click.echo(f"  {_WORDS[way]}")
    with _said():
        if "keystore" in vault.ways() or vault.is_demo:
            click.echo("ok    opens by itself" if vault.open_alone() else "LOOK  does not open by itself")
    if {"passphrase", "recovery"} & set(vault.ways()):
        with _said():
            vault.open(ask_passphrase())
        click.echo("ok    what you typed opens the vault")


@vault_group.command("change-passphrase")
@click.pass_context
def change_passphrase(context: click.Context) -> None:
    """Set another passphrase; asks for the one before, or the recovery key. The data is not touched."""
    vault = _existing(context)
    key = key_of(vault)
    with _said():
        vault.set_passphrase(key, ask_new_passphrase())
    click.echo("The passphrase is changed. The one before still opens older backups: make a backup now.")


@vault_group.command("add-keyring")
@click.option("--remove", is_flag=True, help="Take the key out of this computer's store again.")
@click.pass_context
def add_keyring(context: click.Context, remove: bool) -> None:
    """Let this computer open the venue by itself: the key goes into the operating system's key store as well."""
    vault = _existing(context)
    with _said():
        if remove:
            vault.remove_keystore()
            click.echo("The key is no longer in this computer's key store.")
            return
    key = key_of(vault)
    with _said():
        name = vault.add_keystore(key)
    click.echo(f"The key is in {name}. Whoever signs in to this computer as this user can open the venue.")


@vault_group.command()
@click.pass_context
def recovery(context: click.Context) -> None:
    """Print a recovery key, for paper in a safe; one printed before no longer works."""
    vault = _existing(context)
    if "recovery" in vault.ways():
        click.confirm("There is a recovery key already; its paper becomes worthless. Go on?", abort=True, err=True)
    key = key_of(vault)
    with _said():
        words = vault.new_recovery_key(key)
    click.echo(f"\n    {words}\n")
    click.echo(
        "Write it down or print it, lock it away, clear this screen. It opens everything, as the passphrase does."
    )


vault_group.add_command(rotate)


def _existing(context: click.Context) -> Vault:
    settings: Settings = settings_of(context)
    return vault_at(settings)


@contextmanager
def _said() -> Iterator[None]:
    try:
        yield
    except StoreError as error:
        raise click.ClickException(str(error)) from error
