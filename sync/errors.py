"""What can happen on the way to the region.

SyncError              retryable says whether the same object may get through later
├── UnreachableError   no line, no answer, an answer that is not the region's: try later
├── OverloadedError    the region asks for a pause; `retry_after_s` says how long
└── RefusedError       the region understood and says no; a person has to look
"""

from typing import ClassVar


class SyncError(Exception):
    """Base of everything `sync` raises."""

    retryable: ClassVar[bool] = True


class UnreachableError(SyncError):
    """No line, no answer, or an answer that is not the region's (a portal's page, a proxy's error)."""


class OverloadedError(SyncError):
    """The region asks for a pause."""

    def __init__(self, message: str, retry_after_s: float) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class RefusedError(SyncError):
    """The region understood the object and will not take it. It stays here and is shown."""

    retryable = False
