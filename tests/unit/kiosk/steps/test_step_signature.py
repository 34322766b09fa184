"""What is a signature, what it is bound to, and what brings it back."""

import io
import json
import math

import pytest
from PIL import Image

from kiosk.pictures import png_bytes
from kiosk.step import State, StepRejectedError
from kiosk.steps.signature import SignatureStep
from records.evidence import Evidence
from tests.support.cases import CAPTURE, NOW, answers_of, case_of, consent
from tests.support.fakes import bench_of, plain_picture

STEP = SignatureStep(SignatureStep.Options())
START_MS = 1_790_000_000_000
MATERIAL = {
    "name": {"zh": "毕业证书", "en": "Diploma"},
    "verdict": "pending",
    "reason_name": {"zh": "未带原件", "en": "Original not brought"},
}


def line(x, y, to_x, to_y, *, points=20, start_ms=0, ms=300, pressure=0.5):
    """A straight stroke."""
    return [
        {
            "x": x + (to_x - x) * part / (points - 1),
            "y": y + (to_y - y) * part / (points - 1),
            "pressure": pressure,
            "time": START_MS + start_ms + round(ms * part / (points - 1)),
        }
        for part in range(points)
    ]


def drawn(*strokes, width=1180, height=420, **more):
    return json.dumps({"width": width, "height": height, "strokes": list(strokes), **more})


# 丁一: three straight strokes, the shortest name there is.
SHORT_NAME = (
    line(100, 100, 260, 100),
    line(180, 100, 180, 260, start_ms=400),
    line(320, 180, 480, 180, start_ms=800),
)
QUICK_HAND = [
    {"x": 100 + n * 6, "y": 200 + 80 * math.sin(n / 4), "pressure": 0.4, "time": START_MS + n * 12} for n in range(80)
]


def sign(case, text, **fields):
    fields = {"act": "sign", "strokes": text, "shown": STEP.screen(case)["shown"], **fields}
    return STEP.submit(case, answers_of(fields), bench_of())


@pytest.mark.parametrize("strokes", [SHORT_NAME, (QUICK_HAND,)])
def test_a_name_is_a_name(strokes):
    [evidence] = sign(case_of(), drawn(*strokes))
    assert evidence.data["strokes"] == len(strokes)
    assert STEP.outcome(case_of([evidence])).state is State.DONE


@pytest.mark.parametrize(
    "text",
    [
        "",
        drawn(),
        drawn([]),
        drawn([{"x": 5, "y": 5, "pressure": 0.5, "time": START_MS}]),
        drawn(line(300, 200, 302, 202, ms=3000)),
        drawn(line(300, 200, 330, 200, points=6, ms=113)),
        drawn(line(300, 200, 302, 200, points=9), line(500, 200, 502, 200, points=9, start_ms=900)),
        drawn(line(300, 200, 700, 200, points=3, ms=50)),
    ],
    ids=["nothing", "no strokes", "empty stroke", "tap", "long press", "dash", "two dots", "swipe"],
)
def test_empty_dots_and_dashes_are_refused(text):
    with pytest.raises(StepRejectedError, match="full name"):
        sign(case_of(), text)


@pytest.mark.parametrize(
    "text",
    [
        "not json",
        "[]",
        "null",
        '{"width": 1180, "height": 420}',
        drawn(*SHORT_NAME, width=0),
        drawn(*SHORT_NAME, height=10**9),
        drawn(*SHORT_NAME).replace("0.5", "NaN", 1),
        drawn(*SHORT_NAME).replace("0.5", "Infinity", 1),
        drawn(*SHORT_NAME).replace("0.5", '"0.5"', 1),
        drawn(*SHORT_NAME).replace("0.5", "true", 1),
        drawn(*reversed(SHORT_NAME)),
        '{"width": 1180, "height": 420, "strokes": ' + "[" * 40_000 + "]" * 40_000 + "}",
    ],
)
def test_what_no_pad_sends_is_refused(text):
    with pytest.raises(StepRejectedError, match="did not arrive whole"):
        sign(case_of(), text)


def test_ink_outside_the_box_is_refused():
    with pytest.raises(StepRejectedError, match="inside the box"):
        sign(case_of(), drawn(*SHORT_NAME, line(100, 100, 100, 600, start_ms=2000)))


def test_a_finger_that_slides_a_little_over_the_edge_is_forgiven():
    assert sign(case_of(), drawn(*SHORT_NAME, line(100, 300, 100, 435, start_ms=2000)))


def test_a_flood_of_points_is_refused():
    with pytest.raises(StepRejectedError, match="more than a name"):
        sign(case_of(), drawn(*SHORT_NAME, line(1, 1, 400, 400, points=3000, start_ms=2000)))


def test_points_and_a_picture_drawn_from_them_are_kept():
    [evidence] = sign(case_of(), drawn(*SHORT_NAME, extra="<script>"))
    points, picture = evidence.attachments
    kept = json.loads(points.content)
    assert (points.role, points.media_type, set(kept)) == (
        "strokes",
        "application/json",
        {"width", "height", "strokes"},
    )
    assert kept["strokes"][0][0] == {"x": 100, "y": 100, "pressure": 0.5, "time": START_MS}
    image = Image.open(io.BytesIO(picture.content))
    assert (picture.role, image.format, image.width, image.mode) == ("picture", "PNG", 1200, "L")
    assert image.getpixel((round(180 * 1200 / 1180), round(180 * 1200 / 1180))) < 60
    assert image.getpixel((600, 60)) == 255


def test_pressure_makes_the_ink_thicker():
    light, heavy = (
        sum(Image.open(io.BytesIO(sign(case_of(), drawn(stroke))[0].attachments[1].content)).histogram()[:128])
        for stroke in (line(100, 200, 900, 200, ms=900, pressure=0.1), line(100, 200, 900, 200, ms=900, pressure=1.0))
    )
    assert heavy > light * 1.4


def test_it_is_bound_to_what_was_signed_and_an_edit_brings_it_back():
    before = [consent("face", agreed=True), Evidence("materials", NOW, MATERIAL, part="M06")]
    [evidence] = sign(case_of(before), drawn(*SHORT_NAME))
    assert evidence.covers == ("form", "consent", "materials")
    signed = [*before, evidence]
    assert STEP.outcome(case_of(signed)).state is State.DONE
    edit = Evidence("correction", NOW, {"state": "accepted", "old": "女", "new": "男"}, part="sex")
    assert STEP.outcome(case_of([*signed, edit])).state is State.TODO
    verdict = Evidence("materials", NOW, {**MATERIAL, "verdict": "pass"}, part="M06")
    assert STEP.outcome(case_of([*signed, verdict])).state is State.TODO


def test_a_page_of_the_form_that_no_longer_stands_is_not_signed():
    facts_before = case_of().standing.digest()
    edit = Evidence("correction", NOW, {"state": "accepted", "old": "女", "new": "男"}, part="sex")
    facts_after = case_of([edit]).standing.digest()
    before = [
        Evidence("form", NOW, {"state": "read"}, part="page:2", bound_to=facts_before),
        edit,
        Evidence("form", NOW, {"fields": ["sex"]}, bound_to=facts_after),
    ]
    [evidence] = sign(case_of(before), drawn(*SHORT_NAME))
    assert STEP.outcome(case_of([*before, evidence])).state is State.DONE


def test_what_comes_after_the_signature_does_not_touch_it():
    order = ("arrival", "consent", "signature", "materials", "fingerprint", "photo")
    [evidence] = sign(case_of(order=order), drawn(*SHORT_NAME))
    assert evidence.covers == ("consent",)
    later = Evidence("materials", NOW, MATERIAL, part="M06")
    assert STEP.outcome(case_of([evidence, later], order=order)).state is State.DONE


def test_a_page_that_was_opened_before_an_edit_is_read_again():
    shown = STEP.screen(case_of())["shown"]
    case = case_of([Evidence("correction", NOW, {"state": "accepted", "old": "女", "new": "男"}, part="sex")])
    with pytest.raises(StepRejectedError, match="read it again"):
        sign(case, drawn(*SHORT_NAME), shown=shown)
    with pytest.raises(StepRejectedError, match="read it again"):
        sign(case, drawn(*SHORT_NAME), shown="")


def test_the_screen_shows_all_that_is_signed():
    before = [consent("face", agreed=False), Evidence("materials", NOW, MATERIAL, part="M06")]
    screen = STEP.screen(case_of(before))
    assert [field for field, _ in screen["facts"]] == [
        "reg_no",
        "name",
        "sex",
        "born_on",
        "id_no",
        "exam_category",
        "mobile",
        "kinds",
    ]
    assert screen["signed"] == [
        {"label": "Picture of my face", "value": "Not agreed", "note": ""},
        {"label": "Diploma", "value": "To be brought later", "note": "Original not brought"},
    ]


def test_staff_witness_a_signature_on_paper():
    case = case_of()
    fields = {"act": "paper", "reason": "右手受伤", "shown": STEP.screen(case)["shown"]}
    scan = {"scan": png_bytes(plain_picture(), 96)}
    [evidence] = STEP.submit(case, answers_of(fields, actor=CAPTURE, files=scan), bench_of())
    assert (evidence.data["method"], evidence.data["witness"]) == ("paper", "S-CAPTURE")
    assert evidence.attachments[0].role == "scan"
    assert evidence.bound_to == fields["shown"]
    with pytest.raises(StepRejectedError, match="Only staff"):
        STEP.submit(case, answers_of(fields, files=scan), bench_of())


@pytest.mark.parametrize(("missing", "fields"), [("reason", {}), ("scan", {"reason": "右手受伤"})])
def test_a_paper_signature_needs_reason_and_scan(missing, fields):
    case = case_of()
    fields = {"act": "paper", "shown": STEP.screen(case)["shown"], **fields}
    with pytest.raises(StepRejectedError) as refused:
        STEP.submit(case, answers_of(fields, actor=CAPTURE), bench_of())
    assert missing in refused.value.problems


@pytest.mark.parametrize("content", [b"GIF89a", b"\x89PNG\r\n\x1a\nshort", b"\xff\xd8\xff\xe0 no picture"])
def test_a_scan_that_is_no_picture_is_refused(content):
    case = case_of()
    fields = {"act": "paper", "reason": "右手受伤", "shown": STEP.screen(case)["shown"]}
    with pytest.raises(StepRejectedError) as refused:
        STEP.submit(case, answers_of(fields, actor=CAPTURE, files={"scan": content}), bench_of())
    assert "scan" in refused.value.problems
