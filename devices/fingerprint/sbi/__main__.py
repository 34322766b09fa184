"""Runs the simulated device service until Ctrl-C, and prints its port."""

import argparse
import threading
from pathlib import Path

from devices.fingerprint.emulator.control import ControlFile
from devices.fingerprint.sbi.simulator import SbiSimulator
from devices.formats.coding import Coding


def main() -> None:
    """Take the options and answer."""
    parser = argparse.ArgumentParser(prog="python -m devices.fingerprint.sbi", description=__doc__)
    parser.add_argument("--port", type=int, help="the first free one of 4501 to 4600 if left out")
    parser.add_argument("--control", type=Path, help="JSON file that says what is on the glass and what is broken")
    parser.add_argument("--coding", choices=[one.name.lower() for one in Coding], default="jpeg_2000_lossless")
    chosen = parser.parse_args()
    simulator = SbiSimulator(ControlFile(chosen.control), chosen.port)
    simulator.coding = Coding[chosen.coding.upper()]
    simulator.start()
    print(simulator.port, flush=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        simulator.stop()


if __name__ == "__main__":
    main()
