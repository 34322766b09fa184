"""The emulated sensor's end of the wire, on a cable that only notes what it is given."""

import time

import pytest

from devices.fingerprint.emulator.line import Line
from devices.fingerprint.emulator.uart import WAKING_S, Uart


class Notebook(Line):
    """A cable that notes what is sent, and when."""

    url = "notebook"
    is_plugged_in = True

    def __init__(self) -> None:
        self.speed: int | None = 57_600
        self.coming = b""
        self.sent: list[tuple[float, bytes]] = []

    @property
    def baud_rate(self) -> int | None:
        return self.speed

    def plug_in(self) -> None: ...

    def unplug(self) -> None: ...

    def receive(self, timeout_s: float) -> bytes:
        coming, self.coming = self.coming, b""
        return coming

    def send(self, data: bytes) -> None:
        self.sent.append((time.monotonic(), data))


@pytest.fixture
def line() -> Notebook:
    return Notebook()


def _uart(line: Notebook, is_paced: bool = False, banner: bytes = b"", is_awake: bool = True) -> Uart:
    uart = Uart(line, is_paced)
    uart.power_up(57_600, banner, is_awake)
    return uart


def test_no_packet_is_earlier_than_the_wire_would_have_it(line):
    uart, begun = _uart(line, is_paced=True), time.monotonic()
    uart.send([bytes(139)] * 4)
    for number, (at, _) in enumerate(line.sent, start=1):
        assert at - begun >= number * 139 * 10 / 57_600


def test_the_way_in_takes_its_time_too(line):
    uart, begun = _uart(line, is_paced=True), time.monotonic()
    line.coming = bytes(576)
    assert uart.receive(0)
    uart.send([bytes(12)])
    assert line.sent[0][0] - begun >= (576 + 12) * 10 / 57_600


def test_without_pace_all_goes_at_once_in_one_piece(line):
    _uart(line).send([b"one", b"two"])
    assert [data for _, data in line.sent] == [b"onetwo"]


@pytest.mark.parametrize(("speed", "is_heard"), [(57_600, True), (56_600, True), (115_200, False), (None, True)])
def test_only_the_own_speed_is_understood_and_both_ways(line, speed, is_heard):
    uart = _uart(line)
    line.speed, line.coming = speed, b"command"
    assert uart.receive(0) == (b"command" if is_heard else b"")
    uart.send([b"answer"])
    ((_, data),) = line.sent
    assert (data == b"answer") is is_heard
    assert len(data) == len(b"answer")


def test_it_is_deaf_while_it_wakes_up_and_then_says_so(line):
    uart, begun = _uart(line, is_paced=True, banner=b"\x55", is_awake=False), time.monotonic()
    line.coming = b"too early"
    assert uart.receive(0) == b""
    while not line.sent:
        uart.receive(0)
        assert time.monotonic() - begun < 30
    assert line.sent[0][0] - begun >= WAKING_S
    assert line.sent[0][1] == b"\x55"
    line.coming = b"now"
    assert uart.receive(0) == b"now"


def test_giving_up_ends_a_long_transfer(line):
    uart = _uart(line, is_paced=True)
    uart.give_up()
    begun = time.monotonic()
    uart.send([bytes(576)] * 100)
    assert time.monotonic() - begun < 5, "ten seconds by the wire"
