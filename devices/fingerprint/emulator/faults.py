"""What goes wrong on the way from the emulated sensor to the computer."""

from collections.abc import Callable, Sequence

from devices.fingerprint.emulator.control import Control

PICTURE_PACKETS = 100
"""An answer of more packets than this is a picture; the faults in a picture strike after so many."""

RUBBISH = b"\x55\x00\xef\x13\x37"


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
            self._seen, self._left, self._is_pulled = control, control.fault_times, False
        if self._is_pulled:
            return "unplugged"
        return None if self._left == 0 else control.fault

    def spoil(self, packets: Sequence[bytes]) -> tuple[Sequence[bytes], bool]:
        """Return what really goes over the wire, and whether the cable comes out after it."""
        fault = self.current()
        if fault is None:
            return packets, False
        spoilt = _spoilt(fault, packets)
        if spoilt == packets:
            return packets, False
        if self._left:
            self._left -= 1
        self._is_pulled = fault == "unplugged_in_picture"
        return spoilt, self._is_pulled

    def strike(self, fault: str) -> bool:
        """Tell whether this fault is there, and count that it has struck."""
        if self.current() != fault:
            return False
        if self._left:
            self._left -= 1
        return True


def _spoilt(fault: str, packets: Sequence[bytes]) -> Sequence[bytes]:
    middle = len(packets) // 2
    is_transfer, is_picture = len(packets) > 1, len(packets) > PICTURE_PACKETS
    before, hit, after = packets[:middle], packets[middle], packets[middle + 1 :]
    if fault == "silence":
        return []
    if fault == "bad_checksum":
        return [packet[:-1] + bytes([packet[-1] ^ 0xFF]) for packet in packets]
    if fault == "garbage":
        return [RUBBISH, *packets]
    if fault == "bad_byte" and is_transfer:
        return [*before, hit[:12] + bytes([hit[12] ^ 0xFF]) + hit[13:], *after]
    if fault == "lost_byte" and is_transfer:
        return [*before, hit[:12] + hit[13:], *after]
    if fault in ("silence_in_picture", "unplugged_in_picture") and is_picture:
        return packets[:PICTURE_PACKETS]
    return packets
