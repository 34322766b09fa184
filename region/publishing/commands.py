"""The commands about the profile; they do what the screens do, by the same functions."""

from datetime import datetime
from pathlib import Path

import click

from region.administrators import administrator
from region.key_commands import opened
from region.publishing.adoption import held
from region.publishing.difference import difference
from region.publishing.drafting import begin_draft, begin_from, drop_draft, read_draft, save_draft, text_of_file
from region.publishing.errors import UnreadableTextError
from region.publishing.issuing import Publication, publish
from region.publishing.versions import states, text_in_force, version_names, versions
from region.settings import Settings
from region.store import Store
from region.venues import venue_names
from region.windows.changing import local
from rules.errors import ProfileError
from rules.profile import check_profile

FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
BY = click.option("--by", required=True, help="Name of the administrator who does it.")
SIGNS = {"same": " ", "gone": "-", "new": "+", "gap": "…"}


@click.group("profile")
def profile_commands() -> None:
    """Check, draft, compare and publish the region's profile; see which venue has which version."""


@profile_commands.command("check")
@FILE
def check(file: Path) -> None:
    """Check a profile as every venue does; each mistake with its line."""
    try:
        found = check_profile(text_of_file(file.read_bytes()), file.name)
    except (ProfileError, UnreadableTextError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Version {found.version} of {found.id}: no mistake.")


@profile_commands.command("draft")
@FILE
@BY
@click.pass_obj
def draft(settings: Settings, file: Path, by: str) -> None:
    """Begin a draft with a file."""
    with opened(settings) as store:
        seq = begin_draft(store, administrator(store, by), text_of_file(file.read_bytes()), file.name)
    click.echo(f"Draft {seq}. Compare it, then publish it: python -m region profile publish {seq}")


@profile_commands.command("save")
@click.argument("number", type=int)
@FILE
@BY
@click.pass_obj
def save(settings: Settings, number: int, file: Path, by: str) -> None:
    """Put a file in the place of a draft's text."""
    with opened(settings) as store:
        row = read_draft(store, number)
        save_draft(store, administrator(store, by), number, text_of_file(file.read_bytes()), row.revision)
    click.echo(f"Draft {number} saved.")


@profile_commands.command("drop")
@click.argument("number", type=int)
@BY
@click.pass_obj
def drop(settings: Settings, number: int, by: str) -> None:
    """Throw a draft away."""
    with opened(settings) as store:
        drop_draft(store, administrator(store, by), number)
    click.echo(f"Draft {number} is thrown away.")


@profile_commands.command("take-back")
@click.argument("version")
@BY
@click.pass_obj
def take_back(settings: Settings, version: str, by: str) -> None:
    """Begin a draft with the text of a version that was published before."""
    with opened(settings) as store:
        seq = begin_from(store, administrator(store, by), _source_of(store, version), version)
    click.echo(f"Draft {seq}. Compare it, then publish it: python -m region profile publish {seq}")


@profile_commands.command("compare")
@click.argument("number", type=int)
@click.pass_obj
def compare(settings: Settings, number: int) -> None:
    """Show what is other in a draft than in the version in force."""
    with opened(settings) as store:
        for line in difference(text_in_force(store).source, read_draft(store, number).source):
            click.echo(f"{SIGNS[line.kind]} {line.text}")


@profile_commands.command("publish")
@click.argument("number", type=int)
@BY
@click.option("--reason", required=True, help="Why; it is kept with the version.")
@click.option("--from", "begins", default="", help="Day and time from when it holds; left out, at once.")
@click.pass_obj
def publish_command(settings: Settings, number: int, by: str, reason: str, begins: str) -> None:
    """Publish a draft; where the settings ask for two people, another one than who saved it last."""
    try:
        holds_from = local(begins, datetime.now(settings.zone)) if begins else None
    except (ValueError, OverflowError) as error:
        raise click.ClickException("write day and time like 2027-03-01 09:00") from error
    with opened(settings) as store:
        before, row = versions(store), read_draft(store, number)
        wish = Publication(row.revision, before[0].digest if before else "", reason, holds_from)
        digest = publish(store, administrator(store, by), number, wish, four_eyes=settings.profile_four_eyes)
    click.echo(f"Published: {digest}")


@profile_commands.command("list")
@click.pass_obj
def list_command(settings: Settings) -> None:
    """List the published versions, the newest first."""
    with opened(settings) as store:
        rows = versions(store)
        for row, state in zip(rows, states(rows, store.now()).values(), strict=True):
            begins = row.holds_from or row.published_at
            click.echo(f"{row.version:20} {state:9} {begins:%Y-%m-%d %H:%M} UTC  {row.reason}")


@profile_commands.command("show")
@click.argument("version", default="")
@click.pass_obj
def show(settings: Settings, version: str) -> None:
    """Print the text of a version, of the one in force where none is named."""
    with opened(settings) as store:
        click.echo(_source_of(store, version) if version else text_in_force(store).source, nl=False)


@profile_commands.command("venues")
@click.pass_obj
def venues(settings: Settings) -> None:
    """Show which version each venue works by, as it said when it last asked."""
    with opened(settings) as store:
        called, has = version_names(store), held(store)
        for venue, name in venue_names(store).items():
            row = has.get(venue)
            used = called.get(row.in_use, row.in_use[:8] or "not said") if row else "never asked"
            click.echo(f"{venue:20} {name}  {used}")


def _source_of(store: Store, version: str) -> str:
    found = next((row.source for row in versions(store) if row.version == version), None)
    if found is None:
        raise click.ClickException(f"no version {version!r} was published")
    return found
