"""Why an appointment is not given. Nothing has changed when one of these is raised.

ActRefusedError                 of the registry; its `code` is what the screens have words for
└── BookingRefusedError         an appointment that is not given
    ├── NotOfferedError         candidates do not book here (now)
    ├── NotForYouError          the appointment is for others: another level, or a group
    ├── SlotFullError           everybody has it already; one may wait for it where the profile says so
    ├── TooLateError            it can no longer be booked, moved or given back
    ├── NothingBookedError      there is nothing to give back
    └── GroupRefusedError       one of a group cannot be booked; says why
"""

from region.registry.errors import ActRefusedError


class BookingRefusedError(ActRefusedError):
    """Base: an appointment that is not given."""


class NotOfferedError(BookingRefusedError):
    """The region does not let candidates book, or not those whose registration was refused."""

    code = "not_offered"


class NotForYouError(BookingRefusedError):
    """There is no such appointment for this candidate."""

    code = "not_for_you"


class SlotFullError(BookingRefusedError):
    """As many have it as may."""

    code = "full"


class TooLateError(BookingRefusedError):
    """The deadline of this appointment, or of the one to be given up, has passed."""

    code = "too_late"


class NothingBookedError(BookingRefusedError):
    """The candidate has no appointment that was booked here."""

    code = "nothing"


class GroupRefusedError(BookingRefusedError):
    """One of those who were named cannot be booked any more; `problem` is one of `grouping.PROBLEMS`."""

    code = "group"

    def __init__(self, problem: str) -> None:
        super().__init__(f"one of the group cannot be booked: {problem}")
        self.problem = problem
