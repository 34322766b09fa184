"""The commands that make and change reviewers' accounts; the administrators' screens act through the same functions."""

from collections.abc import Callable
from typing import TypeVar

import click

from region.administration.staff import Wanted, list_accounts, state_of
from region.errors import RegionError
from region.reviewers import (
    MIN_SECRET_CHARS,
    ONE_TIME_FOR,
    ROLES,
    add_reviewer,
    change_role,
    close_account,
    new_secret,
    require_strong,
    reset_password,
)
from region.settings import Settings
from region.store import Store, open_store

T = TypeVar("T")

_role = click.option("--role", type=click.Choice(ROLES), default="review", show_default=True)
_venue = click.option(
    "--venue", default=None, help="The venue whose reviewer it is; only with venue_review, venue_lead."
)
_reason = click.option("--reason", default="", help="For the record.")


@click.command("add-reviewer")
@click.argument("name")
@_role
@_venue
@click.option("--secret", default="", help=f"Password, at least {MIN_SECRET_CHARS} characters; else it is asked for.")
@click.option("--one-time", is_flag=True, help="Print a password that lets in once, to choose another.")
@click.pass_obj
def add(settings: Settings, name: str, role: str, venue: str | None, secret: str, one_time: bool) -> None:
    """Make an account for a reviewer of the region, or with --venue of a venue."""
    if one_time:
        secret = new_secret()
    secret = secret or click.prompt("Secret", hide_input=True, confirmation_prompt=True)

    def make(store: Store) -> None:
        require_strong(secret, name)
        add_reviewer(store, name, secret, role, venue, is_one_time=one_time)

    _do(settings, make)
    if one_time:
        click.echo(_told(name, secret))
    click.echo(f"Reviewer {name} may sign in.")


@click.command("set-role")
@click.argument("name")
@_role
@_venue
@_reason
@click.pass_obj
def set_role(settings: Settings, name: str, role: str, venue: str | None, reason: str) -> None:
    """Give an account another role, from its next request on; opens a closed one again."""
    _do(settings, lambda store: change_role(store, name, role, venue, reason=reason))
    click.echo(f"Reviewer {name} is {role} from the next request on.")


@click.command("close-reviewer")
@click.argument("name")
@_reason
@click.pass_obj
def close(settings: Settings, name: str, reason: str) -> None:
    """Let nobody in by an account any more; what it did stays under its name."""
    _do(settings, lambda store: close_account(store, name, reason=reason))
    click.echo(f"Reviewer {name} is shut out from the next request on.")


@click.command("reset-password")
@click.argument("name")
@_reason
@click.pass_obj
def reset(settings: Settings, name: str, reason: str) -> None:
    """Give an account a one-time password and print it; its sessions and a lock end."""
    click.echo(_told(name, _do(settings, lambda store: reset_password(store, name, reason=reason))))


@click.command("reviewers")
@click.pass_obj
def show(settings: Settings) -> None:
    """List every account with its role, its venue, and whether it lets somebody in."""
    for line in _do(settings, _lines):
        click.echo(line)


reviewer_commands = (add, set_role, close, reset, show)


def _lines(store: Store) -> list[str]:
    lines: list[str] = []
    after = ""
    while True:
        rows, after = list_accounts(store, Wanted(), after)
        lines += [f"{row.name}  {row.role}  {row.venue or '-'}  {state_of(row, store.now())}" for row in rows]
        if not after:
            return lines


def _told(name: str, secret: str) -> str:
    return f"One-time password of {name}, for {ONE_TIME_FOR.days} days, shown only now: {secret}"


def _do(settings: Settings, act: Callable[[Store], T]) -> T:
    store = open_store(settings)
    try:
        return act(store)
    except RegionError as error:
        raise click.ClickException(str(error)) from error
    finally:
        store.close()
