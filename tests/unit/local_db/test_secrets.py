"""The region's key: handed out as a file, encrypted from the first start on."""

from pathlib import Path

import pytest

from local_db.errors import DamagedError
from local_db.secrets import take_secret
from local_db.vault.keys import VenueKey
from tests.support.builders import KEY


def test_a_secret_in_clear_is_taken_in_and_read_ever_after(tmp_path: Path) -> None:
    path = tmp_path / "region.key"
    path.write_bytes(b"secret-4711")
    for _start in range(2):
        assert take_secret(path, KEY) == b"secret-4711"
        [kept] = tmp_path.iterdir()
        assert b"secret-4711" not in kept.read_bytes()
    path.write_bytes(b"a newer one")
    assert [take_secret(path, KEY), take_secret(path, KEY)] == [b"a newer one"] * 2


def test_a_missing_damaged_or_foreign_secret_is_said(tmp_path: Path) -> None:
    path = tmp_path / "region.key"
    with pytest.raises(FileNotFoundError):
        take_secret(path, KEY)
    path.write_bytes(b"secret-4711")
    take_secret(path, KEY)
    with pytest.raises(DamagedError):
        take_secret(path, VenueKey.random())
    kept = tmp_path / "region.key.enc"
    kept.write_bytes(kept.read_bytes()[:-1])
    with pytest.raises(DamagedError):
        take_secret(path, KEY)
