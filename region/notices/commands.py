"""`python -m region notices`: what was sent to candidates, and what was not."""

import click
from sqlalchemy import select

from region.audit import note
from region.key_commands import opened
from region.notices.models import NoticeRow
from region.settings import Settings

MOST_LINES = 200
_NEEDS_A_PERSON = ("failed", "unsure", "unreachable")


@click.group("notices", invoke_without_command=True)
@click.option("--troubled", is_flag=True, help="Only those that need a person.")
@click.pass_context
def notice_commands(context: click.Context, troubled: bool) -> None:
    """Print the newest notices: number, time, what about, by which way, to whom (masked), and what came of it."""
    if context.invoked_subcommand:
        return
    settings: Settings = context.obj
    query = select(NoticeRow).order_by(NoticeRow.seq.desc()).limit(MOST_LINES)
    if troubled:
        query = query.where(NoticeRow.state.in_(_NEEDS_A_PERSON))
    with opened(settings) as store, store.read() as session:
        for row in session.scalars(query):
            at = (row.done_at or row.queued_at).isoformat(timespec="seconds")
            parts = (row.seq, at, row.kind, row.state, row.channel, row.address, row.trouble, f"tries {row.attempts}")
            click.echo("  ".join(str(part) for part in parts if part != ""))


@notice_commands.command()
@click.argument("number", type=int)
@click.pass_obj
def resend(settings: Settings, number: int) -> None:
    """Send a notice again that failed, or of which nobody knows whether it went."""
    with opened(settings) as store, store.write() as session:
        row = session.get(NoticeRow, number)
        if row is None or row.state not in _NEEDS_A_PERSON:
            raise click.ClickException(f"notice {number} is not one that failed or is unsure")
        row.state, row.attempts, row.next_at, row.done_at = "waiting", 0, store.now(), None
        note(session, store.now(), "operator", "notice_resent", str(number))
    click.echo(f"Notice {number} is sent with the next round.")
