"""One press: what is kept of it, in which formats, how long it may take, and whether the finger is a new one."""

import io
from datetime import timedelta

import cv2
import numpy as np
import pytest
from PIL import Image

from devices.base import FingerScan, OnProgress, ScanProgress
from devices.errors import CaptureRejectedError
from devices.fingerprint.press import blank, press
from devices.formats.finger_image import read_record
from devices.formats.finger_minutiae import read_minutiae
from kiosk.step import State, StepRejectedError
from kiosk.steps.fingerprint import FingerprintStep
from records.evidence import Evidence
from tests.support.cases import CAPTURE, NOW, REVIEWER, answers_of, case_of
from tests.support.fakes import AT, FakeReader, bench_of, finger_scan

PRESS = answers_of({"act": "press"})


def scan(name: str, number: int = 0, quality: str = "good") -> FingerScan:
    return finger_scan(press(name, quality, number), f"{name}/{number}".encode())


def step_of(**options: object) -> FingerprintStep:
    return FingerprintStep(FingerprintStep.Options(**options))


def pressed(step, *scans, evidence=(), after_s=0, every_s=0):
    """What stands after these presses, `every_s` seconds apart."""
    kept = list(evidence)
    bench = bench_of(fingerprint=FakeReader(scans))
    for number in range(len(scans)):
        now = NOW + timedelta(seconds=after_s + number * every_s)
        kept += step.submit(case_of(kept, now=now), PRESS, bench)
    return kept


def roles(evidence: Evidence) -> list[str]:
    return [file.role for file in evidence.attachments]


def content(evidence: Evidence, role: str) -> bytes:
    return next(file.content for file in evidence.attachments if file.role == role)


def test_the_picture_is_kept_at_500_ppi_whatever_the_reader_has():
    finer = cv2.resize(press("A-11"), None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    [evidence] = pressed(step_of(), FingerScan(finer, b"t", 1000, "fine-1", AT))
    with Image.open(io.BytesIO(content(evidence, "picture"))) as picture:
        assert picture.size == (256, 288)
        assert [round(dpi) for dpi in picture.info["dpi"]] == [500, 500]
    assert (evidence.data["device_ppi"], evidence.data["resolution_ppi"]) == (1000, 500)


def test_a_profile_can_have_the_iso_record_and_wsq():
    [evidence] = pressed(step_of(files=["iso_image", "wsq"], fingers=[17]), scan("A-11"))
    assert roles(evidence) == ["picture", "template", "minutiae", "iso_image", "wsq"]
    [image] = read_record(content(evidence, "iso_image"))
    assert np.array_equal(image.pixels, press("A-11"))
    assert (image.position, image.taken_at) == (7, AT)
    assert [one.score for one in image.qualities] == [evidence.data["quality_pct"]]
    assert content(evidence, "wsq").startswith(b"\xff\xa0")


def test_the_minutiae_are_kept_in_a_format_that_others_read():
    [evidence] = pressed(step_of(), scan("A-11"))
    assert len(read_minutiae(content(evidence, "minutiae"))) >= evidence.data["minutiae"] >= 20


def test_a_readers_own_score_is_recorded_and_not_trusted():
    [evidence] = pressed(step_of(), finger_scan(press("A-11", "partial"), b"t", device_quality=100))
    assert evidence.data["device_quality"] == 100
    assert evidence.data["accepted"] is False


def test_the_same_finger_twice_is_recognised_and_is_no_try():
    step = step_of()
    kept = pressed(step, scan("B-11"))
    with pytest.raises(StepRejectedError, match=r"read before, as right thumb\. Put your left thumb"):
        pressed(step, scan("B-11", 1), evidence=kept)
    assert step.screen(case_of(kept))["current"]["number"] == 1
    assert step.outcome(case_of(pressed(step, scan("B-16"), evidence=kept))).state is State.DONE


def test_a_finger_that_was_given_up_is_recognised_too():
    step = step_of(tries=1, fingers=[11, 16])
    kept = pressed(step, scan("B-11", 0, "wet"))
    with pytest.raises(StepRejectedError, match="as right thumb"):
        pressed(step, scan("B-11", 1), evidence=kept)


def test_a_second_press_of_the_finger_asked_for_is_no_repetition():
    step = step_of(presses=2, required=1)
    assert step.outcome(case_of(pressed(step, scan("B-11"), scan("B-11", 1)))).state is State.DONE


def test_an_earlier_file_that_is_gone_stops_nobody():
    step = step_of()
    [first] = pressed(step, scan("B-11"))
    gone = Evidence(
        first.step,
        first.taken_at,
        first.data,
        part=first.part,
        attachments=tuple(
            type(file)(file.role, file.media_type, file.digest, file.size_bytes) for file in first.attachments
        ),
    )
    assert pressed(step, scan("B-11", 1), evidence=[gone])[-1].part == "16"


def test_of_several_wanted_presses_the_minutiae_of_each_good_one_are_kept():
    step = step_of(presses=3, required=1)
    kept = pressed(step, scan("C-11"), scan("C-11", 1), scan("C-11", 2))
    assert sorted(roles(kept[-1])) == ["minutiae", "minutiae_other", "minutiae_other", "picture", "template"]
    assert len({file.digest for file in kept[-1].attachments}) == 5


def test_where_one_press_is_wanted_nothing_of_the_others_is_kept():
    kept = pressed(step_of(quality_min=100), scan("C-11"), scan("C-11", 1), scan("C-11", 2))
    assert roles(kept[-1]) == ["picture", "template", "minutiae"]


def test_after_a_fingers_time_the_next_one_is_asked_for():
    step = step_of(finger_s=60, tries=9, quality_min=100)
    kept = pressed(step, *[scan("D-11", number) for number in range(3)], every_s=25)
    assert step.screen(case_of(kept))["current"]["finger"] == 11
    kept = pressed(step, scan("D-11", 3), evidence=kept, after_s=75)
    assert kept[-1].data["finger_time_up"]
    assert step.screen(case_of(kept))["current"]["finger"] == 16


def test_when_all_the_time_is_over_staff_go_on_and_may_press_or_accept():
    step = step_of(finger_s=60, all_s=100, tries=9, quality_min=100)
    kept = pressed(step, scan("D-11"), scan("D-11", 1), every_s=70)
    kept = pressed(step, scan("D-16"), evidence=kept, after_s=110)
    case = case_of(kept)
    screen = step.screen(case)
    assert step.needs_staff(case)
    assert (screen["is_out_of_time"], screen["may_force"], screen["current"]["finger"]) == (True, True, 12)
    assert pressed(step, scan("E-11"), evidence=kept, after_s=120)[-1].part == "12"
    forced = step.submit(case, answers_of({"act": "force"}, actor=CAPTURE, second=REVIEWER), bench_of())
    assert {one.part for one in forced} == {"11", "16"}
    assert step.outcome(case_of([*kept, *forced])).state is State.DONE


def test_who_comes_back_after_a_pause_has_the_whole_time_again():
    step = step_of(finger_s=60, all_s=100, tries=9, quality_min=100)
    kept = pressed(step, scan("D-11"), scan("D-11", 1), every_s=3600)
    assert not kept[-1].data["finger_time_up"]
    assert not step.needs_staff(case_of(kept))


def test_one_finger_can_have_other_limits_than_the_rest():
    step = step_of(quality_min=100, tries=3, per_finger={"16": {"quality_min": 40, "tries": 1}})
    kept = pressed(step, *[scan("A-11", number) for number in range(3)])
    assert kept[-1].data["accepted"] is False
    screen = step.screen(case_of(kept))["current"]
    assert (screen["finger"], screen["number"], screen["tries"]) == (16, 1, 1)
    assert pressed(step, scan("A-16"), evidence=kept)[-1].data["accepted"]
    with pytest.raises(ValueError, match="unknown finger 42"):
        step_of(per_finger={"42": {"tries": 1}})
    with pytest.raises(ValueError, match="more than the 1 tries"):
        step_of(presses=2, per_finger={"11": {"tries": 1}})


class SlowReader(FakeReader):
    """Tells half of the print before the whole one."""

    def scan(self, timeout_s: float, on_progress: OnProgress | None = None) -> FingerScan:
        whole = super().scan(timeout_s)
        half = whole.pixels.copy()
        half[144:] = 255
        if on_progress is not None:
            on_progress(ScanProgress(True, 144, 288, half))
            on_progress(ScanProgress(True, 288, 288, whole.pixels))
        return whole


def test_the_print_can_be_watched_while_it_is_read_and_is_forgotten_afterwards():
    step, bench = step_of(), bench_of(fingerprint=SlowReader([scan("A-11")]))
    seen = []
    real = bench.live_print.show
    bench.live_print.show = lambda progress: (real(progress), seen.append(progress.rows_done))
    step.submit(case_of(), PRESS, bench)
    assert seen == [144, 288]
    assert bench.live_print.newest(-1, 0).progress is None


def test_an_empty_glass_is_given_up_half_way_and_says_why():
    step = step_of()
    empty = finger_scan(blank(), b"")
    [evidence] = step.submit(case_of(), PRESS, bench_of(fingerprint=SlowReader([empty])))
    assert (evidence.data["reasons"], evidence.data["try"], evidence.attachments) == (["blank"], 1, ())


def test_a_hopeless_press_is_given_up_only_where_a_better_one_is_kept():
    step = step_of(quality_min=100)
    pale = finger_scan(np.where(press("A-11") < 90, 170, 250).astype(np.uint8), b"pale")
    [first] = step.submit(case_of(), PRESS, bench_of(fingerprint=SlowReader([pale])))
    assert roles(first) == ["picture", "template", "minutiae"], "a candidate's only print is kept"
    kept = pressed(step, scan("A-11"))
    [second] = step.submit(case_of(kept), PRESS, bench_of(fingerprint=SlowReader([pale])))
    assert (second.data["reasons"], second.data["tries"][1], second.data["best_try"]) == (["too_dry"], 0, 1)


def test_the_live_print_is_forgotten_when_the_scan_fails():
    class Refusing(FakeReader):
        def scan(self, timeout_s: float, on_progress: OnProgress | None = None) -> FingerScan:
            assert on_progress is not None
            on_progress(ScanProgress(True, 10, 288, blank()))
            raise CaptureRejectedError("smeared", "messy")

    bench = bench_of(fingerprint=Refusing([]))
    step_of().submit(case_of(), PRESS, bench)
    assert bench.live_print.newest(-1, 0).progress is None


@pytest.mark.parametrize(
    ("quality", "reason"),
    [
        ("dry", "too_dry"),
        ("wet", "too_wet"),
        ("partial", "too_small"),
        ("off_centre", "off_centre"),
        ("blurred", "blurred"),
    ],
)
def test_the_screen_names_and_draws_the_reason(quality, reason):
    step = step_of()
    last = step.screen(case_of(pressed(step, scan("F-11", 0, quality))))["last"]
    assert last["reason"] == reason
    assert last["advice"]


def test_a_profile_that_wants_what_is_not_installed_is_refused_with_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ValueError, match="put NIST's nfiq2"):
        step_of(nfiq2=True)
