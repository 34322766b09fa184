"""What the store refuses.

StoreError
├── NoSuchVisitError       the address is old or made up
├── StaleVisitError        somebody else saved for this visit since the page was drawn
├── DayClosedError         the day is being closed, or is closed; a lead can reopen it
├── StaleDayError          another lead went on with the closing since the page was drawn
├── MissingBlobError       a row names a file that is not on the disk, or is not what it was
├── NotSavedError          nothing of the request was saved, what was before is untouched (retryable)
│   ├── DiskFullError      there is no room
│   ├── DiskFailedError    the disk does not take it: it is breaking, or may only be read any more
│   └── LockedError        another program has been writing for too long
├── DamagedError           an encrypted file does not open: changed, another venue's, or not ours
├── BackupError            the backup could not be made or read; says why by a code (retryable)
└── VaultError             the venue's key cannot be had; the data stays as it is
    ├── NoVaultError       there is no key, or no passphrase for it
    ├── VaultExistsError   there is a key already; it is never made anew
    ├── WrongKeyError      these words or this key do not open what is there
    └── KeyStoreError      the operating system's key store has not, or does not give, the key
"""

from typing import ClassVar


class StoreError(Exception):
    """Base of everything `local_db` raises on purpose."""

    retryable: ClassVar[bool] = False


class NoSuchVisitError(StoreError):
    """The visit's id is old or made up."""


class StaleVisitError(StoreError):
    """Somebody else saved for this visit since the page was drawn; nothing of this request was saved."""

    retryable = True


class DayClosedError(StoreError):
    """The day takes nothing more of this kind; nothing was saved.

    Attributes:
        is_closed: whether it is closed for good; else only arrivals are no longer taken.
    """

    def __init__(self, is_closed: bool) -> None:
        super().__init__("the day is closed" if is_closed else "the day is being closed; no more arrivals")
        self.is_closed = is_closed


class StaleDayError(StoreError):
    """Somebody went on with the closing, or with a visit, since the page was drawn; nothing was saved."""

    retryable = True


class MissingBlobError(StoreError):
    """A row names a file that is not on the disk, or is not what it was."""


class NotSavedError(StoreError):
    """The request as a whole was not saved, and what was saved before is untouched."""

    retryable = True


class DiskFullError(NotSavedError):
    """There is no room on the disk."""


class DiskFailedError(NotSavedError):
    """The disk does not take what is written to it: it is breaking, or may only be read any more."""


class LockedError(NotSavedError):
    """Another program has been writing to the venue's data for longer than one waits."""


class DamagedError(StoreError):
    """An encrypted file does not open: it has changed, belongs to another venue, or is none of ours."""


class BackupError(StoreError):
    """A backup could not be made or read.

    `code` says why: "missing" (the folder is not there), "full", "unwritable", "unreadable" (what was written does not
    read back, or a file of it is damaged), "none" (there is no backup in the folder), "occupied" (there is data already
    where it should go).
    """

    retryable = True

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class VaultError(StoreError):
    """The venue's key cannot be had. Nothing was changed."""


class NoVaultError(VaultError):
    """There is no key, or no passphrase for it."""


class VaultExistsError(VaultError):
    """There is a key already, and it is never made anew."""


class WrongKeyError(VaultError):
    """These words, or this key, do not open what is there."""


class KeyStoreError(VaultError):
    """The operating system's key store has not, or does not give, the key."""
