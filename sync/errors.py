"""What can happen on the way to the region.

SyncError              retryable says whether the same object may get through later
├── UnreachableError   no line, no answer, an answer that is not the region's: try later
├── OverloadedError    the region asks for a pause; `retry_after_s` says how long, `is_for_all` whether for everything
├── DamagedError       other bytes arrived than were announced: try again, but not for ever
├── InterruptedSendError  somebody paused the sending, or the program ends; no fault of anybody
├── RefusedError       the region understood and says no; a person has to look
└── BundleError        the stick did not take or give what it should; `code` says why
"""

from typing import ClassVar


class SyncError(Exception):
    """Base of everything `sync` raises."""

    retryable: ClassVar[bool] = True


class UnreachableError(SyncError):
    """No line, no answer, or an answer that is not the region's (a portal's page, a proxy's error)."""


class OverloadedError(SyncError):
    """The region asks for a pause: for this object, or for everything that this venue sends."""

    def __init__(self, message: str, retry_after_s: float, is_for_all: bool = False) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
        self.is_for_all = is_for_all


class DamagedError(SyncError):
    """The region got other bytes than were announced: they change on the way, or on this computer's disk."""


class InterruptedSendError(SyncError):
    """Sending was paused, or the program ends; what the region has of the object stays there."""


class RefusedError(SyncError):
    """The region understood the object and will not take it. It stays here and is shown."""

    retryable = False


class BundleError(SyncError):
    """A bundle could not be written, or the region's answer on a stick could not be read in.

    `code` says why: "nothing" (no sealed record waits), "no_key" (this venue has no signing key), "missing" (the stick
    is not there, or was pulled out), "full", "read_only", "unwritable", "unreadable" (what was written does not read
    back), "foreign" (somebody else's bundle lies there), "busy" (another one is being written), "stopped" (the program
    ends), "no_answer" (the region has not answered on this stick), "forged" (not the region's word), "other_venue".
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
