"""`python -m region bundle import`: reads in what venues have sent on a stick."""

from pathlib import Path

import click

from region.audit import OPERATOR
from region.bundle_desk import BundleDesk, Outcome
from region.bundles import KNOWN, MISSING, NEW, REFUSED, Progress
from region.errors import BundleError
from region.key_commands import opened
from region.persons import Persons
from region.settings import Settings
from region.signing import receipt_signer

WORDS = {
    "missing": "the stick is not there, or was pulled out: plug it in and import again; what was taken stays",
    "none": "no bundle lies there: name the stick, or its folder kaodian-bundle-<venue>",
    "malformed": "the list of the bundle is damaged or none: have the venue export onto the stick again",
    "unreadable": "the stick does not give what is on it: have the venue export onto another one",
    "unknown_signer": "no venue here has the key that signed the bundle. Nothing was taken. Call the venue, compare "
    "the key, enrol it with `python -m region keys enrol`, then import again",
    "revoked_key": "the venue's key was revoked. Nothing was taken. Call the venue",
    "bad_signature": "the list was changed after it was signed. Nothing was taken. Have the venue export again",
    "full": "the stick is full: nothing is lost, make room on it and import again to get the receipts",
    "read_only": "the stick is locked: unlock it and import again to get the receipts; what was taken stays",
    "unwritable": "the stick cannot be written: import again or give the venue its receipts over the line",
    "storage_full": "the region's disk is full: make room and import again; what was taken stays",
    "storage_failed": "the region's disk or database does not take it now: import again; what was taken stays",
}
"""What to do about each code."""


@click.group("bundle")
def bundle_commands() -> None:
    """Read in what venues have sent on a stick, and answer on it."""


@bundle_commands.command("import")
@click.argument("place", type=click.Path(path_type=Path))
@click.pass_obj
def import_bundle(settings: Settings, place: Path) -> None:
    """Take in every bundle at PLACE (a stick, or a bundle's folder); exit code 1 if something is to be done."""
    with opened(settings) as store:
        desk = BundleDesk(store, Persons(store), receipt_signer(settings.home))
        try:
            outcomes = desk.read_in(place, OPERATOR, _tell)
        except BundleError as error:
            raise click.ClickException(in_words(error.code)) from error
    is_well = [_say(one) for one in outcomes]
    if not all(is_well):
        raise SystemExit(1)


def in_words(code: str) -> str:
    """Return what is wrong and what to do."""
    return WORDS.get(code, code)


def _tell(progress: Progress) -> None:
    if progress.done % 500 == 0 and progress.done:
        click.echo(f"{progress.done} of {progress.objects}", err=True)


def _say(outcome: Outcome) -> bool:
    """Say what came of a bundle; return whether all is well."""
    if outcome.taken is None:
        click.echo(f"REFUSED  {outcome.folder}: {in_words(outcome.refusal)}")
        return False
    taken, contents = outcome.taken, outcome.taken.contents
    click.echo(f"Bundle {contents.number} of {contents.venue}, check code {contents.code}, made {contents.made_at}")
    click.echo("  " + ", ".join(f"{result}: {len(taken.of(result))}" for result in (NEW, KNOWN, REFUSED, MISSING)))
    for one in (*taken.of(REFUSED), *taken.of(MISSING)):
        click.echo(f"  LOOK  {one.kind} {one.digest}: {one.result}{f' ({one.code})' if one.code else ''}")
    for trouble in filter(None, (taken.trouble, outcome.answer_trouble)):
        click.echo(f"  LOOK  {in_words(trouble)}")
    if not outcome.answer_trouble:
        click.echo("  The receipts are on the stick; the venue reads them in.")
    return not (taken.trouble or outcome.answer_trouble or taken.of(REFUSED) or taken.of(MISSING))
