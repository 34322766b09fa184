"""The fingerprint driver beside pyfingerprint's own, on the paced emulator in a process of its own.

The wire's time is what all bytes of the exchange take at ten bits each: the command, its answer, 288 packets of 128. A
hot thread is a Python loop that never waits, as a busy web application is at its worst.
"""

import itertools
import json
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pyfingerprint.pyfingerprint import PyFingerprint
from table import show

from devices.base import ScanProgress
from devices.fingerprint.r30x import R30xReader

ROOT = Path(__file__).parents[1]
BAUD_RATES = (57_600, 115_200)
PICTURE_BYTES, PACKET_BYTES, FRAME_BYTES, SHORT_BYTES = 36_864, 128, 11, 12
WIRE_BYTES = 2 * SHORT_BYTES + PICTURE_BYTES // PACKET_BYTES * (PACKET_BYTES + FRAME_BYTES)
TARGETS = {"idle": 1.01, "hot": 1.05}
DEAD_TARGET_S = 1.5
FAULT_HEARD_S = 0.5
"""How long after it is written the emulator has surely read its control file."""


@dataclass(frozen=True)
class Sensor:
    """An emulated sensor that runs beside us."""

    port: str
    control: Path
    baud_rate: int

    def say(self, **words: object) -> None:
        """Tell it what is on the glass and what is broken."""
        fresh = self.control.with_suffix(".new")
        fresh.write_text(json.dumps({"finger": "A-11", "present": True, **words}), encoding="utf-8")
        fresh.replace(self.control)
        time.sleep(FAULT_HEARD_S)

    def ours(self) -> R30xReader:
        """Return our driver, kept at this speed."""
        return R30xReader(self.port, best_baud_rate=self.baud_rate)

    def theirs(self) -> PyFingerprint:
        """Return pyfingerprint's, untouched."""
        return PyFingerprint(self.port, self.baud_rate)


@contextmanager
def sensor_at(baud_rate: int) -> Iterator[Sensor]:
    """Run a paced sensor in another process."""
    with TemporaryDirectory() as folder:
        control = Path(folder) / "control.json"
        control.write_text('{"finger": "A-11", "present": true}', encoding="utf-8")
        options = ["--paced", "--link", f"{folder}/ttyKAODIAN-bench", "--control", str(control), "--press-after", "0"]
        command = [sys.executable, "-m", "devices.fingerprint.emulator", *options, "--baud-rate", str(baud_rate)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as running:
            try:
                yield Sensor(str(running.stdout and running.stdout.readline().strip()), control, baud_rate)
            finally:
                running.terminate()


@contextmanager
def hot_threads(count: int) -> Iterator[None]:
    """Keep the interpreter busy."""
    is_over = threading.Event()

    def burn() -> None:
        for number in itertools.count():
            if number % 1000 == 0 and is_over.is_set():
                return

    burning = [threading.Thread(target=burn) for _ in range(count)]
    for thread in burning:
        thread.start()
    yield
    is_over.set()
    for thread in burning:
        thread.join()


def our_transfer(sensor: Sensor) -> float:
    """Return seconds from the command for a picture to its last row."""
    moments: list[float] = []

    def note(progress: ScanProgress) -> None:
        if progress.is_pressed:
            moments.append(time.perf_counter())

    with sensor.ours() as reader:
        reader.scan(timeout_s=5, on_progress=note)
    reader.shutdown()
    return moments[-1] - moments[0]


def their_transfer(sensor: Sensor) -> float:
    """Return seconds that `downloadImage` takes."""
    theirs = sensor.theirs()
    theirs.readImage()
    begun = time.perf_counter()
    theirs.downloadImage(str(sensor.control.with_suffix(".bmp")))
    return time.perf_counter() - begun


def transfers(rounds: int) -> dict[str, dict[str, float]]:
    """Return the pictures' times and ratios; pyfingerprint beside a hot thread is measured once, it takes a minute."""
    figures, rows = {}, []
    for baud_rate, (load, hot) in itertools.product(BAUD_RATES, (("idle", 0), ("hot", 1))):
        wire_s = WIRE_BYTES * 10 / baud_rate
        with sensor_at(baud_rate) as sensor, hot_threads(hot):
            ours = [our_transfer(sensor) for _ in range(rounds)]
            theirs = [their_transfer(sensor) for _ in range(1 if hot else rounds)]
        found = {
            "wire_s": wire_s,
            "ours_best_s": min(ours),
            "ours_s": statistics.median(ours),
            "pyfingerprint_s": statistics.median(theirs),
            "ours_to_wire": statistics.median(ours) / wire_s,
            "ours_to_wire_best": min(ours) / wire_s,
            "pyfingerprint_to_ours": statistics.median(theirs) / statistics.median(ours),
            "target": TARGETS[load],
        }
        figures[f"{baud_rate} {load}"] = {name: round(value, 4) for name, value in found.items()}
        rows.append([f"{baud_rate} {load}", *(f"{value:.3f}" for value in found.values())])
    head = ("a picture", "wire", "ours best", "median", "pyfingerprint", "/wire", "best", "theirs/ours", "target")
    show("Seconds a picture, and ratios", head, rows)
    return figures


def seconds_to_fail(action: Callable[[], object]) -> float:
    """Return how long it takes to be told that it does not work."""
    begun = time.perf_counter()
    try:
        action()
    except Exception:  # noqa: BLE001 - pyfingerprint raises nothing else
        return time.perf_counter() - begun
    raise AssertionError("it worked")


def dead_sensors(rounds: int) -> dict[str, float]:
    """Return how long a dead sensor goes unreported."""

    def from_the_start() -> float:
        sensor.say(fault="silence")
        return seconds_to_fail(sensor.ours().__enter__)

    def in_use(fault: str) -> float:
        sensor.say()
        with sensor.ours() as reader:
            heard: list[float] = []
            sensor.say(fault=fault)
            failed_s = seconds_to_fail(lambda: reader.scan(20, lambda progress: heard.append(time.perf_counter())))
            return time.perf_counter() - heard[-1] if heard else failed_s

    with sensor_at(115_200) as sensor:
        figures = {
            "from the start, all speeds tried": max(from_the_start() for _ in range(rounds)),
            "between two presses": max(in_use("silence") for _ in range(rounds)),
            "in the middle of a picture": max(in_use("silence_in_picture") for _ in range(rounds)),
        }
        sensor.say()
        theirs = sensor.theirs()
        sensor.say(fault="silence")
        figures["pyfingerprint, verifyPassword"] = seconds_to_fail(theirs.verifyPassword)
    rows = [[name, f"{value:.2f}"] for name, value in figures.items()]
    show(f"Seconds until a dead sensor is reported (longest of {rounds}; target {DEAD_TARGET_S})", ("", "s"), rows)
    return {name: round(value, 3) for name, value in figures.items()}


def bad_bytes(rounds: int) -> dict[str, str]:
    """Return how many of three commands succeed after a picture in which a byte went wrong."""
    with sensor_at(115_200) as sensor:
        ours: list[bool] = []
        with sensor.ours() as reader:
            template = reader.scan(5).template
            for _ in range(rounds):
                sensor.say(fault="bad_byte", fault_times=2)  # also when it is asked for once more
                seconds_to_fail(lambda: reader.scan(5))
                ours += [_works(lambda: reader.is_same_finger(template, template)) for _ in range(3)]
        reader.shutdown()
        sensor.say(fault="bad_byte", fault_times=1)
        theirs = sensor.theirs()
        theirs.readImage()
        seconds_to_fail(lambda: theirs.downloadImage(str(sensor.control.with_suffix(".bmp"))))
        worked = [_works(theirs.verifyPassword) for _ in range(3)]
    figures = {"ours": f"{sum(ours)} of {len(ours)}", "pyfingerprint": f"{sum(worked)} of {len(worked)}"}
    show("Commands that succeed after a corrupt byte in a picture", ("", "succeed"), list(figures.items()))
    return figures


def _works(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except Exception:  # noqa: BLE001 - as above
        return False
    return True


def measure(rounds: int) -> dict[str, object]:
    """Measure all of it."""
    return {"transfer": transfers(rounds), "dead": dead_sensors(rounds), "after_a_bad_byte": bad_bytes(rounds)}
