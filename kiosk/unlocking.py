"""Gets the venue's key: from the vault by itself where that is wanted, else from a person who knows the passphrase."""

import logging
from collections.abc import Callable

from kiosk.data import places_of
from kiosk.settings import Settings
from local_db.encrypting import is_clear
from local_db.errors import KeyStoreError, NoVaultError, WrongKeyError
from local_db.rotation.switching import finish_switch
from local_db.vault.keys import VenueKey
from local_db.vault.vault import DEMO_KEY, Vault

logger = logging.getLogger(__name__)

TRIES = 3


def vault_of(settings: Settings) -> Vault:
    """Return the vault of a venue that may be opened; a demo's is made here if there is none yet.

    Where a kill has cut off the exchange of the key at its very end, that is finished first.

    Raises:
        NoVaultError: there is no vault, or it has been lost; says what to do.
        WrongKeyError: real people's data would be kept under a demo key.
    """
    finish_switch(places_of(settings))
    vault = Vault(settings.vault_folder)
    if vault.exists:
        if vault.is_demo and not settings.demo:
            raise WrongKeyError(
                f"{settings.vault_folder} holds a demo key ({DEMO_KEY}), which protects nothing. "
                "Use another KAODIAN_HOME for the real venue"
            )
        return vault
    if settings.database.exists() and not is_clear(settings.database):
        raise NoVaultError(
            f"{settings.database} is encrypted, and its key's folder {settings.vault_folder} is missing. Nothing was "
            "changed and no new key was made: put the folder back, e.g. from the backup"
        )
    if not settings.demo:
        raise NoVaultError(f"{settings.home} has no key yet: run `python -m kiosk vault init`")
    vault.create_demo()
    return vault


def open_alone(vault: Vault) -> VenueKey | None:
    """Return the key if nobody has to type anything, else None."""
    try:
        key = vault.open_alone()
    except KeyStoreError as error:
        logger.warning("%s", error)
        return None
    if vault.is_demo:
        logger.warning("The key of this venue is a DEMO KEY. It lies beside the data and protects nothing.")
    return key


def open_by_asking(vault: Vault, ask: Callable[[], str], tell: Callable[[str], None]) -> VenueKey:
    """Return the key for what a person types; three tries.

    Raises:
        WrongKeyError: three times wrong.
        NoVaultError, DamagedError: as `Vault.open`.
    """
    for left in range(TRIES - 1, -1, -1):
        try:
            return vault.open(ask())
        except WrongKeyError as error:
            tell(f"{error}; {left} more tries" if left else str(error))
    raise WrongKeyError("the passphrase was wrong; nothing was opened")
