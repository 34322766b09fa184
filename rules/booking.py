"""What a profile may set about appointments that candidates book at the region: `[booking]`."""

from pydantic import BaseModel, ConfigDict, Field


class BookingOptions(BaseModel):
    """Who may book, and until when.

    Attributes:
        offered: whether candidates are offered to book here; a city with a booking system of its own hands in files.
        until_hours: hours before an appointment from which it can no longer be booked, moved or given back.
        waitlist: whether candidates may wait for an appointment that is full.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    offered: bool = False
    until_hours: int = Field(default=24, ge=0, le=24 * 30)
    waitlist: bool = True
