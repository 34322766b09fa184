"""The emulated sensor's mind: each instruction of the manual's table, without a port."""

import struct

import numpy as np
import pytest

from devices.fingerprint.codes import Confirmation, Instruction
from devices.fingerprint.emulator.control import Control
from devices.fingerprint.emulator.glass import Glass
from devices.fingerprint.emulator.models import MODELS
from devices.fingerprint.emulator.sensor import Answer, EmulatedSensor
from devices.fingerprint.pixels import pack
from tests.support.sensors import until

OK = Confirmation.OK


class Glassy:
    """What a test puts on the glass."""

    def __init__(self) -> None:
        self.control = Control(finger=("A-11",), present=True)

    def __call__(self) -> Control:
        return self.control


@pytest.fixture
def glass() -> Glassy:
    return Glassy()


def _sensor(glass: Glassy, model: str = "r503") -> EmulatedSensor:
    return EmulatedSensor(Glass(glass, press_after_s=0.0), MODELS[model])


@pytest.fixture
def sensor(glass: Glassy) -> EmulatedSensor:
    return _sensor(glass)


def _do(sensor: EmulatedSensor, instruction: Instruction, *arguments: int) -> Answer:
    return sensor.execute(bytes([instruction, *arguments]))


def _enrolled(sensor: EmulatedSensor, page: int) -> None:
    for command in ((Instruction.GEN_IMG,), (Instruction.IMG_2_TZ, 1), (Instruction.IMG_2_TZ, 2)):
        assert _do(sensor, *command).code is OK
    assert _do(sensor, Instruction.REG_MODEL).code is OK
    assert _do(sensor, Instruction.STORE, 1, *divmod(page, 256)).code is OK


def test_every_instruction_is_known_and_none_is_left_out(sensor):
    for instruction in Instruction:
        answer = sensor.execute(bytes([instruction]) + bytes(4))
        if instruction is not Instruction.ECHO:
            assert answer.code in set(Confirmation) - {Confirmation.READY}
    assert set(sensor._answers) == set(Instruction)


def test_what_no_manual_has_is_a_packet_error(sensor):
    assert sensor.execute(b"\x77").code is Confirmation.PACKET_ERROR
    assert sensor.execute(b"\x04\x01").code is Confirmation.PACKET_ERROR, "its arguments are missing"


@pytest.mark.parametrize(
    ("model", "lacking"),
    [("zfm20", Instruction.HIGH_SPEED_SEARCH), ("r30x", Instruction.AURA), ("r30x", Instruction.SOFT_RESET)],
)
def test_a_model_does_not_know_what_came_after_it(glass, model, lacking):
    assert _do(_sensor(glass, model), lacking, 1, 0, 0, 0, 10).code is Confirmation.PACKET_ERROR


def test_any_buffer_but_the_first_is_the_second(sensor):
    assert _do(sensor, Instruction.GEN_IMG).code is OK
    assert _do(sensor, Instruction.IMG_2_TZ, 7).code is OK
    assert set(sensor.memory.buffers) == {2}


def test_nothing_to_send_and_nothing_to_convert_have_their_codes(sensor):
    assert _do(sensor, Instruction.UP_IMAGE).code is Confirmation.UP_IMAGE_FAIL
    assert _do(sensor, Instruction.UP_CHAR, 1).code is Confirmation.UP_CHAR_FAIL
    assert _do(sensor, Instruction.IMG_2_TZ, 1).code is Confirmation.NO_VALID_IMAGE
    assert _do(sensor, Instruction.MATCH).code is Confirmation.NO_MATCH


def test_the_whole_life_of_a_template(sensor, glass):
    _enrolled(sensor, 3)
    glass.control = Control(finger=("B-11",), present=True)
    _enrolled(sensor, 130)
    assert _do(sensor, Instruction.TEMPLATE_NUM).extra == struct.pack(">H", 2)
    index = _do(sensor, Instruction.READ_INDEX_TABLE, 0).extra
    assert [number for number in range(256) if index[number // 8] >> number % 8 & 1] == [3, 130]
    for search in (Instruction.SEARCH, Instruction.HIGH_SPEED_SEARCH):
        answer = _do(sensor, search, 1, 0, 0, 0, 200)
        assert answer.code is OK
        assert struct.unpack(">HH", answer.extra)[0] == 130
        assert _do(sensor, search, 1, 0, 0, 0, 100).code is Confirmation.NOT_FOUND, "not among those pages"
    assert _do(sensor, Instruction.LOAD, 2, 0, 3).code is OK
    assert _do(sensor, Instruction.MATCH).code is Confirmation.NO_MATCH
    assert _do(sensor, Instruction.REG_MODEL).code is Confirmation.MERGE_FAIL
    assert _do(sensor, Instruction.DELETE, 0, 3, 0, 1).code is OK
    assert _do(sensor, Instruction.LOAD, 2, 0, 3).code is Confirmation.TEMPLATE_READ
    assert _do(sensor, Instruction.DELETE, 0, 199, 0, 2).code is Confirmation.DELETE_FAIL
    assert _do(sensor, Instruction.EMPTY).code is OK
    assert _do(sensor, Instruction.TEMPLATE_NUM).extra == struct.pack(">H", 0)


def test_a_page_of_the_index_that_there_is_not_is_refused(sensor):
    assert _do(sensor, Instruction.READ_INDEX_TABLE, 4).code is Confirmation.BAD_PAGE


def test_its_status_word_tells_password_picture_and_match(sensor):
    def status() -> int:
        return struct.unpack_from(">H", _do(sensor, Instruction.READ_SYS_PARA).extra)[0]

    assert status() == 0
    assert _do(sensor, Instruction.VFY_PWD, 0, 0, 0, 0).code is OK
    assert status() == 0b0100
    _enrolled(sensor, 0)
    assert status() == 0b1100
    assert _do(sensor, Instruction.MATCH).code is OK
    assert status() == 0b1110


def test_a_password_is_wanted_first_and_again_when_power_was_gone(sensor):
    assert _do(sensor, Instruction.SET_PWD, 0, 0, 0x12, 0x34).code is OK
    sensor.lose_power()
    assert _do(sensor, Instruction.GEN_IMG).code is Confirmation.MUST_VERIFY
    assert _do(sensor, Instruction.VFY_PWD, 0, 0, 0, 0).code is Confirmation.WRONG_PASSWORD
    assert _do(sensor, Instruction.VFY_PWD, 0, 0, 0x12, 0x34).code is OK
    assert _do(sensor, Instruction.GEN_IMG).code is OK


def test_without_power_settings_and_templates_stay_and_buffers_go(sensor):
    _enrolled(sensor, 5)
    _do(sensor, Instruction.SET_SYS_PARA, 4, 12)
    _do(sensor, Instruction.SET_ADDR, 1, 2, 3, 4)
    sensor.lose_power()
    assert sensor.memory.address == 0x01020304
    assert sensor.memory.baud_factor == 12
    assert list(sensor.memory.stored) == [5]
    assert sensor.memory.buffers == {}
    assert _do(sensor, Instruction.UP_IMAGE).code is Confirmation.UP_IMAGE_FAIL


@pytest.mark.parametrize(("register", "value"), [(4, 0), (4, 13), (5, 0), (5, 6), (6, 4), (3, 1)])
def test_what_a_register_cannot_hold_is_refused(sensor, register, value):
    assert _do(sensor, Instruction.SET_SYS_PARA, register, value).code is Confirmation.BAD_REGISTER


def test_a_picture_can_be_put_in_and_a_short_one_changes_nothing(sensor):
    picture = pack(np.random.default_rng(3).integers(0, 256, (192, 192), dtype=np.uint8))
    assert _do(sensor, Instruction.DOWN_IMAGE).code is OK
    sensor.receive(picture[:-128], is_last=False)
    sensor.receive(picture[-128:], is_last=True)
    assert _do(sensor, Instruction.UP_IMAGE).data == picture
    assert _do(sensor, Instruction.DOWN_IMAGE).code is OK
    sensor.receive(picture[:128], is_last=True)
    assert _do(sensor, Instruction.UP_IMAGE).data == picture


def test_lights_handshake_echo_and_chance(sensor):
    for light in (Instruction.AURA, Instruction.BREATHING_LED):
        assert _do(sensor, light, 1, 2, 3, 4).code is OK
        assert sensor.memory.led == bytes([1, 2, 3, 4])
        assert _do(sensor, light, 1).code is Confirmation.PACKET_ERROR
    assert [_do(sensor, light).code for light in (Instruction.LED_ON, Instruction.LED_OFF)] == [OK, OK]
    assert _do(sensor, Instruction.HANDSHAKE).code is OK
    assert _do(sensor, Instruction.ECHO).code is Confirmation.READY
    assert len({_do(sensor, Instruction.GET_RANDOM).extra for _ in range(4)}) > 1


def test_somebody_elses_finger_and_nobodys(sensor, glass):
    _enrolled(sensor, 0)
    glass.control = Control(finger=("A-11",), quality=("wrong",), present=True)
    assert _do(sensor, Instruction.GEN_IMG).code is OK
    assert _do(sensor, Instruction.IMG_2_TZ, 1).code is OK
    assert _do(sensor, Instruction.SEARCH, 1, 0, 0, 0, 200).code is Confirmation.NOT_FOUND
    glass.control = Control(finger=("A-11",), quality=("none",), present=True)
    assert _do(sensor, Instruction.GEN_IMG).code is Confirmation.NO_FINGER


def test_a_finger_that_is_still_growing_is_not_on_the_glass_and_the_sensor_answers_at_once(glass: Glassy) -> None:
    glass.control = Control(finger=("never-grown-before-12",), present=True)
    sensor = _sensor(glass)
    take = bytes([Instruction.GEN_IMG])
    assert sensor.execute(take).code is Confirmation.NO_FINGER
    until(lambda: sensor.execute(take).code is OK, 60)
