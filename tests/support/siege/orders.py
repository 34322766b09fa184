"""What a station's staff have the venue do, as it travels to the venue's process and back."""

from dataclasses import dataclass, field
from random import Random

from records.canonical import digest_bytes

ARRIVE, CONSENT, SIGN, TAKE, ACCEPT, RETAKE = "arrive", "consent", "sign", "take", "accept", "retake"
"""What is done with a candidate. `ACCEPT` finishes and seals; `RETAKE` reopens what was finished."""
TELL, HURRY = "tell", "hurry"
"""Asked by nobody in particular: how much is still on its way; and a person presses "send again"."""
ENTRIES = {ARRIVE: 1, CONSENT: 2, SIGN: 1, TAKE: 1, ACCEPT: 1, RETAKE: 1}
"""How many entries of the trail each act adds."""
SMALL, LARGE, LARGE_SHARE = (500, 20_000), (270_000, 700_000), 0.15
"""Bytes of a capture; the large ones take several chunks on their way."""


@dataclass(frozen=True, slots=True)
class Order:
    """One thing to be done.

    Attributes:
        after: number of the last entry that the station has seen, 0 before the arrival.
        seed: what the captures are made of.
    """

    act: str
    reg_no: str = ""
    after: int = 0
    seed: int = 0

    @property
    def captures(self) -> tuple[bytes, ...]:
        """The files that this act captures; the same every time."""
        dice = Random(self.seed)
        if self.act not in (SIGN, TAKE):
            return ()
        size = dice.randint(*(LARGE if dice.random() < LARGE_SHARE else SMALL))
        return (dice.randbytes(size), dice.randbytes(dice.randint(*SMALL)))

    @property
    def digests(self) -> tuple[str, ...]:
        """Their SHA-256."""
        return tuple(digest_bytes(content) for content in self.captures)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the screen said.

    Attributes:
        is_stale: it had been done already, or by somebody else: the page is shown again with what is there now.
        last_seq: number of the visit's last entry.
        records: digests of its sealed versions, oldest first.
        left: answer to `TELL`: objects not sent, records not accepted by the region, checkpoints it has not got.
        parked: to `HURRY`: how many objects waited for a person.
        error: what should not have happened, "" if nothing.
    """

    order: Order
    visit: str = ""
    last_seq: int = 0
    records: tuple[str, ...] = ()
    is_stale: bool = False
    left: int = 0
    parked: int = field(default=0)
    error: str = ""
