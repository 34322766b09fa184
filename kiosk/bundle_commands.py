"""`python -m kiosk bundle export` and `import`: to the region and back without a line."""

from pathlib import Path

import click

from kiosk.importing import COMMAND_LINE
from kiosk.opening import opened, settings_of
from local_db.errors import StoreError
from sync.bundle_answer import AnswerReport
from sync.errors import BundleError

WORDS = {
    "nothing": "no sealed record waits: the region has accepted everything",
    "no_key": "this venue has no signing key: make or restore one with `python -m kiosk keys`",
    "missing": "the stick is not there, or was pulled out: plug it in and export again; it goes on where it was",
    "full": "the stick is full: delete something else on it, or use a larger one",
    "read_only": "the stick is locked, or this account may not write to it",
    "unwritable": "the stick cannot be written: use another one",
    "unreadable": "what was written does not read back: use another stick, and do not trust this one",
    "foreign": "somebody else's bundle lies there, or one of this venue's made with another key. It was left as it is: "
    "use another stick, or remove that folder once the region has it",
    "stopped": "the program was ended: export again, it goes on where it was",
    "busy": "another bundle is being written: wait until it is finished",
    "no_answer": "the region has not answered on this stick",
    "forged": "what lies there is not the region's word, or was changed; nothing was changed here",
    "other_venue": "the region's answer there is to another venue; nothing was changed here",
}
"""What to do about each code of a `BundleError`."""


@click.group("bundle")
def bundle_commands() -> None:
    """Send to the region without a line: on a stick, and read its answer in."""


@bundle_commands.command("export")
@click.argument("disk", type=click.Path(path_type=Path))
@click.pass_context
def export(context: click.Context, disk: Path) -> None:
    """Bring all that the region has not accepted onto the stick DISK; any number of times, it goes on where it was."""
    venue = opened(settings_of(context))
    try:
        report = venue.bundles.export(disk, COMMAND_LINE)
    except BundleError as error:
        raise click.ClickException(in_words(error)) from error
    except StoreError as error:
        raise click.ClickException(f"this computer's own disk does not take it ({type(error).__name__})") from error
    finally:
        venue.close()
    contents = report.contents
    click.echo(f"Bundle {contents.number}, check code {contents.code}, in {report.folder}; read back.")
    click.echo(
        f"records: {len(contents.records)}, objects: {len(contents.objects)}, bytes: {contents.size_bytes}, "
        f"new on this stick: {report.written}"
    )
    if report.others:
        click.echo(f"bundles of other venues on this stick, left as they are: {report.others}")
    if report.lacking:
        raise click.ClickException(f"{report.lacking} objects are damaged or gone here: python -m kiosk verify")


@bundle_commands.command("import")
@click.argument("disk", type=click.Path(path_type=Path))
@click.pass_context
def import_answer(context: click.Context, disk: Path) -> None:
    """Read in what the region has answered on the stick DISK."""
    venue = opened(settings_of(context))
    try:
        report = venue.bundles.read_in(disk, COMMAND_LINE)
    except BundleError as error:
        raise click.ClickException(in_words(error)) from error
    finally:
        venue.close()
    _say(report)


def in_words(error: BundleError) -> str:
    """Return what went wrong and what to do."""
    return f"{WORDS[error.code]} ({error.detail})" if error.detail else WORDS[error.code]


def _say(report: AnswerReport) -> None:
    click.echo(f"The region's answer to bundle {report.number}, of {report.at:%Y-%m-%d %H:%M} UTC")
    taken, verdicts = report.taken, "cannot be read in" if report.verdicts is None else report.verdicts
    click.echo(f"sent now: {taken.sent}, accepted now: {taken.accepted}, known before: {taken.known}, ", nl=False)
    click.echo(f"verdicts: {verdicts}")
    if not report.is_news:
        click.echo("Nothing is new in it: it was read in before, or came over the line.")
    for one in report.refused:
        click.echo(f"LOOK  refused {one.digest}: {one.code}")
    for digest in report.missing:
        click.echo(f"LOOK  was not on the stick: {digest}")
