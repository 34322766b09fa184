"""Readers under test, each with an emulated sensor plugged in that can be told what to do."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from devices.base import FingerprintReader
from devices.fingerprint.emulated import EmulatedR30xReader
from devices.fingerprint.emulator.control import ControlFile
from devices.fingerprint.emulator.emulator import Emulator, make_line
from devices.registry import DRIVERS, make
from tests.support.agents import Agent, agent
from tests.support.virtual_finger import PressedLibfprintReader, VirtualFinger, need_libfprint

AGENT_PORT = "ttyKAODIAN-agent"


@dataclass(frozen=True)
class Plugged:
    """A closed reader, the sensor behind it, and the file that tells the sensor what to do."""

    reader: FingerprintReader
    emulator: Emulator | VirtualFinger
    control: Path

    def say(self, **words: object) -> None:
        """Tell the sensor, as a person with an editor would, and wait until the cable is as it says."""
        fresh = self.control.with_suffix(".new")
        fresh.write_text(json.dumps(words), encoding="utf-8")
        fresh.replace(self.control)
        until(lambda: self.emulator.is_plugged_in != (words.get("fault") == "unplugged"))


def until(is_so: Callable[[], bool], at_most_s: float = 5.0) -> None:
    """Wait until something is so."""
    deadline, pause = time.monotonic() + at_most_s, threading.Event()
    while not is_so():
        assert time.monotonic() < deadline, "waited in vain"
        pause.wait(0.005)


@contextmanager
def r30x_on_pseudo_terminal(folder: Path) -> Iterator[Plugged]:
    """The driver on a pseudo-terminal."""
    with _emulator(folder, link=folder / "ttyKAODIAN-test") as emulator:
        reader = make("fingerprint.r30x", port=emulator.url)
        assert isinstance(reader, FingerprintReader)
        yield Plugged(reader, emulator, folder / "control.json")
        reader.shutdown()


@contextmanager
def r30x_on_loopback(folder: Path) -> Iterator[Plugged]:
    """The driver on a TCP connection, as where there are no pseudo-terminals."""
    with _emulator(folder, tcp_port=0) as emulator:
        reader = make("fingerprint.r30x", port=emulator.url)
        assert isinstance(reader, FingerprintReader)
        yield Plugged(reader, emulator, folder / "control.json")
        reader.shutdown()


@contextmanager
def emulated(folder: Path) -> Iterator[Plugged]:
    """The demo's reader, which brings its own sensor."""
    control = folder / "control.json"
    reader = make("fingerprint.emulated", control=str(control), press_after_s=0.0)
    assert isinstance(reader, EmulatedR30xReader)
    with reader:
        pass  # its sensor starts with the first use
    yield Plugged(reader, reader._emulator, control)
    reader.shutdown()


@contextmanager
def libfprint(folder: Path) -> Iterator[Plugged]:
    """libfprint's own virtual reader."""
    need_libfprint()
    finger = VirtualFinger(folder)
    reader = PressedLibfprintReader(finger)
    yield Plugged(reader, finger, folder / "control.json")
    reader.shutdown()
    finger.go()


@contextmanager
def through_an_agent(folder: Path, served: Agent) -> Iterator[Plugged]:
    """The driver that asks a desk's agent, a process of its own, whose `r30x` finds a sensor at `ttyKAODIAN-agent`."""
    with _emulator(folder, link=served.folder / AGENT_PORT) as emulator:
        reader = make("fingerprint.remote", url=served.url, key=served.key)
        assert isinstance(reader, FingerprintReader)
        yield Plugged(reader, emulator, folder / "control.json")
        reader.shutdown()


@contextmanager
def agent_with_reader(folder: Path) -> Iterator[Agent]:
    """An agent whose reader is at a port where there is nothing yet."""
    with agent(folder, {"fingerprint": f'"r30x:{(folder / AGENT_PORT).as_posix()}"'}) as served:
        yield served


@contextmanager
def _emulator(folder: Path, link: Path | None = None, tcp_port: int | None = None) -> Iterator[Emulator]:
    emulator = Emulator(make_line(link, tcp_port), ControlFile(folder / "control.json"), press_after_s=0.0)
    emulator.start()
    yield emulator
    emulator.stop()


PLUGS: dict[str, dict[str, Callable[..., AbstractContextManager[Plugged]]]] = {
    "fingerprint.r30x": {"pty": r30x_on_pseudo_terminal, "socket": r30x_on_loopback},
    "fingerprint.libfprint": {"virtual": libfprint},
    "fingerprint.emulated": {"own sensor": emulated},
    "fingerprint.remote": {"agent": through_an_agent},
    "fingerprint.sbi": {},  # its sensor is a server with a server's faults: tests/contract/test_fingerprint_sbi.py
}
"""How each driver gets a sensor that can be told what to do. A new driver needs a line here."""

CASES = [(driver, plug) for driver in DRIVERS if driver.startswith("fingerprint.") for plug in PLUGS.get(driver, ["?"])]

WIRED = [case for case in CASES if case[0] != "fingerprint.libfprint"]
"""Those with an emulated sensor, which can be told every fault."""
