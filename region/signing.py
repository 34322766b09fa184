"""The region's key for receipts: made once, its public half handed to every venue at enrolment."""

import secrets
from pathlib import Path

from records.receipt import ReceiptSigner
from region.errors import SettingsError
from region.settings import once_written

SEED_FILE = "receipt.key"
PUBLIC_FILE = "receipt.pub"


def receipt_signer(home: Path) -> ReceiptSigner:
    """Return the signer of this home, whose key is made at the first call; the public key lies beside it.

    Raises:
        SettingsError: the key file is no key; it is never replaced, or every venue would have to be told.
    """
    try:
        signer = ReceiptSigner(bytes.fromhex(once_written(home / SEED_FILE, lambda: secrets.token_hex(32))))
    except ValueError as error:
        raise SettingsError(f"{home / SEED_FILE} is damaged; put it back from the backup") from error
    once_written(home / PUBLIC_FILE, lambda: public_text(signer))
    return signer


def public_text(signer: ReceiptSigner) -> str:
    """Return what a venue keeps in its file of the region's keys."""
    return f"# Receipts of this region are signed by key {signer.key_id}\n{signer.public.hex()}\n"
