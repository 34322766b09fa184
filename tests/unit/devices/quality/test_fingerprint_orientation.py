"""Orientation certainty against the outputs NIST publishes for its five example prints."""

import cv2
import numpy as np
import pytest

from devices.quality.orientation import certainties, features


def _published(path) -> dict[str, float]:
    pairs = (line.split(": ") for line in path.read_text().splitlines() if ": " in line)
    return {name: float(value) for name, value in pairs}


@pytest.mark.parametrize("number", range(1, 6))
def test_it_equals_what_nist_published(testdata, number):
    folder = testdata / "fingers"
    theirs = _published(folder / f"SFinGe_Test0{number}_output.txt")
    ours = features(cv2.imread(str(folder / f"SFinGe_Test0{number}.pgm"), cv2.IMREAD_GRAYSCALE))
    names = [f"OCL_Bin10_{index}" for index in range(10)]
    names += ["OCL_Bin10_Mean", "OCL_Bin10_StdDev", "Mu", "MMB", "UniformImage"]
    found = [*ours.certainty_bins, ours.certainty_mean, ours.certainty_std]
    found += [ours.grey_mean, ours.block_grey_mean, ours.grey_std]
    assert found == pytest.approx([theirs[name] for name in names], abs=1e-3)


def test_straight_ridges_are_certain_and_noise_is_not():
    columns = np.arange(64)
    stripes = np.tile(127 + 120 * np.sin(columns / 9 * 2 * np.pi), (64, 1)).astype(np.uint8)
    noise = np.random.default_rng(1).integers(0, 256, (64, 64), dtype=np.uint8)
    assert certainties(stripes).min() > 0.99
    assert certainties(noise).max() < 0.4


def test_one_grey_has_no_direction():
    assert np.isnan(certainties(np.full((64, 64), 128, np.uint8))).all()
    assert features(np.full((64, 64), 255, np.uint8)).certainty_mean == 0
