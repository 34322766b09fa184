"""What a profile may set about the door."""

from typing import Literal

from pydantic import Field

from rules.words import StepOptions

Policy = Literal["admit", "override", "refuse"]
"""What happens to somebody who comes at another time: let in, let in by a lead with a reason, or turned away."""


class ArrivalOptions(StepOptions):
    """What a profile may set.

    Attributes:
        early_min: minutes before the slot's start from which a candidate may queue.
        grace_min: minutes after the slot's end until which a candidate is still on time.
        keep_card_photo: whether the picture on the identity card's chip becomes part of the record. Else it is
            forgotten minutes after it was read.
    """

    early_min: int = Field(default=30, ge=0, le=1440)
    grace_min: int = Field(default=30, ge=0, le=1440)
    early: Policy = "refuse"
    late: Policy = "override"
    wrong_day: Policy = "override"
    no_appointment: Policy = "override"
    keep_card_photo: bool = False
