"""Taking, taking again, accepting, and going on without a picture."""

import io

import numpy as np
import pytest
from PIL import Image
from pydantic import ValidationError

from devices.errors import ConfigurationError, NotRespondingError
from kiosk.pictures import png_bytes
from kiosk.step import State, StepRejectedError
from kiosk.steps.photo import PhotoStep
from records.evidence import Attachment, Evidence
from tests.support.cases import CAPTURE, LEAD, NOW, REVIEWER, answers_of, case_of, consent
from tests.support.fakes import FakeCamera, bench_of, plain_picture

STEP = PhotoStep(PhotoStep.Options())
TAKE = answers_of({"act": "take"})
FILES = (
    Attachment.of("picture", "image/jpeg", b"portrait"),
    Attachment.of("original", "image/jpeg", b"frame"),
)


def taken(number=1, *, ok=True, problems=()):
    """A take as it was saved."""
    data = {
        "try": number,
        "ok": ok,
        "checks": [{"code": "no_face", "ok": ok, "severity": "block"}],
        "problems": list(problems),
        "sharpness": 40,
        "accepted": False,
        "discarded": False,
        "device": "camera.fake",
    }
    return Evidence("photo", NOW, data, part="take", attachments=FILES)


def submit(case, act, **more):
    fields = {"act": act, **more.pop("fields", {})}
    return STEP.submit(case, answers_of(fields, **more), bench_of(camera=FakeCamera()))


def portrait_frame(testdata):
    """An official portrait on a white screen, as a booth's camera sees it."""
    image = Image.open(testdata / "portraits" / "official1.jpg").convert("RGB")
    image.thumbnail((1280, 600))
    frame = Image.new("RGB", (1280, 720), (245, 245, 245))
    frame.paste(image, ((1280 - image.width) // 2, 120))
    return np.asarray(frame)[:, :, ::-1].copy()


def test_a_good_picture_is_cut_to_the_rules_and_kept_with_the_whole_frame(testdata):
    [evidence] = STEP.submit(case_of(), TAKE, bench_of(camera=FakeCamera(portrait_frame(testdata))))
    assert evidence.part == "take"
    assert evidence.data["ok"]
    picture, original = evidence.attachments
    with Image.open(io.BytesIO(picture.content)) as image:
        assert (image.size, image.format, image.info["dpi"]) == ((480, 640), "JPEG", (300, 300))
    assert 20_000 <= picture.size_bytes <= 40_000
    with Image.open(io.BytesIO(original.content)) as image:
        assert image.size == (1280, 720)


def test_a_wall_is_taken_but_cannot_be_accepted():
    [evidence] = STEP.submit(case_of(), TAKE, bench_of(camera=FakeCamera()))
    assert not evidence.data["ok"]
    assert evidence.data["problems"] == ["no_face"]
    assert [file.role for file in evidence.attachments] == ["picture", "original"]
    with pytest.raises(StepRejectedError, match="No face can be seen"):
        submit(case_of([evidence]), "accept", fields={"take": "1"})


def test_accepting_a_good_picture_finishes_the_step():
    [accepted] = submit(case_of([taken()]), "accept", fields={"take": "1"})
    assert (accepted.part, accepted.data["take_seq"], accepted.data["forced"]) == ("accepted", 1, False)
    assert [file.digest for file in accepted.attachments] == [file.digest for file in FILES]
    case = case_of([taken(), accepted])
    assert STEP.outcome(case).state is State.DONE
    with pytest.raises(StepRejectedError, match="done already"):
        submit(case, "take")


def test_only_the_picture_that_was_shown_can_be_accepted():
    with pytest.raises(StepRejectedError, match="not the picture that was shown"):
        submit(case_of([taken(), taken(2)]), "accept", fields={"take": "1"})
    with pytest.raises(StepRejectedError, match="not the picture that was shown"):
        submit(case_of(), "accept", fields={"take": "1"})


def test_taking_again_goes_back_to_the_live_picture_and_counts_on():
    kept = [taken()]
    kept += submit(case_of(kept), "retake")
    assert STEP.screen(case_of(kept))["take"] is None
    [again] = submit(case_of(kept), "take")
    assert again.data["try"] == 2
    assert STEP.screen(case_of([*kept, again]))["retakes_left"] == 2


def test_the_candidate_may_take_it_again_three_times_staff_always():
    last = case_of([taken(4, ok=False)])
    assert STEP.needs_staff(last)
    with pytest.raises(StepRejectedError, match="call the staff"):
        submit(last, "retake")
    assert submit(last, "take", actor=CAPTURE)[0].data["try"] == 5


def test_a_good_last_picture_needs_no_staff():
    assert not STEP.needs_staff(case_of([taken(4)]))


def test_a_lead_accepts_a_picture_that_failed_with_a_reason():
    case = case_of([taken(ok=False, problems=["eyes_hidden"])])
    with pytest.raises(StepRejectedError) as refused:
        submit(case, "accept", fields={"take": "1"}, actor=LEAD)
    assert "reason" in refused.value.problems
    fields = {"take": "1", "reason": "眼部有敷料"}
    for people in ({"actor": LEAD}, {"actor": CAPTURE, "second": LEAD}):
        [accepted] = submit(case, "accept", fields=fields, **people)
        assert (accepted.data["forced"], accepted.data["approved_by"]) == (True, "S-LEAD")


@pytest.mark.parametrize("people", [{}, {"actor": CAPTURE}, {"actor": CAPTURE, "second": CAPTURE}, {"second": LEAD}])
def test_others_cannot_accept_a_picture_that_failed(people):
    case = case_of([taken(ok=False, problems=["too_dark"])])
    with pytest.raises(StepRejectedError, match="Too dark"):
        submit(case, "accept", fields={"take": "1", "reason": "想快点"}, **people)


def test_camera_trouble_leaves_the_step_for_the_view_to_tell():
    for bench, error in (
        (bench_of(camera=FakeCamera(trouble=NotRespondingError("frozen"))), NotRespondingError),
        (bench_of(), ConfigurationError),
    ):
        with pytest.raises(error):
            STEP.submit(case_of(), TAKE, bench)


def test_the_camera_is_let_go_after_a_picture():
    camera = FakeCamera()
    STEP.submit(case_of(), TAKE, bench_of(camera=camera))
    assert (camera.opened, camera.is_open) == (1, False)


def test_a_camera_that_does_not_work_is_an_exemption_of_two_without_a_photo():
    [evidence] = submit(case_of(), "exempt", fields={"reason": "device"}, actor=CAPTURE, second=REVIEWER)
    outcome = STEP.outcome(case_of([evidence]))
    assert (outcome.state, outcome.reason) == (State.WAIVED, "device")
    with pytest.raises(StepRejectedError, match="second member"):
        submit(case_of(), "exempt", fields={"reason": "device"}, actor=CAPTURE)


def test_another_reason_needs_a_photo_from_a_file_or_the_camera():
    fields = {"reason": "injured"}
    with pytest.raises(StepRejectedError) as refused:
        submit(case_of(), "exempt", fields=fields, actor=CAPTURE, second=REVIEWER)
    assert "photo" in refused.value.problems
    files = {"photo": png_bytes(plain_picture(width_px=4000, height_px=3000), 96)}
    [uploaded] = submit(case_of(), "exempt", fields=fields, actor=CAPTURE, second=REVIEWER, files=files)
    with Image.open(io.BytesIO(uploaded.attachments[0].content)) as image:
        assert (image.format, image.size) == ("JPEG", (2205, 1654))
    fields["camera"] = "yes"
    [seen] = submit(case_of(), "exempt", fields=fields, actor=CAPTURE, second=REVIEWER)
    assert seen.attachments[0].role == "photo"


def test_without_consent_nothing_is_taken_and_staff_check_by_hand():
    refused = consent("face", agreed=False)
    case = case_of([refused])
    assert STEP.needs_staff(case)
    for act in ("take", "accept", "retake"):
        with pytest.raises(StepRejectedError, match="No consent"):
            submit(case, act)
    [evidence] = submit(case, "exempt", fields={"reason": "consent_refused"}, actor=CAPTURE, second=LEAD)
    assert STEP.outcome(case_of([refused, evidence])).state is State.WAIVED


def test_the_live_list_says_what_to_do():
    rows = STEP.live_checks(plain_picture())
    assert rows[0] == {"code": "face", "ok": False, "label": "No face can be seen. Look into the camera."}
    assert [row["code"] for row in STEP.screen(case_of())["checks"]] == [row["code"] for row in rows]
    assert "background" not in {row["code"] for row in rows}  # it only warns


def test_the_live_list_is_all_yes_for_a_good_picture(testdata):
    rows = STEP.live_checks(portrait_frame(testdata))
    assert all(row["ok"] for row in rows if "warn" not in row)
    assert [row["code"] for row in rows if "warn" in row] == ["background-hint"]  # a flag stands behind the person


@pytest.mark.parametrize(
    "options", [{"min_kb": 40, "max_kb": 40}, {"background": [[0, 0, 300]]}, {"warn": ["smile"]}, {"width": 480}]
)
def test_a_profile_with_impossible_rules_is_refused(options):
    with pytest.raises(ValidationError):
        PhotoStep.Options(**options)
