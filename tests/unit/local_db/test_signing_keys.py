"""The venue's signing key: made once, replaced only on purpose, brought back from paper."""

from pathlib import Path

import pytest

from local_db.signing_keys import SigningKeys
from local_db.vault.secret_keys import SecretKeys
from records.errors import KeyExistsError, MissingKeyError, UnusableKeyError
from records.signing import Signer
from records.vault import KeyFolder, Vault
from tests.support.builders import KEY, Shelf


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


@pytest.fixture(params=["encrypted", "clear"])
def vault(shelf: Shelf, request: pytest.FixtureRequest) -> Vault:
    folder = shelf.folder / "keys"
    return SecretKeys(folder, KEY) if request.param == "encrypted" else KeyFolder(folder)


@pytest.fixture
def keys(shelf: Shelf, vault: Vault) -> SigningKeys:
    return SigningKeys(shelf.database, vault, shelf.clock)


def lose(shelf: Shelf) -> None:
    for path in (shelf.folder / "keys").iterdir():
        path.unlink()


def test_a_venue_without_a_key_is_told_how_to_make_one(keys: SigningKeys) -> None:
    with pytest.raises(MissingKeyError, match="keys new"):
        keys.current()


def test_the_key_that_was_made_is_the_one_in_use(shelf: Shelf, keys: SigningKeys) -> None:
    made = keys.make()
    shelf.clock.forward(days=1)
    assert keys.current().public == made.public
    (key,) = keys.history()
    assert (key.key_id, key.is_here, key.records, key.retired_at) == (made.key_id, True, 0, None)


def test_a_second_key_is_made_only_on_purpose(shelf: Shelf, keys: SigningKeys) -> None:
    first = keys.make()
    with pytest.raises(KeyExistsError, match=first.key_id):
        keys.make()
    shelf.clock.forward(days=1)
    second = keys.make(replace=True)
    assert keys.current().public == second.public
    assert [(key.key_id, key.retired_at is None) for key in keys.history()] == [
        (first.key_id, False),
        (second.key_id, True),
    ]


def test_a_lost_key_is_said_and_never_made_anew_by_itself(shelf: Shelf, keys: SigningKeys) -> None:
    made = keys.make()
    lose(shelf)
    with pytest.raises(MissingKeyError, match=f"{made.key_id} is missing.*keys restore"):
        keys.current()
    with pytest.raises(KeyExistsError):
        keys.make()
    assert keys.restore(made.text()).public == made.public
    assert keys.current().public == made.public


def test_another_venues_paper_restores_nothing(shelf: Shelf, keys: SigningKeys) -> None:
    made = keys.make()
    lose(shelf)
    with pytest.raises(UnusableKeyError, match=made.key_id):
        keys.restore(Signer.new().text())
    assert list((shelf.folder / "keys").iterdir()) == []


def test_paper_alone_is_enough_where_the_database_is_new(shelf: Shelf, keys: SigningKeys) -> None:
    signer = Signer.new()
    keys.restore(signer.text())
    assert keys.current().public == signer.public


def test_a_file_exchanged_for_another_key_is_noticed(shelf: Shelf, vault: Vault, keys: SigningKeys) -> None:
    made = keys.make()
    lose(shelf)
    vault.store(f"signing-{made.key_id}", Signer.new().text())
    with pytest.raises(UnusableKeyError, match="holds another key"):
        keys.current()
    [path] = (shelf.folder / "keys").iterdir()
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(UnusableKeyError, match="cannot be read"):
        keys.current()
