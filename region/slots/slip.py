"""The slip that confirms an appointment (预约确认单): what it says, as plain lines. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from records.registration import Registration, Slot
from region.venues import Card
from rules.words import Words


@dataclass(frozen=True, slots=True)
class Slip:
    """What stands on the slip; the name and the numbers as a stranger may see them.

    Attributes:
        address, directions: of the venue, "" where nobody has written them down.
        bring: names of the papers whose originals have to be shown.
        printed_at: in the region's local time.
    """

    reg_no: str
    name: str
    id_no: str
    venue: str
    address: str
    directions: str
    slot: Slot
    bring: Sequence[Words]
    printed_at: datetime


def slip_of(person: Registration, slot: Slot, venue: Card, bring: Sequence[Words], printed_at: datetime) -> Slip:
    """Return the slip of a candidate's appointment.

    The number of the document is cut: the slip is carried around, and the card itself is brought along.
    """
    return Slip(
        reg_no=person.reg_no,
        name=person.fields["name"],
        id_no=masked(person.fields["id_no"]),
        venue=venue.name,
        address=venue.address,
        directions=venue.directions,
        slot=slot,
        bring=tuple(bring),
        printed_at=printed_at,
    )


def masked(number: str) -> str:
    """Return a document's number without its middle.

    >>> masked("990101199001010022"), masked("H1")
    ('9901**********0022', '**')
    """
    if len(number) < 8:
        return "*" * len(number)
    return number[:4] + "*" * (len(number) - 8) + number[-4:]
