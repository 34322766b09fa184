"""What `doctor` and `verify` look at so that nothing is lost and nobody else can read it: vault and backups."""

from kiosk.backup_commands import in_words
from kiosk.finding import Finding
from kiosk.venue import Venue
from local_db.errors import BackupError
from local_db.rotation.journal import read_journal
from local_db.vault.vault import DEMO_KEY, Vault


def examine_safety(venue: Venue) -> list[Finding]:
    """Return how the venue's key is kept, and when the last backup was."""
    return [_vault(Vault(venue.settings.vault_folder)), *_rotation(venue), _backup(venue)]


def verify_backup(venue: Venue) -> list[Finding]:
    """Return whether the newest backup reads whole; nothing where no backups are made."""
    if venue.backups.plan is None:
        return []
    try:
        damaged = venue.backups.check()
    except BackupError as error:
        # Whether there should be one is the doctor's question; here it is whether what there is can be trusted.
        return [Finding(error.code in ("none", "missing"), "backup", f"not looked at: {in_words(error)}")]
    words = "the newest reads whole" if not damaged else f"{len(damaged)} damaged files; make another on another disk"
    return [Finding(not damaged, "backup", words)] + [Finding(False, "damaged in the backup", name) for name in damaged]


def _vault(vault: Vault) -> Finding:
    if vault.is_demo:
        return Finding(True, "vault", f"DEMO KEY ({DEMO_KEY}): protects nothing, for made-up people only")
    if "recovery" not in vault.ways():
        words = "no recovery key: whoever forgets the passphrase loses everything; use vault recovery"
        return Finding(False, "vault", words)
    return Finding(True, "vault", f"encrypted; opens with {', '.join(vault.ways())}")


def _rotation(venue: Venue) -> list[Finding]:
    """Return that an exchange of the key was begun; nothing else is said of it."""
    if read_journal(venue.settings.home) is None:
        return []
    words = "the exchange of the key was begun and is not finished: vault rotate goes on, with --give-up it does not"
    return [Finding(False, "vault", words)]


def _backup(venue: Venue) -> Finding:
    backups, state = venue.backups, venue.backups.state()
    if backups.plan is None:
        words = "none are made; name another disk's folder in the settings: [backup] folder = ..."
        return Finding(venue.settings.demo, "backup", words)
    made = f"last made {state.made:%Y-%m-%d %H:%M} UTC, {state.files} files" if state.made else "none was made yet"
    if state.error:
        return Finding(False, "backup", f"{made}; the last try: {in_words(BackupError(state.error))}")
    if backups.is_on_own_disk():
        words = f"{made}; it lies on the same disk as the data: use another disk or a stick"
        return Finding(venue.settings.demo, "backup", words)
    return Finding(not backups.is_late(), "backup", made)
