"""What goes wrong on the way from the emulated sensor to the computer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from devices.fingerprint.emulator.control import Control

PICTURE_PACKETS = 60
"""An answer of more packets than this is a picture; the faults in a picture strike after so many."""

RUBBISH = b"\x55\x00\xef\x13\x37"
OTHER_ADDRESS = bytes.fromhex("12345678")
ONCE = ("power_dip",)
"""Faults that strike once unless the control says how often."""


@dataclass(frozen=True, slots=True)
class Spoilt:
    """What really goes over the wire.

    Attributes:
        ends_in: what happens after it: `unplug`, `power_dip` or nothing.
    """

    packets: Sequence[bytes]
    ends_in: str | None = None


class Faults:
    """The fault of the moment, and how often it will still strike."""

    def __init__(self, control: Callable[[], Control]) -> None:
        self._control = control
        self._seen: Control | None = None
        self._left: int | None = None
        self._is_pulled = False

    def current(self) -> str | None:
        """Return the fault of the moment, None if all is well."""
        control = self._control()
        if control is not self._seen:
            self._seen, self._is_pulled = control, False
            self._left = 1 if control.fault in ONCE and control.fault_times is None else control.fault_times
        if self._is_pulled:
            return "unplugged"
        return None if self._left == 0 else control.fault

    def spoil(self, packets: Sequence[bytes]) -> Spoilt:
        """Return what becomes of an answer."""
        fault = self.current()
        whole = Spoilt(packets)
        spoilt = _spoilt(fault, packets) if fault else whole
        if spoilt == whole:
            return whole
        self._has_struck()
        self._is_pulled = spoilt.ends_in == "unplug"
        return spoilt

    def strike(self, fault: str) -> bool:
        """Tell whether this fault is there, and count that it has struck."""
        if self.current() != fault:
            return False
        self._has_struck()
        return True

    def _has_struck(self) -> None:
        if self._left:
            self._left -= 1


def _spoilt(fault: str, packets: Sequence[bytes]) -> Spoilt:
    is_picture = len(packets) > PICTURE_PACKETS
    if fault == "unplugged_in_picture" and is_picture:
        return Spoilt(packets[:PICTURE_PACKETS], "unplug")
    if fault == "silence_in_picture" and is_picture:
        return Spoilt(packets[:PICTURE_PACKETS])
    if fault == "power_dip":
        return Spoilt(packets[:PICTURE_PACKETS] if is_picture else [], "power_dip")
    return Spoilt(_changed(fault, packets))


def _changed(fault: str, packets: Sequence[bytes]) -> Sequence[bytes]:
    """Return the packets with the bytes that such a line or sensor would have got wrong."""
    middle = len(packets) // 2
    before, hit, after = packets[:middle], packets[middle], packets[middle + 1 :]
    is_transfer = len(packets) > 1
    if fault == "silence":
        return []
    if fault == "bad_checksum":
        return [packet[:-1] + bytes([packet[-1] ^ 0xFF]) for packet in packets]
    if fault == "garbage":
        return [RUBBISH, *packets]
    if fault == "wrong_address":
        return [packet[:2] + OTHER_ADDRESS + packet[6:] for packet in packets]
    if fault == "bad_byte" and is_transfer:
        return [*before, hit[:12] + bytes([hit[12] ^ 0xFF]) + hit[13:], *after]
    if fault == "lost_byte" and is_transfer:
        return [*before, hit[:12] + hit[13:], *after]
    return packets
