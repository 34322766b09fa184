"""The file that tells the emulated sensor what to do."""

import pytest

from devices.fingerprint.emulator.control import Control, ControlError, ControlFile, parse


def test_an_empty_object_is_a_good_finger_that_comes_by_itself():
    assert parse("{}") == Control((), ("good",), "auto", None, None)


def test_one_name_and_several_are_both_understood():
    assert parse('{"finger": "A-11", "quality": ["wet", "good"]}') == Control(("A-11",), ("wet", "good"))


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"fingr": "A-11"}', '{"quality": "nice"}', '{"present": "maybe"}', '{"fault": "fire"}']
    + ['{"finger": 7}', '{"fault_times": "often"}'],
)
def test_what_it_cannot_do_is_refused(text):
    with pytest.raises(ControlError):
        parse(text)


def test_a_missing_file_says_nothing_and_a_new_one_is_heard(tmp_path):
    control = ControlFile(tmp_path / "control.json")
    assert control() == Control()
    (tmp_path / "control.json").write_text('{"fault": "silence"}')
    assert control().fault == "silence"
    (tmp_path / "control.json").unlink()
    assert control() == Control()


def test_a_wrong_file_leaves_what_was_last_right(tmp_path, caplog):
    path = tmp_path / "control.json"
    path.write_text('{"fault": "silence"}')
    control = ControlFile(path)
    assert control().fault == "silence"
    path.write_text('{"fault": "sil')
    assert control().fault == "silence"
    assert "left aside" in caplog.text
