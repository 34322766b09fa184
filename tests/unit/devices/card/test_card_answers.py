"""What vendors' services answer, in their words and encodings, whole and broken."""

import base64
import io
import json
import random
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from devices.card.answer import AnswerMap
from devices.card.photo import card_photo
from devices.errors import CaptureRejectedError, ConfigurationError

FLAT = AnswerMap({"id_no": "number", "name": "name", "sex": "sex", "born_on": "born", "photo": "photo"}, {})
NESTED = AnswerMap({"id_no": "data.info.idCode", "name": "data.info.name"}, {"code": [1, "none"]})
ONE = {"number": "99010119900101002X", "name": "欧阳测试"}


def answer(**words: object) -> bytes:
    return json.dumps(ONE | words, ensure_ascii=False).encode()


def picture(kind: str, size: tuple[int, int] = (102, 126)) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, "beige").save(target, kind)
    return target.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_text_comes_in_any_of_the_usual_encodings(encoding: str) -> None:
    text = json.dumps(ONE | {"name": "欧阳㼆测试"}, ensure_ascii=False)
    card = FLAT.card(text.encode(encoding))
    assert card is not None
    assert card.name == "欧阳㼆测试"


@pytest.mark.parametrize("wrapped", ["{}", "callback({});", "jQuery123_4({})", "  {}\n"])
def test_json_may_be_wrapped_for_a_script(wrapped: str) -> None:
    card = FLAT.card(wrapped.replace("{}", json.dumps(ONE)).encode())
    assert card is not None
    assert card.id_no == ONE["number"]


def test_json_inside_a_json_string_is_followed() -> None:
    inner = json.dumps({"idCode": ONE["number"], "name": ONE["name"]})
    card = NESTED.card(json.dumps({"code": 0, "data": json.dumps({"info": inner})}).encode())
    assert card is not None
    assert card.name == ONE["name"]


@pytest.mark.parametrize("said", [{"code": 1}, {"code": "none", "data": None}, {}, {"code": 0, "data": {"info": {}}}])
def test_nothing_there_is_no_card_and_no_error(said: dict[str, object]) -> None:
    assert NESTED.card(json.dumps(said).encode()) is None


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (("19900101", "1"), (date(1990, 1, 1), "男")),
        (("1990-01-01", "女"), (date(1990, 1, 1), "女")),
        (("1990年01月01日", "F"), (date(1990, 1, 1), "女")),
        (("1990.01.01", "m"), (date(1990, 1, 1), "男")),
        (("长期", "9"), (None, "")),
        (("19900231", ""), (None, "")),
    ],
)
def test_days_and_sexes_are_understood_as_vendors_write_them(
    said: tuple[str, str], expected: tuple[date | None, str]
) -> None:
    card = FLAT.card(answer(born=said[0], sex=said[1]))
    assert card is not None
    assert (card.born_on, card.sex) == expected


def test_a_number_is_tidied() -> None:
    card = FLAT.card(answer(number=" 990101 19900101 002x "))
    assert card is not None
    assert card.id_no == "99010119900101002X"


def test_characters_of_the_private_use_area_stay_as_they_are() -> None:
    card = FLAT.card(answer(name="欧阳\ue863"))
    assert card is not None
    assert card.name == "欧阳\ue863"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (answer(name=""), "half_card"),
        (answer(number=""), "half_card"),
        (answer(number="9901"), "half_card"),
        (answer(name="欧阳测试".encode().decode("latin-1")), "garbled"),
        (answer(name="锟斤拷"), "garbled"),
        (answer(name="欧\ufffd"), "garbled"),
        (answer()[:-9], "half_card"),
        (b"", "garbled"),
        (b"OK", "garbled"),
        (b"[1, 2]", "garbled"),
        (b"<html>Please sign in</html>", "garbled"),
        (bytes(range(128, 256)), "garbled"),
    ],
)
def test_what_cannot_be_used_is_told_apart(content: bytes, code: str) -> None:
    with pytest.raises(CaptureRejectedError) as refused:
        FLAT.card(content)
    assert refused.value.code == code
    assert ONE["name"] not in str(refused.value)
    assert ONE["number"] not in str(refused.value)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.randoms(use_true_random=False))
def test_no_answer_whatever_is_a_crash(noise: bytes, chance: random.Random) -> None:
    good = bytearray(answer(born="19900101", sex="2", photo="AAAA"))
    at = chance.randrange(len(good))
    for content in (noise, bytes(good[:at]) + noise + bytes(good[at:]), bytes(good[:at])):
        try:
            FLAT.card(content)
        except CaptureRejectedError as error:
            assert error.code in ("half_card", "garbled")  # noqa: PT017 - anything else fails the test by itself


@pytest.mark.parametrize(("kind", "kept"), [("JPEG", "JPEG"), ("PNG", "PNG"), ("BMP", "PNG")])
def test_the_picture_becomes_one_that_a_page_can_show(kind: str, kept: str) -> None:
    for said in ("{}", "data:image/x;base64,{}"):
        card = FLAT.card(answer(photo=said.format(base64.b64encode(picture(kind)).decode())))
        assert card is not None
        assert card.photo is not None
        assert Image.open(io.BytesIO(card.photo)).format == kept


@pytest.mark.parametrize(
    "content", [b"", b"no picture", picture("JPEG")[:200], picture("GIF"), picture("BMP", (3000, 2000))]
)
def test_a_picture_that_is_none_does_not_cost_the_card(content: bytes) -> None:
    assert card_photo(content) is None
    card = FLAT.card(answer(photo=base64.b64encode(content).decode()))
    assert card is not None
    assert card.photo is None


@pytest.mark.parametrize("fields", [{"name": "a"}, {"id_no": "a", "nickname": "b"}])
def test_a_map_that_cannot_be_right_is_refused(fields: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError):
        AnswerMap(fields, {})
