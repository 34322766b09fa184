"""The commands about keys, on both sides, as an administrator types them."""

import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kiosk.cli import main as kiosk
from local_db.vault.vault import Vault
from local_db.vault.wrapping import Cost
from records.signing import Signer
from region.cli import main as region

WORDS = "correct horse battery"
SETTINGS = """
[venue]
id = "V-1"
name = { zh = "测试考点", en = "Test venue" }

[region]
url = "http://127.0.0.1:9"
key_file = "region.key"

[stations.kiosk-1]
kind = "kiosk"
label = { zh = "一", en = "one" }
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("KAODIAN_HOME", str(tmp_path))
    (tmp_path / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "region.key").write_text("a key", encoding="ascii")
    Vault(tmp_path / "vault", cost=Cost(memory_kib=32, passes=1, lanes=1)).create(WORDS)
    return tmp_path


def at_venue(*words: str, typed: str = "") -> Result:
    """What a command says; every one asks for the passphrase at last."""
    return CliRunner().invoke(kiosk, words, input=f"{typed}{WORDS}\n")


def at_region(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(region, words, input=typed)


def receipt_key(home: Path) -> None:
    """Hand the region's receipt key over to the venue."""
    (home / "region-receipt.pub").write_text(at_region("receipt-key").output, encoding="utf-8")


def test_a_venue_and_a_region_are_set_up_by_their_commands(home: Path) -> None:
    assert "ask the region for its receipt key" in at_venue("run").output
    receipt_key(home)
    refused = at_venue("run")
    assert refused.exit_code == 1
    assert "ask the region for its sealing key" in refused.output

    assert "make one with `python -m region keys new`" in at_region("add-venue", "V-1", "测试考点").output
    recipient = next(line for line in at_region("keys", "new").output.splitlines() if line.startswith("age1"))
    made = at_venue("keys", "new").stdout
    public = next(line for line in made.splitlines() if line.startswith("ed25519:"))
    added = at_region("add-venue", "V-1", "测试考点", "--signing-key", public).output
    key_id = made.splitlines()[0].split()[-1]
    assert key_id in added
    assert recipient in added
    (home / "region-sealing.pub").write_text(recipient, encoding="ascii")
    assert "keys: signs with " + key_id in at_venue("doctor").output

    shown = at_region("keys", "show").output
    assert f"sealing  {recipient}  in use" in shown
    assert f"signing  V-1  {key_id}  enrolled" in shown
    assert at_region("keys", "revoke", key_id, "--reason", "PC stolen").exit_code == 0
    assert "PC stolen" in at_region("keys", "show").output


def test_a_second_key_needs_a_word(home: Path) -> None:
    at_venue("keys", "new")
    refused = at_venue("keys", "new")
    assert (refused.exit_code, "say --replace" in refused.output) == (1, True)
    assert at_venue("keys", "new", "--replace").exit_code == 0
    assert at_venue("keys", "show").output.count("ed25519:") == 2
    at_region("keys", "new")
    assert at_region("keys", "new").exit_code == 1
    assert at_region("keys", "new", "--replace").exit_code == 0
    assert "retired" in at_region("keys", "show").output


def test_a_lost_key_comes_back_from_paper(home: Path) -> None:
    at_venue("keys", "new")
    sheet = home / "sheet.html"
    assert "SECRET" in at_venue("keys", "paper", str(sheet)).output
    assert at_venue("keys", "paper", str(sheet)).exit_code == 1, "a file is not written over"
    if sys.platform != "win32":
        assert stat.S_IMODE(sheet.stat().st_mode) == 0o600
    secret = sheet.read_text(encoding="utf-8").split("<p><code>")[1].split("</code>")[0]
    (lost,) = (home / "keys").iterdir()
    lost.unlink()
    missing = at_venue("keys", "paper", str(home / "again.html"))
    assert (missing.exit_code, "keys restore" in missing.output) == (1, True)
    wrong = at_venue("keys", "restore", typed=f"{Signer.new().text()}\n")
    assert (wrong.exit_code, "this venue's are" in wrong.output) == (1, True)
    assert at_venue("keys", "restore", typed=f"{secret}\n").exit_code == 0
    assert "MISSING" not in at_venue("keys", "show").output


def test_the_regions_key_comes_back_from_paper(home: Path) -> None:
    at_region("keys", "new")
    sheet = home / "sheet.html"
    at_region("keys", "paper", str(sheet))
    secret = sheet.read_text(encoding="utf-8").split("<p><code>")[1].split("</code>")[0]
    (lost,) = (home / "region" / "keys").iterdir()
    lost.unlink()
    assert "SECRET MISSING" in at_region("keys", "show").output
    assert at_region("keys", "restore", typed=f"{secret}\n").exit_code == 0
    assert "SECRET MISSING" not in at_region("keys", "show").output


def test_no_command_prints_a_secret(home: Path) -> None:
    said = at_venue("keys", "new").output + at_venue("keys", "show").output
    said += at_region("keys", "new").output + at_region("keys", "show").output
    assert "SECRET-KEY" not in said
    assert "SIGNING-KEY" not in said
