"""How every command finds its settings and opens the venue, with what is wrong said in a sentence."""

from pathlib import Path

import click

from devices.errors import ConfigurationError
from kiosk import demo
from kiosk.errors import KioskError
from kiosk.settings import Settings, home_folder, load_settings
from kiosk.venue import Venue, open_venue


def settings_of(context: click.Context, is_demo: bool = False) -> Settings:
    """Return the settings that the command line asks for."""
    config, demo_wanted = context.obj
    home = home_folder()
    path: Path = config or home / "settings.toml"
    try:
        if is_demo or demo_wanted or (config is None and not path.exists() and (home / "demo").exists()):
            return demo.demo_settings(home)
        return load_settings(path, home)
    except KioskError as error:
        raise click.ClickException(str(error)) from error


def opened(settings: Settings) -> Venue:
    """Return the venue, also where it cannot seal."""
    try:
        return open_venue(settings)
    except (KioskError, ConfigurationError) as error:
        raise click.ClickException(str(error)) from error


def ready(settings: Settings) -> Venue:
    """Return the venue, provided that it can seal what will be finished today."""
    venue = opened(settings)
    if venue.sealing.trouble:
        venue.close()
        raise click.ClickException(venue.sealing.trouble)
    return venue
