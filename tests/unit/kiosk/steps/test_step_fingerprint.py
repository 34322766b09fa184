"""Which finger is asked for, what is kept of it, and who may excuse one."""

import pytest
from pydantic import ValidationError

from devices.errors import CaptureRejectedError, NotRespondingError
from devices.fingerprint.press import press
from kiosk.pictures import png_bytes
from kiosk.step import State, StepRejectedError
from kiosk.steps.fingerprint import FingerprintStep
from records.evidence import Evidence
from tests.support.cases import CAPTURE, LEAD, NOW, REVIEWER, answers_of, case_of, consent
from tests.support.fakes import FakeReader, bench_of, finger_print, finger_scan, plain_picture

GOOD, BETTER = finger_scan(finger_print(0.8), b"good"), finger_scan(finger_print(1.0), b"better")
OTHER = finger_scan(press("A-16"), b"of another finger")
SMALL, DRY = finger_scan(finger_print(0.5), b"small"), finger_scan(finger_print(low=200, high=245), b"dry")
PRESS = answers_of({"act": "press"})


def step_of(**options):
    return FingerprintStep(FingerprintStep.Options(**options))


def pressed(step, *scans, evidence=(), answers=PRESS):
    """What stands after these presses, one screen each."""
    kept = list(evidence)
    bench = bench_of(fingerprint=FakeReader(scans))
    for _ in scans:
        kept += step.submit(case_of(kept), answers, bench)
    return kept


def test_fingers_are_asked_for_in_the_profiles_order():
    step = step_of(fingers=[16, 11])
    assert step.screen(case_of())["current"]["name"] == "left thumb"
    kept = pressed(step, GOOD)
    assert step.screen(case_of(kept))["current"]["finger"] == 11


def test_enough_good_fingers_are_done():
    step = step_of()
    kept = pressed(step, GOOD, OTHER)
    assert [one.part for one in kept] == ["11", "16"]
    assert step.outcome(case_of(kept)).state is State.DONE


def test_a_good_press_keeps_picture_template_device_and_score():
    [evidence] = pressed(step_of(), GOOD)
    assert evidence.data["accepted"]
    assert evidence.data["quality_pct"] >= 55
    assert evidence.data["device"] == "fingerprint.fake"
    assert evidence.data["resolution_ppi"] == 500
    assert [file.role for file in evidence.attachments] == ["picture", "template", "minutiae"]
    assert evidence.attachments[0].content.startswith(b"\x89PNG")
    assert evidence.attachments[1].content == b"good"


def test_a_poor_press_is_kept_and_says_what_to_do_next():
    step = step_of()
    kept = pressed(step, DRY)
    assert kept[0].data["accepted"] is False
    screen = step.screen(case_of(kept))
    assert (screen["current"]["finger"], screen["current"]["number"]) == (11, 2)
    assert screen["last"]["advice"].startswith("Too dry")


def test_the_best_of_all_tries_is_kept_whatever_comes_after():
    step = step_of(quality_min=100, tries=3)
    kept = pressed(step, SMALL, BETTER, DRY)
    best = kept[-1]
    assert len(best.data["tries"]) == 3
    assert best.data["best_try"] == 2
    assert best.attachments[1].digest == finger_digest(b"better")


def finger_digest(content):
    return next(file.digest for file in pressed(step_of(), finger_scan(finger_print(), content))[0].attachments[1:])


def test_after_the_last_try_the_next_finger_is_asked_for():
    step = step_of(tries=2, fingers=[11], fallback=[12], required=1)
    kept = pressed(step, SMALL, SMALL)
    assert kept[-1].data["accepted"] is False
    assert step.screen(case_of(kept))["current"]["finger"] == 12
    assert step.outcome(case_of(pressed(step, OTHER, evidence=kept))).state is State.DONE


def test_two_good_presses_of_a_finger_can_be_asked_for():
    step = step_of(presses=2, required=1)
    once = pressed(step, GOOD)
    assert step.outcome(case_of(once)).state is State.TODO
    assert step.screen(case_of(once))["current"]["press"] == 2
    assert step.screen(case_of(once))["last"]["is_good"]
    assert step.outcome(case_of(pressed(step, BETTER, evidence=once))).state is State.DONE


def test_one_good_press_is_enough_when_the_tries_are_over():
    step = step_of(presses=2, required=1, tries=3)
    assert step.outcome(case_of(pressed(step, GOOD, SMALL, SMALL))).state is State.DONE


def test_nobody_pressing_is_no_try():
    step = step_of()
    bench = bench_of(fingerprint=FakeReader([CaptureRejectedError("nobody", "no_finger")]))
    with pytest.raises(StepRejectedError, match="Put your right thumb flat on the glass"):
        step.submit(case_of(), PRESS, bench)


def test_a_print_the_sensor_cannot_use_is_a_try():
    [evidence] = pressed(step_of(), CaptureRejectedError("smeared", "messy"))
    assert (evidence.data["try"], evidence.data["quality_pct"], evidence.data["reasons"]) == (1, 0, ["messy"])
    assert evidence.attachments == ()


def test_a_reader_unplugged_in_the_middle_leaves_the_earlier_press():
    step = step_of()
    kept = pressed(step, SMALL)
    with pytest.raises(NotRespondingError):
        pressed(step, NotRespondingError("silent"), evidence=kept)
    assert step.screen(case_of(kept))["current"]["number"] == 2


def test_when_fingers_run_out_only_staff_can_go_on():
    step = step_of(tries=1, fingers=[11], fallback=[12], required=1)
    kept = pressed(step, SMALL, DRY)
    assert step.needs_staff(case_of(kept))
    with pytest.raises(StepRejectedError, match="No finger is left"):
        step.submit(case_of(kept), PRESS, bench_of(fingerprint=FakeReader([GOOD])))


def test_after_so_many_fingers_staff_decide_instead_of_asking_on():
    step = step_of(tries=1, max_fingers=2)
    assert step.needs_staff(case_of(pressed(step, SMALL, DRY)))


def test_two_members_of_staff_take_the_best_poor_print():
    step = step_of(tries=1, fingers=[11], fallback=[12], required=1)
    kept = pressed(step, DRY, SMALL)
    answers = answers_of({"act": "force"}, actor=CAPTURE, second=REVIEWER)
    [forced] = step.submit(case_of(kept), answers, bench_of())
    assert (forced.part, forced.data["forced"], forced.data["second_staff"]) == ("12", True, "S-REVIEW2")
    assert forced.attachments[0].role == "picture"
    assert step.outcome(case_of([*kept, forced])).state is State.DONE


@pytest.mark.parametrize(
    ("actor", "second"), [(CAPTURE, None), (REVIEWER, REVIEWER), (CAPTURE, CAPTURE), (answers_of().actor, LEAD)]
)
def test_nobody_takes_a_poor_print_alone(actor, second):
    step = step_of(tries=1, fingers=[11], fallback=[], required=1)
    case = case_of(pressed(step, DRY))
    with pytest.raises(StepRejectedError):
        step.submit(case, answers_of({"act": "force"}, actor=actor, second=second), bench_of())


def test_a_missing_finger_is_excused_with_a_photo_and_a_second_person():
    step = step_of()
    answers = exempting(finger="11", reason="missing")
    [evidence] = step.submit(case_of(), answers, bench_of())
    assert evidence.part == "exemption:11"
    assert (evidence.data["reason"], evidence.data["second_staff"]) == ("missing", "S-REVIEW2")
    assert evidence.attachments[0].role == "photo"
    assert step.screen(case_of([evidence]))["current"]["finger"] == 16


def exempting(second=REVIEWER, files=True, **fields):
    uploads = {"photo": picture_bytes()} if files else {}
    return answers_of({"act": "exempt", **fields}, actor=CAPTURE, second=second, files=uploads)


def picture_bytes():
    return png_bytes(plain_picture(), 96)


def test_a_missing_hand_excuses_its_five_fingers():
    step = step_of()
    [evidence] = step.submit(case_of(), exempting(finger="97", reason="missing"), bench_of())
    assert evidence.data["finger"] == 97
    kept = pressed(step, GOOD, OTHER, evidence=[evidence])
    assert [one.part for one in kept[1:]] == ["16", "17"]
    assert step.outcome(case_of(kept)).state is State.DONE


def test_all_fingers_excused_waives_the_step_with_its_reason():
    step = step_of()
    [evidence] = step.submit(case_of(), exempting(finger="99", reason="eczema"), bench_of())
    outcome = step.outcome(case_of([evidence]))
    assert (evidence.part, outcome.state, outcome.reason) == ("exemption", State.WAIVED, "eczema")


def test_both_hands_excused_one_after_the_other_waives_it_too():
    step = step_of()
    kept = step.submit(case_of(), exempting(finger="97", reason="missing"), bench_of())
    kept = [*kept, *step.submit(case_of(kept), exempting(finger="98", reason="missing"), bench_of())]
    assert step.outcome(case_of(kept)).state is State.WAIVED


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        (exempting(finger="11", reason=""), "reason"),
        (exempting(finger="11", reason="other"), "note"),
        (exempting(finger="11", reason="consent_refused"), "reason"),
        (exempting(finger="42", reason="missing"), "finger"),
        (exempting(finger="²", reason="missing"), "finger"),
        (exempting(finger="11", reason="missing", files=False), "photo"),
        (exempting(finger="11", reason="missing", second=None), "second_staff"),
        (exempting(finger="11", reason="missing", second=CAPTURE), "second_staff"),
        (answers_of({"act": "exempt", "finger": "11", "reason": "missing"}), ""),
    ],
)
def test_an_incomplete_exemption_names_its_field(answers, field):
    with pytest.raises(StepRejectedError) as refused:
        step_of().submit(case_of(), answers, bench_of())
    assert field in refused.value.problems


def test_a_finger_that_counts_cannot_be_excused():
    step = step_of()
    with pytest.raises(StepRejectedError):
        step.submit(case_of(pressed(step, GOOD)), exempting(finger="11", reason="worn"), bench_of())


def test_without_consent_only_the_check_by_hand_is_left():
    step = step_of()
    refused = consent("fingerprint", agreed=False)
    case = case_of([refused])
    assert step.needs_staff(case)
    assert step.outcome(case).state is State.TODO
    with pytest.raises(StepRejectedError):
        step.submit(case, PRESS, bench_of(fingerprint=FakeReader([GOOD])))
    [evidence] = step.submit(case, exempting(reason="consent_refused", files=False), bench_of())
    assert evidence.attachments == ()
    assert step.outcome(case_of([refused, evidence])).reason == "consent_refused"


def test_a_retake_starts_over():
    step = step_of()
    kept = pressed(step, GOOD, OTHER)
    again = Evidence("retake", NOW, {"reason": "脱皮"}, withdraws=("fingerprint",))
    assert step.screen(case_of([*kept, again]))["current"]["finger"] == 11


def test_a_done_step_takes_no_further_press():
    step = step_of()
    with pytest.raises(StepRejectedError, match="done already"):
        pressed(step, GOOD, evidence=pressed(step, GOOD, OTHER))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"fingers": [11, 42]}, "unknown finger 42"),
        ({"fallback": [97]}, "unknown finger 97"),
        ({"fingers": [11], "fallback": [], "required": 2}, "only 1 fingers"),
        ({"required": 3, "max_fingers": 2}, "max_fingers"),
        ({"presses": 4, "tries": 3}, "tries"),
        ({"finger_s": 300, "all_s": 200}, "finger_s"),
        ({"nfiq2_min": 40}, "nfiq2 = true"),
        ({"files": ["bmp"]}, "iso_image"),
    ],
)
def test_a_profile_that_cannot_be_met_is_refused(options, words):
    with pytest.raises(ValidationError, match=words):
        FingerprintStep.Options(**options)
