"""`python -m kiosk vault rotate`: another key for everything the venue keeps; killed at any moment, it goes on."""

from collections.abc import Mapping
from pathlib import Path

import click

from kiosk.backup_commands import in_words
from kiosk.data import places_of
from kiosk.importing import COMMAND_LINE
from kiosk.key_commands import write_secret_page
from kiosk.opening import ask_new_passphrase, key_of, opened, settings_of, vault_at
from kiosk.settings import Settings
from local_db.backup.checking import check_backup
from local_db.backup.layout import BackupFolder
from local_db.clock import Clock
from local_db.errors import BackupError, StoreError
from local_db.rotation.holding import held
from local_db.rotation.journal import Journal, Stage
from local_db.rotation.rotation import Rotation
from local_db.vault.keys import VenueKey
from local_db.vault.vault import Vault
from records.errors import KeyStoreError
from records.paper import paper_page

ASKED = (2, 5)
"""Which groups of the recovery key are to be typed off the sheet."""
TRIES = 3
COMMAND = "python -m kiosk vault rotate"
RESTORING = "python -m kiosk run（代替口令输入 in place of the passphrase）"


@click.command("rotate")
@click.option("--paper", type=click.Path(dir_okay=False, path_type=Path), help="Write the page with the recovery key.")
@click.option("--to", "disk", type=click.Path(path_type=Path), help="Disk for the backups; default: backup.folder.")
@click.option("--give-up", is_flag=True, help="Throw away a new key that is not in use yet; the old one stays.")
@click.pass_context
def rotate(context: click.Context, paper: Path | None, disk: Path | None, give_up: bool) -> None:
    """Encrypt everything under a new key, with a new passphrase and a new recovery key. Stop the venue first."""
    settings = settings_of(context)
    vault = vault_at(settings)
    rotation = Rotation(places_of(settings))
    try:
        if give_up:
            rotation.give_up()
            click.echo("The new key is thrown away; everything opens as before.")
            return
        if paper is None and not _has_paper(rotation):
            raise click.UsageError("name a file for the page that is to be printed: --paper FILE.html")
        old = key_of(vault)
        folder = _back_up(settings, old, disk)
        journal, new = _new_key(vault, rotation, old)
        if paper and journal.stage is Stage.PREPARED:
            _print_paper(settings, rotation, new, paper, BackupFolder.all_of(folder, settings.venue.id))
        _carry(rotation, old, new)
        click.echo(f"Key {old.id} is gone from this computer; key {new.id} opens everything here.")
        _back_up(settings, new, disk)
    except BackupError as error:
        raise click.ClickException(in_words(error)) from error
    except (StoreError, KeyStoreError) as error:
        raise click.ClickException(f"{error}. {_state(rotation)}") from error


def _has_paper(rotation: Rotation) -> bool:
    journal = rotation.journal()
    return journal is not None and journal.stage is not Stage.PREPARED


def _back_up(settings: Settings, key: VenueKey, disk: Path | None) -> Path:
    """Make a backup under the key and read it back; return the disk's folder."""
    venue = opened(settings, key)
    try:
        report = venue.backups.make(COMMAND_LINE, disk)
    finally:
        venue.close()
    if damaged := check_backup(BackupFolder(report.folder), key, report.name):
        raise BackupError("unreadable", damaged[0])
    click.echo(f"Backup {report.name}, read back: {report.folder} opens with key {key.id}.")
    return report.folder.parent


def _new_key(vault: Vault, rotation: Rotation, old: VenueKey) -> tuple[Journal, VenueKey]:
    """Return where the rotation stands and its key; one is begun if there is none."""
    journal = rotation.journal()
    if journal is None:
        with held(rotation.places.database, old):
            pass  # says that the venue is running, before anybody has thought of a passphrase
        new = rotation.begin(old, None if vault.is_demo else ask_new_passphrase())
        return Journal(Stage.PREPARED, old.id, new.id), new
    click.echo("The exchange goes on where it was cut off. Asked for now: the NEW passphrase or recovery key.")
    return journal, key_of(rotation.next_vault)


def _print_paper(
    settings: Settings, rotation: Rotation, new: VenueKey, page: Path, backups: Mapping[str, BackupFolder]
) -> None:
    """Write the new key's paper, and go on only when somebody has typed some of it from the sheet."""
    words = rotation.new_paper(new)
    title = f"{settings.venue.name.zh} {settings.venue.id}: 恢复密钥 recovery key"
    day = f"{Clock().now():%Y-%m-%d}"
    write_secret_page(page, paper_page(title, new.id, day, words, RESTORING, _notes(new, backups)))
    _ask_groups(words.split("-"))
    rotation.paper_is_safe()
    page.unlink(missing_ok=True)
    click.echo(f"The paper is right; {page} is deleted.")


def _notes(new: VenueKey, backups: Mapping[str, BackupFolder]) -> list[str]:
    """Return which key opens which backups."""
    lines = [
        f"本页（密钥 {new.id}）可打开：更换密钥后的本机，以及名称以 {new.id} 结尾的备份文件夹。 "
        f"This sheet (key {new.id}) opens this computer after the exchange, and backup folders that end in {new.id}."
    ]
    for key_id, folder in backups.items():
        names = folder.names()
        if names and key_id != new.id:
            lines.append(
                f"{folder.root.name}（{names[0]} – {names[-1]} UTC）仍由密钥 {key_id} 打开：请保留那把密钥的恢复密钥页"
                f"或口令，直到销毁这些备份。 still opens with key {key_id}: keep that key's sheet, or its passphrase, "
                "until these backups are wiped."
            )
    return lines


def _ask_groups(groups: list[str]) -> None:
    for _try in range(TRIES):
        typed = [click.prompt(f"From the printed sheet: group {place} of {len(groups)}", err=True) for place in ASKED]
        if [one.strip().upper() for one in typed] == [groups[place - 1] for place in ASKED]:
            return
        click.echo("That is not what the sheet says.")
    raise click.ClickException(f"the paper was not confirmed; nothing was changed. Once more: {COMMAND}")


def _carry(rotation: Rotation, old: VenueKey, new: VenueKey) -> None:
    last = -1

    def tell(done: int, total: int) -> None:
        nonlocal last
        if (tenth := 10 * done // total) != last:
            last = tenth
            click.echo(f"  {done} of {total} files under the new key")

    click.echo("Everything is written once more under the new key and read back: the files, then the database.")
    rotation.carry_and_switch(old, new, Clock(), tell)


def _state(rotation: Rotation) -> str:
    """Return how things are after something went wrong, and what can be done."""
    journal = rotation.journal()
    if journal is None:
        return "The key is as it was."
    if journal.can_be_given_up:
        return f"Nothing is lost, the venue opens with the old key. Go on with: {COMMAND}, or with --give-up not at all"
    return f"Nothing is lost. Once more: {COMMAND}"
