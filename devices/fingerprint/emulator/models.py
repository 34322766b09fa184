"""Which sensors there are to emulate, and what sets them apart.

Sources: user manuals of ZFM-20 (ZhianTec), R307 and R503 (Hangzhou Grow).
"""

from collections.abc import Set
from dataclasses import dataclass, field

from devices.fingerprint.codes import Instruction

R30X_ONLY = frozenset({Instruction.HIGH_SPEED_SEARCH, Instruction.LED_ON, Instruction.LED_OFF})
R503_ONLY = R30X_ONLY | {
    Instruction.AURA,
    Instruction.BREATHING_LED,
    Instruction.SOFT_RESET,
    Instruction.HANDSHAKE,
    Instruction.ECHO,
}


@dataclass(frozen=True, slots=True)
class Model:
    """One kind of sensor.

    Attributes:
        capacity: templates it can store.
        lacks: instructions of the family that it does not know.
        says_ready: one byte 0x55 when it has woken up.
        fastest_factor: highest baud rate that it takes, in units of 9600.
        switches_at_once: a new baud rate holds from the answer after it; else when power comes back.
    """

    width_px: int = 256
    height_px: int = 288
    system_id: int = 0x0009
    capacity: int = 1000
    lacks: Set[Instruction] = field(default_factory=frozenset)
    says_ready: bool = False
    fastest_factor: int = 12
    switches_at_once: bool = True

    @property
    def picture_bytes(self) -> int:
        """How many bytes its picture has on the wire, two pixels in each."""
        return self.width_px * self.height_px // 2


MODELS = {
    "zfm20": Model(lacks=R503_ONLY),
    "r30x": Model(lacks=R503_ONLY - R30X_ONLY),
    "r30x-fast": Model(lacks=R503_ONLY - R30X_ONLY, fastest_factor=100),
    "r30x-slow-to-switch": Model(lacks=R503_ONLY - R30X_ONLY, switches_at_once=False),
    "r503": Model(192, 192, system_id=0x0000, capacity=200, says_ready=True),
}
"""By the name the command line uses. `r30x-fast` takes rates that no manual promises; see baud.py."""
