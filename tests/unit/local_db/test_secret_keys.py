"""Secret keys, each encrypted: never written over, never lost, and those that lay in clear are taken in."""

import logging
from pathlib import Path

import pytest

from local_db.vault.keys import VenueKey
from local_db.vault.secret_keys import SecretKeys
from records.errors import KeyExistsError, MissingKeyError, UnusableKeyError
from records.vault import KeyFolder
from tests.support.builders import KEY


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "keys"


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_key_is_kept_encrypted_and_nothing_is_written_over(folder: Path) -> None:
    vault = SecretKeys(folder, KEY)
    assert (vault.names(), folder.exists()) == ((), False)
    for _time in range(2):
        vault.store("signing-1", "SECRET")
    with pytest.raises(KeyExistsError):
        vault.store("signing-1", "ANOTHER")
    assert (vault.load("signing-1"), vault.names()) == ("SECRET", ("signing-1",))
    assert files(folder) == {"signing-1.key.enc"}, "no draft is left"
    assert b"SECRET" not in (folder / "signing-1.key.enc").read_bytes()
    with pytest.raises(MissingKeyError, match="signing-2"):
        vault.load("signing-2")
    with pytest.raises(UnusableKeyError):
        vault.load("../etc/passwd")


def test_a_changed_file_or_another_venues_key_opens_nothing(folder: Path) -> None:
    SecretKeys(folder, KEY).store("signing-1", "SECRET")
    with pytest.raises(UnusableKeyError, match="cannot be read"):
        SecretKeys(folder, VenueKey.random()).load("signing-1")
    path = folder / "signing-1.key.enc"
    path.rename(folder / "signing-2.key.enc")
    with pytest.raises(UnusableKeyError):
        SecretKeys(folder, KEY).load("signing-2")


def test_a_key_that_lay_in_clear_is_taken_in_and_its_file_goes(folder: Path) -> None:
    KeyFolder(folder).store("signing-1", "SECRET")
    assert SecretKeys(folder, KEY).load("signing-1") == "SECRET"
    assert files(folder) == {"signing-1.key.enc"}


def test_a_kill_between_the_encrypted_file_and_the_clear_one_is_made_good(folder: Path) -> None:
    SecretKeys(folder, KEY).store("signing-1", "SECRET")
    KeyFolder(folder).store("signing-1", "SECRET")
    assert SecretKeys(folder, KEY).load("signing-1") == "SECRET"
    assert files(folder) == {"signing-1.key.enc"}


def test_of_two_different_keys_of_one_name_neither_is_lost(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    SecretKeys(folder, KEY).store("signing-1", "SECRET")
    KeyFolder(folder).store("signing-1", "ANOTHER")
    with caplog.at_level(logging.ERROR):
        vault = SecretKeys(folder, KEY)
    assert (vault.load("signing-1"), KeyFolder(folder).load("signing-1")) == ("SECRET", "ANOTHER")
    assert "signing-1.key was left in clear" in caplog.text
    assert "ANOTHER" not in caplog.text
