"""What every table of a profile is made of."""

from typing import Literal

from pydantic import BaseModel, ConfigDict


class StepOptions(BaseModel):
    """What a profile may set for every step.

    Attributes:
        place: where it is done: `kiosk` by the candidate alone, `booth` with devices, `desk` by staff.
            A desk may do every step.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    place: Literal["kiosk", "booth", "desk"] = "desk"


class Words(BaseModel):
    """A text of the profile in both languages."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    zh: str
    en: str
