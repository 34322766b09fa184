"""What this venue seals with: the region's public keys, and its own to sign."""

from dataclasses import dataclass

from kiosk.settings import Settings
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
    path = settings.home / settings.region.sealing_keys_file
    try:
        return Sealing(keys, Sealer(read_recipients(path.read_text(encoding="utf-8")), keys.current()), "")
    except KeyStoreError as error:
        return Sealing(keys, None, str(error))
    except (OSError, UnicodeDecodeError):
        what_to_do = f"{path} is missing; ask the region for its sealing key (age1...)"
        return Sealing(keys, None, f"region.sealing_keys_file: {what_to_do}")
