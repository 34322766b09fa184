"""What is in a line of the trail, in words; what nobody knows is shown as it is."""

import pytest

from region.wording import pairs


@pytest.fixture(params=["en"])
def language(request, region):
    with region.app.test_request_context(headers={"Cookie": f"kaodian_region_ui_8090=locale:{request.param}"}):
        yield request.param


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"new": "b", "old": "a"}, [("Before", "a"), ("After", "b")]),
        ({"checks": [{"code": "no_face", "ok": True}, {"code": "blurred", "ok": False}]}, [("Checks", "Blurred")]),
        ({"checks": [{"code": "no_face", "ok": True}]}, [("Checks", "All passed")]),
        ({"reason": "x1", "reason_name": {"zh": "过期", "en": "Expired"}}, [("Reason", "Expired")]),
        ({"decision": "agree", "agreed": True}, [("Answer", "Agreed")]),
        ({"finger": 17, "tries": [20, 71]}, [("Finger", "Left index finger"), ("Tries", "20, 71")]),
        ({"fields": ["name", "id_no"]}, [("Fields", "Name, ID number")]),
        ({"new_key": {"inner": [1, {"deep": None}]}}, [("new_key", "inner: 1, ")]),
        ({"note": "", "due": None, "pages": ["f" * 64]}, []),
    ],
)
def test_data_is_read_out(language, data, words):
    assert pairs(data) == words


def test_what_is_too_long_is_cut(language):
    (_label, value), *_rest = pairs({"points": list(range(100_000))})
    assert len(value) < 400
    assert value.endswith("…")
