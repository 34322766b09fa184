"""What the store refuses.

StoreError
├── NoSuchVisitError       the address is old or made up
├── StaleVisitError        somebody else saved for this visit since the page was drawn
├── MissingBlobError       a row names a file that is not on the disk, or is not what it was
└── DiskFullError          nothing was saved because there is no room (retryable once there is)
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


class MissingBlobError(StoreError):
    """A row names a file that is not on the disk, or is not what it was."""


class DiskFullError(StoreError):
    """There is no room on the disk; the request as a whole was not saved, and what was saved before is untouched."""

    retryable = True
