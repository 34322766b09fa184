"""`vault rotate` as a technician types it: paper in hand, killed, given up, refused."""

import io
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kiosk.cli import main
from local_db.rotation.journal import Stage, read_journal
from local_db.vault.vault import Vault
from tests.unit.kiosk.test_vault_commands import OTHER, SETTINGS, WORDS

PRINTED = re.compile(r"(?:[0-9A-Z]{5}-){5}[0-9A-Z]{3}")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home, stick = tmp_path / "home", tmp_path / "stick"
    home.mkdir()
    stick.mkdir()
    (home / "settings.toml").write_text(SETTINGS.replace("STICK", stick.as_posix()), "utf-8")
    monkeypatch.setenv("KAODIAN_HOME", str(home))
    run("vault", "init", typed=f"{WORDS}\n{WORDS}\n")
    run("keys", "new", typed=f"{WORDS}\n")
    return home


def run(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, words, input=typed)


class Hands(io.RawIOBase):
    """Types one line whenever one is asked for; what stands on the sheet is read when it is there."""

    def __init__(self, *lines: Callable[[], str]) -> None:
        self._lines = iter(lines)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        line = next(self._lines, str)().encode()
        buffer[: len(line)] = line
        return len(line)


class Sheet:
    """The page that is printed, and who types groups off it."""

    def __init__(self, page: Path) -> None:
        self.page = page
        self.text = ""

    def group(self, number: int) -> str:
        self.text = self.page.read_text("utf-8")
        [printed] = set(PRINTED.findall(self.text))
        return printed.split("-")[number - 1].lower() + "\n"

    def rotate(self, *typed: str, misread: bool = False) -> Result:
        """Type the old passphrase, the new one twice, and the groups."""
        words = [partial(str, f"{one}\n") for one in typed]
        groups = [partial(self.group, 2), (lambda: "WRONG\n") if misread else partial(self.group, 5)]
        hands = io.BufferedReader(Hands(*words, *groups * 3))
        return CliRunner().invoke(main, ["vault", "rotate", "--paper", str(self.page)], input=hands)


@pytest.fixture
def sheet(home: Path) -> Sheet:
    return Sheet(home.parent / "sheet.html")


def key_of(home: Path) -> str:
    return Vault(home / "vault").key_id


def test_the_key_is_exchanged_and_verify_is_content(home: Path, sheet: Sheet) -> None:
    old = key_of(home)
    done = sheet.rotate(WORDS, OTHER, OTHER)
    assert done.exit_code == 0, done.output
    new = key_of(home)
    assert new != old
    assert f"Key {old} is gone from this computer" in done.output
    assert not sheet.page.exists(), "the page with the secret is deleted"
    assert new in sheet.text
    assert f"kaodian-V-TEST-{old}" in sheet.text, "the sheet says which key opens the backup of before"
    assert {folder.name for folder in (home.parent / "stick").iterdir()} == {
        f"kaodian-V-TEST-{old}",
        f"kaodian-V-TEST-{new}",
    }
    verified = run("verify", typed=f"{OTHER}\n")
    assert verified.exit_code == 0, verified.output
    assert "the newest reads whole" in verified.output
    assert run("verify", typed=f"{WORDS}\n" * 3).exit_code == 1
    [printed] = set(PRINTED.findall(sheet.text))
    assert "in use" in run("keys", "show", typed=f"{printed}\n").output, "the signing key came along"


def test_the_backup_of_before_is_restored_with_what_was_known_before(
    home: Path, sheet: Sheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = key_of(home)
    assert sheet.rotate(WORDS, OTHER, OTHER).exit_code == 0
    monkeypatch.setenv("KAODIAN_HOME", str(home.parent / "new"))
    restored = run("restore", str(home.parent / "stick" / f"kaodian-V-TEST-{old}"), typed=f"{WORDS}\n")
    assert restored.exit_code == 0, restored.output
    assert key_of(home.parent / "new") == old


def test_who_misreads_the_sheet_changes_nothing_and_gets_another(home: Path, sheet: Sheet) -> None:
    old = key_of(home)
    refused = sheet.rotate(WORDS, OTHER, OTHER, misread=True)
    assert refused.exit_code == 1
    assert "That is not what the sheet says" in refused.output
    assert "nothing was changed" in refused.output
    assert key_of(home) == old
    first = sheet.text
    again = sheet.rotate(WORDS, OTHER)
    assert "Asked for now: the NEW passphrase" in again.output
    assert "name another file" in again.output
    sheet.page.unlink()
    assert sheet.rotate(WORDS, OTHER).exit_code == 0
    assert PRINTED.findall(first) != PRINTED.findall(sheet.text)
    assert key_of(home) != old


def test_it_is_said_what_is_under_way_and_it_can_be_given_up(home: Path, sheet: Sheet) -> None:
    sheet.rotate(WORDS, OTHER, OTHER, misread=True)
    journal = read_journal(home)
    assert journal is not None
    assert journal.stage is Stage.PREPARED
    assert "LOOK  vault: the exchange of the key was begun" in run("doctor", typed=f"{WORDS}\n").output
    given_up = run("vault", "rotate", "--give-up")
    assert "opens as before" in given_up.output, given_up.output
    assert read_journal(home) is None
    assert run("verify", typed=f"{WORDS}\n").exit_code == 0


def test_a_missing_stick_stops_it_before_there_is_a_new_key(home: Path, sheet: Sheet) -> None:
    (home.parent / "stick").rmdir()
    refused = sheet.rotate(WORDS, OTHER, OTHER)
    assert refused.exit_code == 1
    assert "plug it in" in refused.output
    assert read_journal(home) is None
    assert not (home / "vault.next").exists()


def test_no_paper_no_exchange(home: Path, sheet: Sheet) -> None:
    old = key_of(home)
    refused = run("vault", "rotate")
    assert refused.exit_code == 2
    assert "--paper FILE.html" in refused.output
    assert key_of(home) == old
