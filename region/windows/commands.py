"""The commands about windows; they do what the screen does."""

from datetime import datetime

import click

from region.administrators import administrator
from region.key_commands import opened
from region.registry.rules import Window
from region.registry.windows import Place
from region.registry.years import FIRST, LAST
from region.settings import Settings
from region.windows.changing import Wish, change_window, local, windows_of
from region.windows.kinds import KINDS

YEAR = click.argument("year", type=click.IntRange(FIRST, LAST))


@click.group("windows")
def window_commands() -> None:
    """Show and set until when what is open: upload, on-site review, reviews, corrections, payment."""


@window_commands.command("show")
@YEAR
@click.pass_obj
def show(settings: Settings, year: int) -> None:
    """Show the windows of an exam year, in the region's time."""
    with opened(settings) as store:
        for (venue, kind), window in sorted(windows_of(store, year).items()):
            times = [at.astimezone(settings.zone) if at else None for at in (window.opens_at, window.closes_at)]
            opens, closes = (f"{at:%Y-%m-%d %H:%M}" if at else "" for at in times)
            click.echo(f"{kind:14} {venue or 'all venues':20} {opens:16} - {closes}")


@window_commands.command("set")
@YEAR
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.option("--by", required=True, help="Name of the administrator who does it.")
@click.option("--reason", required=True, help="Why; it is kept with the change.")
@click.option("--from", "opens", default="", help="Day and time, like 2027-03-01 09:00, in the region's time.")
@click.option("--until", "closes", default="", help="Likewise; left out, the window is taken away.")
@click.option("--venue", default="", help="Id of a venue that has a window of its own.")
@click.option("--confirm", is_flag=True, help="Also where it shuts candidates out at this moment.")
@click.pass_obj
def put(
    settings: Settings, year: int, kind: str, by: str, reason: str, opens: str, closes: str, venue: str, confirm: bool
) -> None:
    """Set a window of an exam year, or take it away."""
    here = datetime.now(settings.zone)
    try:
        new = Window(local(opens, here) if opens else None, local(closes, here)) if closes else None
    except (ValueError, OverflowError) as error:
        raise click.ClickException("write day and time like 2027-03-01 09:00") from error
    place = Place(year, venue, kind)
    with opened(settings) as store:
        seen = windows_of(store, year).get((venue, kind))
        change_window(store, administrator(store, by), Wish(place, new, reason, seen, confirm))
    click.echo(f"{place}: {'taken away' if new is None else 'set'}")
