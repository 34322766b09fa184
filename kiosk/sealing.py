"""What this venue seals with: the region's public keys, and its own to sign."""

from dataclasses import dataclass

from kiosk.errors import SettingsError
from kiosk.settings import RegionTable, Settings
from local_db.signing_keys import SigningKeys
from records.age import read_recipients
from records.errors import KeyStoreError
from records.seal import Sealer


@dataclass(frozen=True, slots=True)
class Sealing:
    """The venue's keys.

    Attributes:
        sealer: None where finished visits cannot be sealed: no region is set, or `trouble` says why.
        trouble: what is wrong with the keys and what to do, "" if nothing is.
    """

    keys: SigningKeys
    sealer: Sealer | None
    trouble: str


def find_sealing(settings: Settings, keys: SigningKeys) -> Sealing:
    """Return what seals, or why nothing can be sealed; nothing is made or written here."""
    if settings.region is None:
        return Sealing(keys, None, "")
    try:
        return Sealing(keys, Sealer(recipients(settings, settings.region), keys.current()), "")
    except (KeyStoreError, SettingsError) as error:
        return Sealing(keys, None, str(error))


def recipients(settings: Settings, region: RegionTable) -> tuple[str, ...]:
    """Return the region's public keys.

    Raises:
        SettingsError: the file is missing.
        KeyStoreError: it holds no such keys.
    """
    path = settings.home / region.sealing_keys_file
    try:
        return read_recipients(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        what_to_do = f"{path} is missing; ask the region for its sealing key (age1...)"
        raise SettingsError(f"region.sealing_keys_file: {what_to_do}") from error
