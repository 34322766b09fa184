"""`python -m region figures`: are the figures right, and count them anew."""

import click

from region.figures.rebuilding import Checked, check, find_faces, rebuild_all
from region.key_commands import opened
from region.settings import Settings


@click.group("figures")
def figure_commands() -> None:
    """Check the figures of the dashboard, or count them anew."""


@figure_commands.command("check")
@click.pass_obj
def check_command(settings: Settings) -> None:
    """Count everything and compare; ends with 1 if something differs. Takes minutes with a million registrations."""
    with opened(settings) as store:
        found = check(store)
    click.echo(_said(found))
    if not found.is_right:
        raise click.ClickException("the figures are not what a count says; run `python -m region figures rebuild`")


@figure_commands.command("rebuild")
@click.option("--open-records", is_flag=True, help="Also look for faces in records that are not counted. Slow.")
@click.pass_obj
def rebuild_command(settings: Settings, open_records: bool) -> None:
    """Count all figures anew; meanwhile nobody can change anything. Do so after a year has left the database."""
    with opened(settings) as store:
        if open_records:
            click.echo(f"Records with a face that was not counted: {find_faces(store)}.")
        click.echo(_said(rebuild_all(store)))
    click.echo("All figures were counted anew.")


def _said(found: Checked) -> str:
    return (
        f"Places that differed: {found.tallies}. Venues whose days differed: {found.days}. "
        f"Persons whose faces are held: {found.faces_recounted} (kept: {found.faces})."
    )
