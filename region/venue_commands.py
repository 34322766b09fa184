"""The commands about venues: listed, changed, closed, revoked, opened again, and their bearer keys."""

import click

from region.administration.reading import venue_lines
from region.closing import close_venue, reopen_venue, revoke_venue
from region.key_commands import opened
from region.settings import Settings
from region.venues import Card, card_of, cut_key, edit_venue, new_key, replace_key, venue_names

REASON = click.option("--reason", required=True, help="For the record, e.g. 'PC stolen 2027-03-02'.")


@click.group("venue")
def venue_commands() -> None:
    """Look after venues. To add one: add-venue; its signing keys: keys enrol, keys revoke."""


@venue_commands.command("list")
@click.pass_obj
def list_venues(settings: Settings) -> None:
    """Show every venue, whether it is open, and when it was last heard from."""
    with opened(settings) as store:
        for line in venue_lines(store):
            state = f"closed {line.row.closed_at:%Y-%m-%d} ({line.row.closed_reason})" if line.row.closed_at else "open"
            heard = f"{line.bearer.last_used_at:%Y-%m-%d %H:%M} UTC" if line.bearer.last_used_at else "never"
            cut = "  LINE CUT" if line.bearer.ended_at else ""
            click.echo(f"{line.row.id}  {line.row.name}  {state}  {line.signing} signing keys  heard {heard}{cut}")


@venue_commands.command("edit")
@click.argument("venue_id")
@click.option("--name", default=None, help="What it is called.")
@click.option("--address", default=None, help="Stands on the candidates' confirmation slips.")
@click.option("--directions", default=None, help="How to get there.")
@click.pass_obj
def edit(settings: Settings, venue_id: str, name: str | None, address: str | None, directions: str | None) -> None:
    """Change what people are told of a venue; what is not given stays."""
    with opened(settings) as store:
        _require(venue_id, venue_names(store))
        old = card_of(store, venue_id)
        new = Card(
            old.name if name is None else name,
            old.address if address is None else address,
            old.directions if directions is None else directions,
        )
        edit_venue(store, venue_id, new)
    click.echo(f"Venue {venue_id}: {new.name}, {new.address or 'no address'}")


@venue_commands.command("close")
@click.argument("venue_id")
@REASON
@click.pass_obj
def close(settings: Settings, venue_id: str, reason: str) -> None:
    """Let nothing new begin at a venue; what it still sends is taken as ever."""
    with opened(settings) as store:
        close_venue(store, venue_id, reason)
    click.echo(f"Closed: {venue_id}. What it still sends is taken as ever.")


@venue_commands.command("revoke")
@click.argument("venue_id")
@REASON
@click.option("--cut-line", is_flag=True, help="End its bearer key as well: then nothing at all comes in.")
@click.pass_obj
def revoke(settings: Settings, venue_id: str, reason: str, cut_line: bool) -> None:
    """Close a venue and revoke all its signing keys: what still comes is held until a reviewer has looked."""
    with opened(settings) as store:
        keys = revoke_venue(store, venue_id, reason, cut_line=cut_line)
    click.echo(f"Revoked: {venue_id}, with {len(keys)} signing keys. {'Its line is cut.' if cut_line else ''}".strip())


@venue_commands.command("reopen")
@click.argument("venue_id")
@REASON
@click.pass_obj
def reopen(settings: Settings, venue_id: str, reason: str) -> None:
    """Let things begin again at a closed venue; revoked keys stay revoked."""
    with opened(settings) as store:
        reopen_venue(store, venue_id, reason)
    click.echo(f"Open again: {venue_id}. Revoked keys stay revoked; have a new one enrolled.")


@venue_commands.command("new-key")
@click.argument("venue_id")
@REASON
@click.pass_obj
def make_key(settings: Settings, venue_id: str, reason: str) -> None:
    """Give a venue another bearer key and print it once; the one before opens nothing any more."""
    key = new_key()
    with opened(settings) as store:
        replace_key(store, venue_id, key, reason=reason)
    click.echo(f"Key of venue {venue_id}, shown only now: {key}")


@venue_commands.command("cut-key")
@click.argument("venue_id")
@REASON
@click.pass_obj
def cut(settings: Settings, venue_id: str, reason: str) -> None:
    """Let nobody in by a venue's bearer key any more."""
    with opened(settings) as store:
        cut_key(store, venue_id, reason)
    click.echo(f"Cut: nothing of venue {venue_id} comes in over the line until it has a new key.")


def _require(venue_id: str, known: dict[str, str]) -> None:
    if venue_id not in known:
        raise click.ClickException(f"there is no venue {venue_id}")
