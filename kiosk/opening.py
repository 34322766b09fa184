"""Opens the venue for a command: settings, key, then everything."""

from pathlib import Path

import click

from devices.errors import ConfigurationError
from kiosk import demo
from kiosk.errors import KioskError
from kiosk.settings import Settings, home_folder, load_settings
from kiosk.unlocking import open_alone, open_by_asking, vault_of
from kiosk.venue import Venue, open_venue
from local_db.errors import StoreError
from local_db.vault.keys import VenueKey
from local_db.vault.vault import MIN_PASSPHRASE, Vault
from rules.errors import ProfileError


def settings_of(context: click.Context, is_demo: bool = False) -> Settings:
    """Return the settings that the command line asks for, the demo's if there are no others and a demo was here."""
    config, demo_wanted = context.obj
    home = home_folder()
    path: Path = config or home / "settings.toml"
    try:
        if is_demo or demo_wanted or (config is None and not path.exists() and (home / "demo").exists()):
            return demo.demo_settings(home)
        return load_settings(path, home)
    except KioskError as error:
        raise click.ClickException(str(error)) from error


def vault_at(settings: Settings) -> Vault:
    """Return the vault, or say what to do about it."""
    try:
        return vault_of(settings)
    except StoreError as error:
        raise click.ClickException(str(error)) from error


def key_of(vault: Vault) -> VenueKey:
    """Return the venue's key; whoever sits at the terminal is asked for the passphrase if need be."""
    try:
        return open_alone(vault) or open_by_asking(vault, ask_passphrase, click.echo)
    except StoreError as error:
        raise click.ClickException(str(error)) from error


def ask_passphrase() -> str:
    """Return what is typed; it is not shown."""
    return str(click.prompt("Passphrase (or the recovery key on paper)", hide_input=True, err=True))


def ask_new_passphrase() -> str:
    """Return a passphrase that was typed twice; it is not shown."""
    words = f"New passphrase, at least {MIN_PASSPHRASE} characters, e.g. five unrelated words"
    return str(click.prompt(words, hide_input=True, confirmation_prompt="Once more", err=True))


def opened(settings: Settings, key: VenueKey | None = None) -> Venue:
    """Return the open venue, also where it cannot seal, or say what to do; without a key, whoever is there is asked."""
    key = key or key_of(vault_at(settings))
    try:
        return open_venue(settings, key)
    except (KioskError, ProfileError, ConfigurationError, StoreError) as error:
        raise click.ClickException(str(error)) from error


def ready(settings: Settings) -> Venue:
    """Return the venue, provided that it can seal what will be finished today."""
    venue = opened(settings)
    if venue.sealing.trouble:
        venue.close()
        raise click.ClickException(venue.sealing.trouble)
    return venue
