"""How a day is closed; the region says so in its profile."""

from pydantic import BaseModel, ConfigDict


class ClosingRule(BaseModel):
    """What a profile may set under `[closing]`.

    Attributes:
        four_eyes: whether a second person confirms the day report with a PIN beside the lead.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    four_eyes: bool = True
