"""Why an act on a registration is not done. Nothing has changed when one of these is raised.

ActRefusedError             its `code` is what the screens have words for
├── NotAllowedError         this role, or this status, does not allow it
├── ChangedMeanwhileError   it is no longer what was looked at
├── NotClaimedError         it is not in the hands of whoever acts
├── ClaimedError            somebody else has it in hand; says who and until when
├── SecondPersonError       a second person is needed
├── ReasonMissingError      it takes a reason
├── ItemLockedError         the candidate cannot change this item (now); says why
├── NoRoomError             the item has as many pictures as it takes
├── NotReadyError           items are missing or undecided; names them
└── ReviewOverError         the venues' review has ended for this venue
"""

from collections.abc import Sequence
from datetime import datetime

from region.errors import RegionError
from region.registry.locks import Lock


class UnknownRegistrationError(RegionError):
    """There is no such registration, item or picture, or it is none of whoever asks. Deliberately one error."""


class ActRefusedError(RegionError):
    """Base: an act that is not done."""

    code = "refused"


class NotAllowedError(ActRefusedError):
    """This role may not do it, or not while the registration stands where it does."""

    code = "not_allowed"


class ChangedMeanwhileError(ActRefusedError):
    """Somebody has changed it since it was looked at."""

    code = "changed"


class NotClaimedError(ActRefusedError):
    """Whoever acts has not taken it in hand, or for too long."""

    code = "not_claimed"


class ClaimedError(ActRefusedError):
    """Another reviewer has it in hand."""

    code = "claimed"

    def __init__(self, reviewer: str, until: datetime) -> None:
        super().__init__(f"{reviewer} has it until {until}")
        self.reviewer, self.until = reviewer, until


class SecondPersonError(ActRefusedError):
    """The same person may not do both halves, or nobody has done the first."""

    code = "second_person"


class ReasonMissingError(ActRefusedError):
    """The act takes words."""

    code = "reason"


class ItemLockedError(ActRefusedError):
    """The candidate cannot change the item."""

    code = "locked"

    def __init__(self, lock: Lock) -> None:
        super().__init__(f"locked: {lock}")
        self.lock = lock


class NoRoomError(ActRefusedError):
    """The item takes no more pictures, or none at all."""

    code = "no_room"

    def __init__(self, most: int) -> None:
        super().__init__(f"at most {most} pictures")
        self.most = most


class NotReadyError(ActRefusedError):
    """Items stand in the way.

    Attributes:
        missing: codes of items that need (more) pictures, or a verdict.
        unchanged: codes of items that were sent back and are still as they were.
    """

    code = "not_ready"

    def __init__(self, missing: Sequence[str], unchanged: Sequence[str] = ()) -> None:
        super().__init__(f"missing {', '.join(missing)}; unchanged {', '.join(unchanged)}")
        self.missing, self.unchanged = tuple(missing), tuple(unchanged)


class ReviewOverError(ActRefusedError):
    """The window of the venues' review has closed for this venue."""

    code = "review_over"
