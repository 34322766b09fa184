"""The emulated sensor begins once, however many ask for it at the same moment."""

import threading

from devices.fingerprint.emulator.emulator import Emulator
from devices.fingerprint.emulator.line import Line
from tests.support.sensors import until


class SlowCable(Line):
    """A port that takes its time to appear."""

    url = "nowhere"
    is_plugged_in = False

    def __init__(self) -> None:
        self.may_appear = threading.Event()
        self.asked = 0

    def plug_in(self) -> None:
        self.asked += 1
        self.may_appear.wait(30)
        self.is_plugged_in = True

    def unplug(self) -> None:
        self.is_plugged_in = False

    def receive(self, timeout_s: float) -> bytes:
        threading.Event().wait(timeout_s)
        return b""

    def send(self, data: bytes) -> None:
        pass


def test_two_presses_at_once_plug_in_one_sensor() -> None:
    """Two threads at one cable took each other's bytes, and the reader was dead for the rest of the day."""
    cable = SlowCable()
    emulator = Emulator(cable)
    presses = [threading.Thread(target=emulator.start) for _press in range(2)]
    try:
        for press in presses:
            press.start()
        until(lambda: cable.asked == 1)
        presses[1].join(0.2)  # the second is either waiting, or has gone wrong by now
        cable.may_appear.set()
        for press in presses:
            press.join()
        running = [thread for thread in threading.enumerate() if thread.name == "emulated sensor nowhere"]
        assert (cable.asked, len(running)) == (1, 1)
    finally:
        cable.may_appear.set()
        emulator.stop()
