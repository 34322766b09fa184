"""`python -m kiosk backup` and `restore`."""

from pathlib import Path

import click

from kiosk.importing import COMMAND_LINE
from kiosk.opening import ask_passphrase, opened, settings_of
from kiosk.settings import home_folder
from kiosk.unlocking import open_by_asking
from local_db.backup.layout import BackupFolder
from local_db.backup.restoring import restore as put_back
from local_db.errors import BackupError, StoreError
from local_db.vault.keys import VenueKey
from local_db.vault.vault import Vault

WORDS = {
    "missing": "the backup's disk is not there: plug it in, or mend backup.folder in the settings",
    "full": "the backup's disk is full: delete something else on it, or use a larger one",
    "unwritable": "the backup's disk cannot be written: is it locked or damaged? Try another",
    "unreadable": "the backup does not read back: use another disk, and do not trust this one",
    "none": "there is no such backup here",
    "occupied": "there is a venue's data already; restore into an empty KAODIAN_HOME. Nothing was overwritten",
}


@click.command()
@click.option("--to", "disk", type=click.Path(path_type=Path), help="Disk or folder; default: backup.folder.")
@click.option("--check", is_flag=True, help="Make none; read the newest one whole.")
@click.pass_context
def backup(context: click.Context, disk: Path | None, check: bool) -> None:
    """Make a backup now, also while the venue is running; it is encrypted and read back."""
    venue = opened(settings_of(context))
    try:
        if check:
            damaged = venue.backups.check()
            for name in damaged:
                click.echo(f"LOOK  damaged or gone: {name}")
            if damaged:
                raise SystemExit(1)
            click.echo("ok    the newest backup reads whole")
            return
        report = venue.backups.make(COMMAND_LINE, disk)
    except BackupError as error:
        raise click.ClickException(in_words(error)) from error
    finally:
        venue.close()
    click.echo(
        f"Backup {report.name} in {report.folder}: {report.files} files, {report.copied} of them new; read back."
    )


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--snapshot", default="", help="Which one; default: the newest.")
@click.option("--list", "is_list", is_flag=True, help="Only list what there is.")
def restore(folder: Path, snapshot: str, is_list: bool) -> None:
    """Put a backup into an empty KAODIAN_HOME; asks for the passphrase or the recovery key."""
    there = BackupFolder(folder)
    try:
        if is_list:
            click.echo("\n".join(there.names()))
            return
        restored = put_back(there, home_folder(), _key(there), snapshot)
    except BackupError as error:
        raise click.ClickException(in_words(error)) from error
    except StoreError as error:
        raise click.ClickException(str(error)) from error
    made = restored.contents.made_at
    click.echo(f"Restored as of {made:%Y-%m-%d %H:%M} UTC; what was done later is not in it. Files lacking: ", nl=False)
    click.echo(str(len(restored.lacking)))
    for name in restored.lacking:
        click.echo(f"LOOK  damaged or gone: {name}")
    click.echo("Now: python -m kiosk verify, then python -m kiosk run. Never run the old computer beside this one.")


def in_words(error: BackupError) -> str:
    """Return what went wrong and what to do."""
    return f"{WORDS[error.code]} ({error.detail})" if error.detail else WORDS[error.code]


def _key(folder: BackupFolder) -> VenueKey:
    vault = Vault(folder.vault)
    alone = vault.open_alone() if vault.is_demo else None
    return alone or open_by_asking(vault, ask_passphrase, click.echo)
