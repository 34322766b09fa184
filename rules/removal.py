"""When captured biometrics leave the venue's computer; the region says so in its profile."""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

MAX_DAYS = 400


class RemovalRule(BaseModel):
    """What a profile may set under `[removal]`.

    Attributes:
        biometrics: `at_once` when the visit is sealed; `when_accepted` when the region has opened and checked the
            record, so that a wrong key at the venue is noticed while the captures still exist.
        days: how many days longer they stay.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    biometrics: Literal["at_once", "when_accepted"] = "when_accepted"
    days: Annotated[int, Field(ge=0, le=MAX_DAYS)] = 0

    def is_due(self, sealed_at: datetime, accepted_at: datetime | None, now: datetime) -> bool:
        """Tell whether the plaintext of a record sealed and accepted then may go now."""
        since = sealed_at if self.biometrics == "at_once" else accepted_at
        return since is not None and since + timedelta(days=self.days) <= now
