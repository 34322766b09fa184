"""The live judgement of a print."""

import time

import cv2
import numpy as np
import pytest

from devices.fingerprint.press import blank, press
from devices.quality.finger import judge


def test_an_empty_glass_is_blank_whatever_its_grey():
    for grey in (0, 128, 255):
        assert judge(np.full((288, 256), grey, np.uint8), 500).reasons == ("blank",)
    assert judge(blank(), 500).score_pct == 0


def test_a_picture_smaller_than_a_block_is_blank():
    assert judge(np.zeros((1, 1), np.uint8), 500).reasons == ("blank",)


@pytest.mark.parametrize(
    ("quality", "reason"),
    [
        ("dry", "too_dry"),
        ("wet", "too_wet"),
        ("partial", "too_small"),
        ("off_centre", "off_centre"),
        ("blurred", "blurred"),
        ("messy", "blurred"),
    ],
)
def test_the_reason_is_what_is_wrong(quality, reason):
    for number in range(5):
        assert judge(press("B-16", quality, number), 500).reasons[0] == reason


@pytest.mark.parametrize("sigma", [1, 2, 3])
def test_more_blur_is_never_better(sigma):
    print_ = press("C-11")
    less = judge(cv2.GaussianBlur(print_, (0, 0), sigma), 500).score_pct
    assert judge(cv2.GaussianBlur(print_, (0, 0), sigma + 1), 500).score_pct <= less


def test_less_contrast_is_never_better():
    print_ = press("C-11").astype(np.float64)
    scores = [
        judge((247 - (247 - print_) * share).astype(np.uint8), 500).score_pct for share in (1, 0.7, 0.5, 0.3, 0.1)
    ]
    assert scores == sorted(scores, reverse=True)


def test_turning_the_print_over_changes_nothing():
    print_ = press("D-11")
    assert abs(judge(print_, 500).score_pct - judge(print_[::-1, ::-1], 500).score_pct) <= 1


def test_another_resolution_is_judged_like_the_native_one():
    print_ = press("D-16")
    finer = cv2.resize(print_, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    assert abs(judge(finer, 1000).score_pct - judge(print_, 500).score_pct) <= 5


def test_four_bits_of_grey_are_enough():
    print_ = press("E-11")
    assert abs(judge(print_ // 16 * 17, 500).score_pct - judge(print_, 500).score_pct) <= 3


def test_real_prints_are_neither_praised_nor_refused(testdata):
    scores = {
        path.name: judge(cv2.imread(str(path), cv2.IMREAD_GRAYSCALE), 500).score_pct
        for path in (testdata / "fingers").glob("nist_*.png")
    }
    assert len(scores) == 4
    assert all(35 <= score <= 75 for score in scores.values()), scores


def test_it_is_fast_enough_for_a_live_view():
    print_ = press("F-11")
    took = []
    for _ in range(20):
        begun = time.perf_counter()
        judge(print_, 500)
        took.append(time.perf_counter() - begun)
    assert min(took) < 0.010
