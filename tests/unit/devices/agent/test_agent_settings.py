"""The agent's settings file: a mistake is named with its line; the key is made once and belongs to one user."""

import os
from pathlib import Path

import pytest

from devices.agent.cli import main
from devices.agent.settings import load_key, load_settings
from devices.errors import ConfigurationError

GOOD = """\
host = "127.0.0.1"
port = 4501

[devices]
camera = { driver = "file", fps = 5 }
fingerprint = "r30x:COM3"
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "agent.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_file_is_read(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, GOOD))
    assert (settings.host, settings.port) == ("127.0.0.1", 4501)
    assert settings.devices == {"camera": {"driver": "file", "fps": 5}, "fingerprint": "r30x:COM3"}


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("port = 4501", "port = 99999", 2, "port: a number"),
        ("port = 4501", 'prot = "x"', 2, "prot: no such setting"),
        ('host = "127.0.0.1"', "host = 3", 1, "host: an address"),
        ('fingerprint = "r30x:COM3"', "fingerprint = 3", 6, "fingerprint: a driver"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, old: str, new: str, line: int, words: str) -> None:
    path = write(tmp_path, GOOD.replace(old, new))
    with pytest.raises(ConfigurationError) as caught:
        load_settings(path)
    assert f"agent.toml:{line}: {words}" in str(caught.value)


def test_a_file_that_is_no_toml_not_there_or_without_devices_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="at line 1"):
        load_settings(write(tmp_path, "host = \n"))
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_settings(tmp_path / "none.toml")
    with pytest.raises(ConfigurationError, match="name at least one device"):
        load_settings(write(tmp_path, "port = 1\n"))


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('"r30x:COM3"', '"r31x:COM3"', 6, "no driver 'fingerprint.r31x'"),
        ("fps = 5", "fsp = 5", 5, "unexpected keyword argument 'fsp'"),
        ("fingerprint =", "fingers =", 6, "no driver 'fingers.r30x'"),
    ],
)
def test_a_driver_that_is_not_there_keeps_the_agent_shut_and_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, line: int, words: str
) -> None:
    path = write(tmp_path, GOOD.replace(old, new))
    assert main(["serve", "--config", str(path)]) == 1
    said = capsys.readouterr().err
    assert f"agent.toml:{line}: " in said
    assert words in said


def test_pairing_shows_the_address_and_the_same_key_each_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, GOOD.replace("127.0.0.1", "10.20.0.31"))
    assert main(["pair", "--config", str(path)]) == 0
    first = capsys.readouterr().out
    assert main(["pair", "--config", str(path)]) == 0
    assert capsys.readouterr().out == first
    assert f'"https://10.20.0.31:4501" = "{load_key(tmp_path / "agent.key").text}"' in first
    assert 'camera = "remote:https://10.20.0.31:4501"' in first


def test_the_key_is_for_this_user_only_and_a_damaged_one_is_said(tmp_path: Path) -> None:
    path = tmp_path / "agent.key"
    key = load_key(path)
    assert load_key(path) == key
    if os.name == "posix":
        assert path.stat().st_mode & 0o077 == 0
    path.write_text("half a k", encoding="ascii")
    with pytest.raises(ConfigurationError, match="typing mistake"):
        load_key(path)
