"""Prints how long judging a print takes here: `python bench/finger_quality.py [ROUNDS]`.

Medians over presses of the shipped fingers, 256 x 288 at 500 ppi, in milliseconds of one core's own time, so that other
work on the computer does not count. `gate` is what runs live on every press; the target is 10 ms. Prints one JSON
object.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import cv2

from devices.errors import ConfigurationError
from devices.fingerprint.emulator.glass import SHIPPED_FINGERS
from devices.fingerprint.press import press
from devices.formats.coding import Coding, coded
from devices.formats.finger_image import FingerImage, write_record
from devices.matching.comparing import likeness
from devices.matching.crowd import PrintCrowd
from devices.matching.cylinders import template_of
from devices.matching.minutiae import find_minutiae
from devices.quality.finger import judge
from devices.quality.orientation import certainties, features
from devices.quality.scorers import scorer_named

TARGET_MS = 10.0
CROWD = 4_000


def median_ms(action: Callable[[int], object], rounds: int) -> float:
    """Call it once unmeasured, then `rounds` times."""
    action(0)
    spent = []
    for number in range(rounds):
        begun = time.thread_time()
        action(number)
        spent.append(time.thread_time() - begun)
    return round(1000 * statistics.median(spent), 2)


def measure(rounds: int) -> dict[str, object]:
    """Return everything measured; for bench/devices.py, which runs sections beside one another."""
    cv2.setNumThreads(1)
    prints = [press(name, "good", number) for name in SHIPPED_FINGERS for number in (0, 1)]
    found = [find_minutiae(one, 500) for one in prints]
    templates = [template_of(one) for one in found]
    crowd = PrintCrowd()
    for number in range(CROWD):
        crowd.add(number, number, templates[number % len(templates)])
    n = len(prints)
    measured: dict[str, object] = {
        "gate": median_ms(lambda i: judge(prints[i % n], 500), rounds),
        "orientation_certainty": median_ms(lambda i: certainties(prints[i % n]), rounds),
        "nist_features": median_ms(lambda i: features(prints[i % n]), rounds),
        "minutiae": median_ms(lambda i: find_minutiae(prints[i % n], 500), rounds),
        "template": median_ms(lambda i: template_of(found[i % n]), rounds),
        "compare_two": median_ms(lambda i: likeness(templates[i % n], templates[(i + 1) % n]), rounds),
        f"search_{CROWD}": median_ms(lambda i: crowd.same_finger(-1, templates[i % n]), max(3, rounds // 10)),
        "iso_image_png": median_ms(lambda i: write_record(FingerImage(prints[i % n], 1, 500, None)), rounds),
        "jpeg_2000": median_ms(lambda i: coded(prints[i % n], Coding.JPEG_2000_LOSSLESS), rounds),
    }
    try:
        nfiq2 = scorer_named("nfiq2")
        measured["nfiq2"] = median_ms(lambda i: nfiq2.score(prints[i % n], 500), max(3, rounds // 10))
    except ConfigurationError:
        measured["nfiq2"] = "not installed"
    return {"unit": "ms, median", "rounds": rounds, "target_gate": TARGET_MS, **measured}


def main(rounds: int) -> None:
    """Measure and print."""
    print(json.dumps(measure(rounds), indent=2))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50)
