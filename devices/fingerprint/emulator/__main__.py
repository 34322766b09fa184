"""Runs an emulated sensor until it is interrupted: `python -m devices.fingerprint.emulator`."""

import argparse
import signal
import threading
from pathlib import Path

from devices.fingerprint.emulator.control import FAULTS, PRESSES, ControlFile
from devices.fingerprint.emulator.emulator import BAUD_RATE_UNIT, Emulator, make_line
from devices.fingerprint.emulator.glass import SHIPPED_FINGERS
from devices.fingerprint.emulator.models import MODELS

EPILOG = f"""
A pseudo-terminal tells the sensor at which speed it is driven: at another speed than its own it hears noise.

The control file is read again whenever it changes, e.g.
  {{"finger": "A-11", "quality": "good", "present": "auto", "fault": null}}
finger   any name; the same name is the same finger. Shipped: {", ".join(SHIPPED_FINGERS)}
quality  {", ".join(PRESSES)} (wrong: somebody else's finger; none: nobody comes)
present  auto (comes a moment after a scan begins, goes when it has been read), true, false
fault    null, {", ".join(FAULTS)}
finger and quality may be lists, whose members take turns; fault_times ends a fault after it has struck so often.
"""


def main() -> None:
    """Run the emulated sensor."""
    parser = argparse.ArgumentParser(
        prog="python -m devices.fingerprint.emulator",
        description="A ZFM-20/R30x fingerprint sensor in software. Prints the port to open.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--link", type=Path, help="name of the pseudo-terminal, e.g. /tmp/ttyKAODIAN-desk-1")
    parser.add_argument("--tcp", type=int, metavar="PORT", help="a TCP port on 127.0.0.1 instead; 0 chooses one")
    parser.add_argument("--control", type=Path, metavar="FILE", help="JSON file that says what is on the glass")
    parser.add_argument("--fingers", default=",".join(SHIPPED_FINGERS), help="names that take turns, with commas")
    parser.add_argument("--paced", action="store_true", help="no faster than the wire, and deaf while it wakes up")
    parser.add_argument("--model", choices=MODELS, default="r30x", help="which sensor (default: r30x)")
    parser.add_argument("--baud-rate", type=int, default=57_600, metavar="RATE", help="what it starts with")
    parser.add_argument("--press-after", type=float, default=0.3, metavar="S", help="when a finger comes (0.3 s)")
    said = parser.parse_args()
    if said.baud_rate % BAUD_RATE_UNIT or said.baud_rate <= 0:
        parser.error(f"{said.baud_rate} baud: must be a multiple of {BAUD_RATE_UNIT}")
    for ending in (signal.SIGINT, signal.SIGTERM):  # a shell's background job is started with Ctrl-C ignored
        signal.signal(ending, signal.default_int_handler)
    emulator = _emulator(said)
    emulator.start()
    print(emulator.url, flush=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        pass
    finally:
        emulator.stop()


def _emulator(said: argparse.Namespace) -> Emulator:
    control, fingers = ControlFile(said.control), said.fingers.split(",")
    line = make_line(said.link, said.tcp)
    emulator = Emulator(line, control, fingers, said.press_after, is_paced=said.paced, model=said.model)
    emulator.sensor.memory.baud_factor = said.baud_rate // BAUD_RATE_UNIT
    return emulator


if __name__ == "__main__":
    main()
