"""What a technician types: making the key, losing it, changing it; and what the program refuses."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kiosk.cli import main
from kiosk.demo import demo_settings
from kiosk.unlocking import vault_of
from local_db.engine import Database
from local_db.vault.vault import Vault
from tests.support.builders import KEY

WORDS, OTHER = "correct horse battery", "five other words together"
SETTINGS = """
[venue]
id = "V-TEST"
name = { zh = "测试考点", en = "Test venue" }

[backup]
folder = "STICK"
same_disk = true

[stations.desk-1]
kind = "desk"
label = { zh = "一", en = "one" }
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home, stick = tmp_path / "home", tmp_path / "stick"
    home.mkdir()
    stick.mkdir()
    (home / "settings.toml").write_text(SETTINGS.replace("STICK", stick.as_posix()), "utf-8")
    monkeypatch.setenv("KAODIAN_HOME", str(home))
    return home


def run(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, words, input=typed)


def made(home: Path) -> Path:
    result = run("vault", "init", typed=f"{WORDS}\n{WORDS}\n")
    assert result.exit_code == 0, result.output
    return home


def test_a_venue_without_a_key_does_not_start_and_says_which_command(home: Path) -> None:
    for command in (["run"], ["doctor"], ["verify"], ["backup"]):
        result = run(*command)
        assert result.exit_code == 1
        assert "python -m kiosk vault init" in result.output
    assert {path.name for path in home.iterdir()} == {"settings.toml"}


def test_the_key_is_made_once(home: Path) -> None:
    made(home)
    assert WORDS not in run("vault", "init", typed=f"{OTHER}\n{OTHER}\n").output
    result = run("vault", "init", typed=f"{OTHER}\n{OTHER}\n")
    assert result.exit_code == 1
    assert "never made anew" in result.output
    assert "ok    what you typed opens" in run("vault", "unlock-test", typed=f"{WORDS}\n").output


def test_commands_ask_for_the_passphrase_three_times(home: Path) -> None:
    made(home)
    assert "database: every page is intact" in run("verify", typed=f"{WORDS}\n").output
    result = run("verify", typed="wrong wrong wrong\n" * 3)
    assert result.exit_code == 1
    assert "nothing was opened" in result.output
    assert run("verify", typed=f"oh I forgot it\n{WORDS}\n").exit_code == 0


def test_a_lost_vault_is_said_and_never_replaced(home: Path) -> None:
    made(home)
    run("verify", typed=f"{WORDS}\n")
    (home / "vault").rename(home.parent / "elsewhere")
    before = (home / "venue.db").read_bytes()
    for command in (["verify"], ["run"], ["vault", "init"], ["vault", "recovery"]):
        result = run(*command, typed=f"{OTHER}\n{OTHER}\n")
        assert result.exit_code == 1
        assert "put the folder back" in result.output
    assert not (home / "vault").exists()
    assert (home / "venue.db").read_bytes() == before


def test_another_venues_vault_is_said(home: Path) -> None:
    made(home)
    Database(home / "venue.db", KEY).close()
    with_data = Database(home / "venue.db", KEY)
    with with_data.writing() as session:
        session.connection().exec_driver_sql("CREATE TABLE notes (words TEXT)")
    with_data.close()
    result = run("verify", typed=f"{WORDS}\n")
    assert result.exit_code == 1
    assert "does not open with this venue's key" in result.output
    assert "Nothing was changed" in result.output


def test_real_people_are_not_kept_under_a_demo_key(home: Path) -> None:
    vault_of(demo_settings(home, {}))
    result = run("verify")
    assert result.exit_code == 1
    assert "demo key" in result.output
    assert "protects nothing" in result.output


def test_a_changed_passphrase_and_the_recovery_key(home: Path) -> None:
    made(home)
    printed = re.search(r"(?:[0-9A-Z]{5}-){5}[0-9A-Z]{3}", run("vault", "recovery", typed=f"{WORDS}\n").output)
    assert printed
    changed = run("vault", "change-passphrase", typed=f"{printed[0].lower()}\n{OTHER}\n{OTHER}\n")
    assert changed.exit_code == 0, changed.output
    assert run("verify", typed=f"{OTHER}\n").exit_code == 0
    assert run("verify", typed=f"{WORDS}\n{WORDS}\n{WORDS}\n").exit_code == 1
    assert "becomes worthless" in run("vault", "recovery", typed=f"y\n{OTHER}\n").output
    assert run("verify", typed=f"{printed[0]}\n" * 3).exit_code == 1


def test_doctor_wants_a_recovery_key_and_a_backup(home: Path) -> None:
    made(home)
    words = run("doctor", typed=f"{WORDS}\n").output
    assert "LOOK  vault: no recovery key" in words
    assert "LOOK  backup: none was made yet" in words
    run("vault", "recovery", typed=f"{WORDS}\n")
    backup = run("backup", typed=f"{WORDS}\n")
    assert backup.exit_code == 0, backup.output
    words = run("doctor", typed=f"{WORDS}\n").output
    assert "ok    vault: encrypted; opens with passphrase, recovery" in words
    assert "it lies on the same disk as the data" in words


def test_a_backup_is_restored_with_the_recovery_key_on_another_computer(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(home)
    printed = re.search(r"(?:[0-9A-Z]{5}-){5}[0-9A-Z]{3}", run("vault", "recovery", typed=f"{WORDS}\n").output)
    assert printed
    assert run("backup", typed=f"{WORDS}\n").exit_code == 0
    assert "ok    the newest backup reads whole" in run("backup", "--check", typed=f"{WORDS}\n").output
    [folder] = (home.parent / "stick").iterdir()
    monkeypatch.setenv("KAODIAN_HOME", str(home.parent / "new"))
    assert run("restore", str(folder), "--list").output.strip() in {path.stem for path in folder.rglob("*.db")}
    wrong = run("restore", str(folder), typed="not the passphrase\n" * 3)
    assert wrong.exit_code == 1
    assert not (home.parent / "new").exists()
    restored = run("restore", str(folder), typed=f"{printed[0]}\n")
    assert restored.exit_code == 0, restored.output
    assert "Files lacking: 0" in restored.output
    assert run("verify", typed=f"{WORDS}\n").exit_code == 0
    again = run("restore", str(folder), typed=f"{WORDS}\n")
    assert again.exit_code == 1
    assert "Nothing was overwritten" in again.output


def test_a_stick_that_is_not_there_is_said(home: Path) -> None:
    made(home)
    (home.parent / "stick").rmdir()
    result = run("backup", typed=f"{WORDS}\n")
    assert result.exit_code == 1
    assert "plug it in" in result.output
    assert Vault(home / "vault").exists


def test_a_flipped_bit_in_a_page_is_said_in_words(home: Path) -> None:
    made(home)
    assert run("verify", typed=f"{WORDS}\n").exit_code == 0
    whole = (home / "venue.db").read_bytes()
    pages = len(whole) // 4096
    for page in (0, 1, pages // 2, pages - 1):
        flipped = bytearray(whole)
        flipped[page * 4096 + 1500] ^= 1
        (home / "venue.db").write_bytes(flipped)
        result = run("verify", typed=f"{WORDS}\n")
        assert result.exit_code == 1
        assert f"page {page + 1}" in result.output or "restore a backup" in result.output
    (home / "venue.db").write_bytes(whole)
    assert run("verify", typed=f"{WORDS}\n").exit_code == 0
