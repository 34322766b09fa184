"""The commands that make and change reviewers' accounts."""

from collections.abc import Callable

import click

from region.errors import RegionError
from region.reviewers import ROLES, add_reviewer, change_role, close_account
from region.settings import Settings
from region.store import Store, open_store

MIN_SECRET_CHARS = 8

_role = click.option("--role", type=click.Choice(ROLES), default="review", show_default=True)
_venue = click.option(
    "--venue", default=None, help="The venue whose reviewer it is; only with venue_review, venue_lead."
)


@click.command("add-reviewer")
@click.argument("name")
@_role
@_venue
@click.password_option("--secret", help="Password; asked for when not given.")
@click.pass_obj
def add(settings: Settings, name: str, role: str, venue: str | None, secret: str) -> None:
    """Make an account for a reviewer of the region, or with --venue of a venue."""
    if len(secret) < MIN_SECRET_CHARS:
        raise click.ClickException(f"the password needs at least {MIN_SECRET_CHARS} characters")
    _do(settings, lambda store: add_reviewer(store, name, secret, role, venue))
    click.echo(f"Reviewer {name} may sign in.")


@click.command("set-role")
@click.argument("name")
@_role
@_venue
@click.pass_obj
def set_role(settings: Settings, name: str, role: str, venue: str | None) -> None:
    """Give an account another role, from its next request on; opens a closed one again."""
    _do(settings, lambda store: change_role(store, name, role, venue))
    click.echo(f"Reviewer {name} is {role} from the next request on.")


@click.command("close-reviewer")
@click.argument("name")
@click.pass_obj
def close(settings: Settings, name: str) -> None:
    """Let nobody in by an account any more; what it did stays under its name."""
    _do(settings, lambda store: close_account(store, name))
    click.echo(f"Reviewer {name} is shut out from the next request on.")


reviewer_commands = (add, set_role, close)


def _do(settings: Settings, act: Callable[[Store], object]) -> None:
    store = open_store(settings)
    try:
        act(store)
    except RegionError as error:
        raise click.ClickException(str(error)) from error
    finally:
        store.close()
