"""Prints how often the matcher is wrong: `python bench/finger_matching.py [FINGERS] [FOLDER OF REAL PRINTS]`.

Made-up fingers are pressed three times each, as a sensor of sixteen grey levels sends them: every two presses of one
finger are a genuine pair, the first press of one and the second of another an impostor pair. Real prints, where a
folder is named, are one press each; their second press is the same picture turned, moved, noisy and cut to a sensor's
window, which is kinder than life. Prints one JSON object; some 0.2 s a finger and 0.6 ms a pair.
"""

import json
import sys
from itertools import combinations
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import cv2
import numpy as np

from devices.base import Pixels
from devices.fingerprint.press import press
from devices.matching.comparing import SAME_FROM, likeness
from devices.matching.cylinders import Template, template_of
from devices.matching.minutiae import find_minutiae

PRESSES = 3
OTHER_SKINS = ("dry", "wet", "partial", "off_centre")
WINDOW = (288, 256)


def template(pixels: Pixels) -> Template:
    """Return what is compared of a print."""
    return template_of(find_minutiae(pixels // 16 * 17, 500))


def summary(genuine: list[float], impostors: list[float]) -> dict[str, object]:
    """Return the rates at the threshold in use, and how far the two kinds of pairs lie apart."""
    false_matches, misses = sum(one >= SAME_FROM for one in impostors), sum(one < SAME_FROM for one in genuine)
    return {
        "genuine_pairs": len(genuine),
        "impostor_pairs": len(impostors),
        "missed": misses,
        "missed_pct": round(100 * misses / len(genuine), 2),
        "mistaken": false_matches,
        "highest_impostor": round(max(impostors, default=0.0), 3),
        "impostor_99_99_pct": round(float(np.percentile(impostors, 99.99)), 3) if impostors else None,
        "genuine_1_pct": round(float(np.percentile(genuine, 1)), 3),
    }


def made_up(fingers: int) -> dict[str, object]:
    """Return the rates on fingers that the project draws."""
    names = [f"bench-{number}" for number in range(fingers)]
    presses = {name: [template(press(name, "good", number)) for number in range(PRESSES)] for name in names}
    genuine = [likeness(*pair) for name in names for pair in combinations(presses[name], 2)]
    impostors = [likeness(presses[one][0], presses[other][1]) for one, other in combinations(names, 2)]
    skins = {
        skin: [likeness(presses[name][0], template(press(name, skin, 9))) for name in names[:100]]
        for skin in OTHER_SKINS
    }
    missed = {skin: round(100 * float(np.mean(np.array(found) < SAME_FROM)), 1) for skin, found in skins.items()}
    return summary(genuine, impostors) | {"missed_pct_when": missed}


def shaken(pixels: Pixels, random: np.random.Generator) -> Pixels:
    """Return the print as another press of it might look."""
    height, width = pixels.shape
    moved = cv2.getRotationMatrix2D((width / 2, height / 2), float(random.normal(0, 5)), 1.0)
    moved[:, 2] += random.normal(0, 8, 2)
    laid = cv2.warpAffine(pixels, moved, (width, height), borderValue=(255,))
    top, left = max(0, (height - WINDOW[0]) // 2), max(0, (width - WINDOW[1]) // 2)
    cut = laid[top : top + WINDOW[0], left : left + WINDOW[1]]
    return np.clip(cut + random.normal(0, 8, cut.shape), 0, 255).astype(np.uint8)


def real(folder: Path) -> dict[str, object]:
    """Return the rates on published prints."""
    random = np.random.default_rng(1)
    paths = sorted(path for path in folder.iterdir() if path.suffix in (".png", ".pgm", ".tif"))
    prints = [cv2.imread(str(path), cv2.IMREAD_GRAYSCALE) for path in paths]
    whole = [template(one.astype(np.uint8)) for one in prints if one is not None]
    again = [[template(shaken(one.astype(np.uint8), random)) for _ in range(8)] for one in prints if one is not None]
    genuine = [likeness(one, other) for one, others in zip(whole, again, strict=True) for other in others]
    both = [[one, *others] for one, others in zip(whole, again, strict=True)]
    impostors = [likeness(a, b) for one, other in combinations(both, 2) for a in one for b in other]
    return summary(genuine, impostors) | {"prints": len(whole)}


def main(fingers: int, folder: Path | None = None) -> None:
    """Measure and print."""
    cv2.setNumThreads(1)
    found: dict[str, object] = {"threshold": SAME_FROM, "made_up": made_up(fingers)}
    if folder:
        found["real"] = real(folder)
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100, Path(sys.argv[2]) if len(sys.argv) > 2 else None)
