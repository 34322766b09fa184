"""What every reader of identity documents must do, run against each driver."""

import base64
import io
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from devices.base import Card, DeviceStatus
from devices.errors import (
    BusyError,
    CaptureRejectedError,
    ConfigurationError,
    NotConnectedError,
    NotRespondingError,
)
from devices.registry import DRIVERS, make
from tests.support.card_rigs import FIELDS, RIGS, CardRig

READERS = [name for name in DRIVERS if name.startswith("card.")]
SOON_S = 5


def picture(kind: str) -> str:
    """A small portrait as a service hands it out."""
    target = io.BytesIO()
    Image.new("RGB", (102, 126), "beige").save(target, kind)
    return base64.b64encode(target.getvalue()).decode()


ONE = {
    "name": "欧阳测试",
    "id_no": "99010119900101002X",
    "sex": "2",
    "ethnic_group": "汉",
    "born_on": "19900101",
    "address": "测试省测试市 1 号",
    "authority": "测试市公安局",
    "valid_from": "20200101",
    "valid_until": "长期",
    "photo": picture("BMP"),
}
OTHER = ONE | {"name": "甲测试", "id_no": "990101199001010038"}


@pytest.fixture(params=RIGS)
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CardRig]:
    rig = RIGS[request.param](tmp_path)
    yield rig
    rig.remove()


def read(rig: CardRig, timeout_s: float = SOON_S) -> Card:
    with rig.reader as reader:
        return reader.read(timeout_s)


def refusal(rig: CardRig, timeout_s: float = 0) -> str:
    """Return the code with which a read is refused."""
    with rig.reader as reader, pytest.raises(CaptureRejectedError) as refused:
        reader.read(timeout_s)
    return refused.value.code


def eventually(question: Callable[[], bool], within_s: float = 8) -> bool:
    """Ask until the answer is yes or time is up."""
    until, pause = time.monotonic() + within_s, threading.Event()
    while not question():
        if time.monotonic() > until:
            return False
        pause.wait(0.05)
    return True


def test_every_driver_has_a_rig() -> None:
    assert {name.partition(" ")[0] for name in RIGS} == set(READERS)


def test_a_closed_reader_reads_nothing(rig: CardRig) -> None:
    rig.lay(**ONE)
    with pytest.raises(NotConnectedError):
        rig.reader.read(0)


def test_everything_on_the_card_is_read(rig: CardRig) -> None:
    rig.lay(**ONE)
    card = read(rig)
    assert card.id_no == ONE["id_no"]
    if not rig.has_all:
        return
    assert (card.name, card.sex, card.ethnic_group) == ("欧阳测试", "女", "汉")
    assert (card.born_on, card.valid_from, card.valid_until) == (date(1990, 1, 1), date(2020, 1, 1), None)
    assert (card.address, card.authority) == (ONE["address"], ONE["authority"])


def test_the_card_object_tells_nobody_who_it_is_of(rig: CardRig) -> None:
    rig.lay(**ONE)
    assert repr(read(rig)) == "Card()"


def test_an_empty_reader_says_so_at_once_or_when_time_is_up(rig: CardRig) -> None:
    begun = time.monotonic()
    assert refusal(rig) == "no_card"
    assert refusal(rig, 0.3) == "no_card"
    assert 0.3 <= time.monotonic() - begun < 4
    assert rig.reader.status().state == "standby"


def test_a_card_that_comes_while_one_waits_is_read(rig: CardRig) -> None:
    timer = threading.Timer(0.4, lambda: rig.lay(**ONE))
    timer.start()
    assert read(rig, 10).id_no == ONE["id_no"]
    timer.join()


def test_a_card_that_is_left_lying_is_read_once_and_another_or_the_same_again_after_that(rig: CardRig) -> None:
    rig.lay(**ONE)
    assert read(rig).id_no == ONE["id_no"]
    if rig.notices_lying:
        assert refusal(rig, 0.3) == "same_card"
    rig.lift()
    assert eventually(lambda: refusal(rig) == "no_card")
    assert refusal(rig, rig.silent_s) == "no_card"
    rig.lay(**ONE)
    assert read(rig).id_no == ONE["id_no"]
    rig.lay(**OTHER)
    assert read(rig).id_no == OTHER["id_no"]


def test_an_open_reader_is_ready_and_knows_when_it_last_read(rig: CardRig) -> None:
    assert rig.reader.status() == DeviceStatus("standby")
    rig.lay(**ONE)
    with rig.reader as reader:
        reader.read(SOON_S)
        begun = time.monotonic()
        states = [reader.status() for _ in range(20)]
        assert time.monotonic() - begun < 20 * 0.05
    assert (states[0].state, states[0].code) == ("ready", "")
    assert states[0].last_good_at is not None


def test_one_page_at_a_time(rig: CardRig) -> None:
    with rig.reader, pytest.raises(BusyError), rig.reader:
        pass
    assert refusal(rig) == "no_card"


def faulty(*faults: tuple[Any, ...]) -> pytest.MarkDecorator:
    """Each fault with each reader that can have it."""
    cases = [(name, *fault) for name, kind in RIGS.items() for fault in faults if fault[0] in kind.faults]
    return pytest.mark.parametrize(
        ("rig", "fault", "expected"), cases, indirect=["rig"], ids=lambda value: value if isinstance(value, str) else ""
    )


@faulty(("half", "half_card"), ("no_name", "half_card"), ("garbage", "garbled"), ("encoding", "garbled"))
def test_a_bad_answer_is_told_apart_and_the_next_good_one_is_taken(rig: CardRig, fault: str, expected: str) -> None:
    rig.fault(fault)
    rig.lay(**ONE)
    assert refusal(rig, SOON_S) == expected
    assert rig.reader.status().state == "standby", "the reader itself is well"
    rig.fault("")
    rig.lay(**ONE)
    assert eventually(lambda: _reads(rig, ONE["id_no"]))


def _reads(rig: CardRig, id_no: str) -> bool:
    try:
        return read(rig, 1).id_no == id_no
    except CaptureRejectedError:
        return False


@faulty(
    ("unplugged", (NotConnectedError, "not_connected")),
    ("silence", (NotRespondingError, "not_responding")),
    ("error", (NotRespondingError, "not_responding")),
)
def test_a_dead_reader_is_said_to_be_within_three_seconds_and_comes_back(
    rig: CardRig, fault: str, expected: tuple[type[Exception], str]
) -> None:
    kind, code = expected
    assert refusal(rig) == "no_card"
    rig.fault(fault)
    begun = time.monotonic()
    with pytest.raises(kind):
        read(rig, 0)
    assert time.monotonic() - begun < 3
    assert (rig.reader.status().state, rig.reader.status().code) == ("trouble", code)
    rig.fault("")
    rig.lay(**ONE)
    assert eventually(lambda: _reads(rig, ONE["id_no"]))
    assert rig.reader.status().state == "standby"


def test_after_shutting_down_it_is_gone_for_good(rig: CardRig) -> None:
    rig.reader.shutdown()
    rig.reader.shutdown()
    with pytest.raises(NotConnectedError), rig.reader:
        pass


@pytest.mark.parametrize("driver", READERS)
def test_options_that_do_not_exist_are_refused(driver: str) -> None:
    with pytest.raises(ConfigurationError):
        make(driver, colour="pink")


@pytest.mark.parametrize(
    ("driver", "options"),
    [
        ("card.vendor_http", {"url": "readcard", "fields": FIELDS}),
        ("card.vendor_http", {"url": "http://127.0.0.1/", "fields": {"name": "a"}}),
        ("card.vendor_http", {"url": "http://127.0.0.1/", "fields": {"id_no": "a", "nickname": "b"}}),
        ("card.vendor_http", {"url": "http://127.0.0.1/", "fields": FIELDS, "encoding": "klingon"}),
        ("card.vendor_http", {"url": "http://127.0.0.1/", "fields": FIELDS, "method": "BREW"}),
        ("card.vendor_ws", {"url": "http://127.0.0.1/", "fields": FIELDS}),
        ("card.keyboard", {"pattern": "("}),
        ("card.keyboard", {"pattern": "[0-9]+"}),
    ],
)
def test_settings_that_cannot_be_right_are_refused_at_once(driver: str, options: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        make(driver, **options)
