"""Templates of an emulated sensor: 512 bytes that stand for a finger, never the same for two presses.

A real sensor's templates are its secret. Here most bytes follow from the finger and some from the press, so that the
share of equal bytes tells one finger from another as minutiae would.
"""

import numpy as np
import numpy.typing as npt

from devices.fingerprint.emulator.glass import Press
from devices.fingerprint.synthesis import seed_of

TEMPLATE_BYTES = 512
PREFIX = b"\x03\x01KAODIAN\x00"
CHANGED_SHARE = {"good": 0.2, "dry": 0.5, "wet": 0.5, "partial": 0.6, "off_centre": 0.5, "blurred": 0.8}
FULL_SCORE = 300
MATCHING_SCORE = 50


def template_of(press: Press) -> bytes:
    """Return the template of this press."""
    features = np.random.default_rng(seed_of("features", press.identity)).integers(
        0, 256, TEMPLATE_BYTES, dtype=np.uint8
    )
    random = np.random.default_rng(seed_of("press", press.identity, press.quality, press.number))
    changed = random.random(TEMPLATE_BYTES) < CHANGED_SHARE.get(press.quality, 0.9)
    features[changed] = random.integers(0, 256, int(changed.sum()), dtype=np.uint8)
    return PREFIX + features.tobytes()[len(PREFIX) :]


def score(first: bytes, second: bytes) -> int:
    """Return how alike two templates are, 0 to 300; 0 too if either is of another maker."""
    if not (first.startswith(PREFIX) and second.startswith(PREFIX)) or len(first) != len(second):
        return 0
    alike = _features(first) == _features(second)
    found = round(FULL_SCORE * float(alike.mean()))
    return found if found >= MATCHING_SCORE else 0


def merged(first: bytes, second: bytes) -> bytes:
    """Return one template of two presses."""
    half = np.arange(len(first) - len(PREFIX)) % 2 == 0
    return PREFIX + np.where(half, _features(first), _features(second)).astype(np.uint8).tobytes()


def _features(template: bytes) -> npt.NDArray[np.uint8]:
    return np.frombuffer(template, dtype=np.uint8, offset=len(PREFIX))
