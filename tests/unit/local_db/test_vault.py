"""The venue's key: who has the words gets it, nobody else, and nothing ever replaces it."""

import json
import re
from hashlib import sha256
from hmac import digest as hmac_digest
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring

from local_db.errors import DamagedError, KeyStoreError, NoVaultError, VaultExistsError, WrongKeyError
from local_db.vault.envelope import MAGIC, NONCE_BYTES
from local_db.vault.keys import VenueKey
from local_db.vault.keystore import KeyStore
from local_db.vault.recovery import ALPHABET, new_recovery_key, read_recovery_key
from local_db.vault.vault import DEMO_KEY, Vault
from local_db.vault.wrapping import MAX_MEMORY_KIB, Cost, unwrap, wrap
from tests.support.builders import KEY

QUICK = Cost(memory_kib=64, passes=1, lanes=1)
WORDS, OTHER = "correct horse battery", "五个互不相关的词语组成口令"


class Drawer(KeyringBackend):
    """A key store in memory."""

    priority = 5  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class Postcard(Drawer):
    """A key store that everybody can read."""

    priority = 0.5  # type: ignore[assignment]


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "vault", KeyStore(Drawer()), QUICK)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_passphrase_opens_and_another_does_not(vault: Vault) -> None:
    key = vault.create(WORDS)
    assert vault.open(WORDS) == key
    assert vault.open(f"  {WORDS} ") == key, "blanks around are a slip of the hand"
    for wrong in (OTHER, WORDS.upper(), "", "\0", "x" * 10_000):
        with pytest.raises(WrongKeyError):
            vault.open(wrong)


def test_the_key_is_nowhere_in_the_vault(vault: Vault) -> None:
    key = vault.create(WORDS)
    vault.new_recovery_key(key)
    vault.add_keystore(key)
    everything = b"".join(contents(vault.folder).values())
    for shape in (key.root, key.root.hex().encode(), WORDS.encode()):
        assert shape not in everything
    assert key.root.hex() not in repr(key)


def test_a_key_is_never_made_twice(vault: Vault) -> None:
    vault.create(WORDS)
    before = contents(vault.folder)
    for again in (lambda: vault.create(OTHER), vault.create_demo):
        with pytest.raises(VaultExistsError):
            again()
    with pytest.raises(WrongKeyError):
        vault.open(OTHER)
    assert contents(vault.folder) == before


def test_a_short_passphrase_is_refused_and_changes_nothing(vault: Vault) -> None:
    with pytest.raises(WrongKeyError, match="at least 12"):
        vault.create("short")
    assert not vault.exists
    key = vault.create(WORDS)
    with pytest.raises(WrongKeyError, match="at least 12"):
        vault.set_passphrase(key, "            x")
    assert vault.open(WORDS) == key


def test_a_changed_passphrase_opens_the_same_data(vault: Vault) -> None:
    key = vault.create(WORDS)
    vault.set_passphrase(key, OTHER)
    assert vault.open(OTHER) == key
    with pytest.raises(WrongKeyError):
        vault.open(WORDS)


def test_the_recovery_key_opens_however_it_is_typed(vault: Vault) -> None:
    key = vault.create(WORDS)
    printed = vault.new_recovery_key(key)
    assert re.fullmatch(r"(?:[0-9A-Z]{5}-){5}[0-9A-Z]{3}", printed)
    sloppy = printed.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    for typed in (printed, sloppy, printed.replace("-", "")):
        assert vault.open(typed) == key
    assert vault.open(WORDS) == key, "one way more, none less"
    newer = vault.new_recovery_key(key)
    assert vault.open(newer) == key
    with pytest.raises(WrongKeyError):
        vault.open(printed)


def test_a_slip_in_the_recovery_key_is_noticed_before_it_is_tried() -> None:
    printed = new_recovery_key()
    letters = printed.replace("-", "")
    for place in range(26):
        for letter in set(ALPHABET) - {letters[place]}:
            assert read_recovery_key(letters[:place] + letter + letters[place + 1 :]) is None
        if place and letters[place] != letters[place - 1]:
            swapped = letters[: place - 1] + letters[place] + letters[place - 1] + letters[place + 1 :]
            assert read_recovery_key(swapped) is None
    assert read_recovery_key(printed) == printed


def test_the_key_store_opens_without_words(vault: Vault) -> None:
    key = vault.create(WORDS)
    assert vault.open_alone() is None
    vault.add_keystore(key)
    assert vault.open_alone() == key
    assert list(vault.ways()) == ["passphrase", "keystore"]
    vault.remove_keystore()
    assert vault.open_alone() is None
    assert vault.open(WORDS) == key


def test_a_key_store_that_lost_the_key_says_so_and_the_passphrase_still_works(vault: Vault, tmp_path: Path) -> None:
    key = vault.create(WORDS)
    vault.add_keystore(key)
    on_new_computer = Vault(vault.folder, KeyStore(Drawer()), QUICK)
    with pytest.raises(KeyStoreError, match="use the passphrase"):
        on_new_computer.open_alone()
    assert on_new_computer.open(WORDS) == key


@pytest.mark.parametrize("backend", [NoKeyring, Postcard])
def test_a_key_store_that_protects_nothing_is_refused(tmp_path: Path, backend: type[KeyringBackend]) -> None:
    vault = Vault(tmp_path / "vault", KeyStore(backend()), QUICK)
    key = vault.create(WORDS)
    with pytest.raises(KeyStoreError, match="no key store that protects"):
        vault.add_keystore(key)
    assert list(vault.ways()) == ["passphrase"]


def test_the_demos_key_says_what_it_is(vault: Vault) -> None:
    key = vault.create_demo()
    assert Vault(vault.folder).open_alone() == key
    assert "DEMO" in DEMO_KEY
    assert "protects nothing" in (vault.folder / DEMO_KEY).read_text("utf-8")
    with pytest.raises(NoVaultError):
        vault.open(WORDS)


def test_another_venues_wrapping_is_not_taken_for_ours(vault: Vault, tmp_path: Path) -> None:
    vault.create(WORDS)
    other = Vault(tmp_path / "other", cost=QUICK)
    other.create(WORDS)
    (vault.folder / "passphrase.json").write_bytes((other.folder / "passphrase.json").read_bytes())
    with pytest.raises(WrongKeyError, match="different venues"):
        vault.open(WORDS)


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{}",
        b"\xff\xfe",
        b"[1, 2]",
        {"kdf": "md5"},
        {"salt": "00"},
        {"memory_kib": MAX_MEMORY_KIB + 1},
        {"passes": 10**9},
        {"lanes": "many"},
        {"wrapped": "00"},
    ],
)
def test_a_damaged_wrapping_is_said_and_does_not_stop_the_computer(damage: bytes | dict[str, object]) -> None:
    whole = wrap(KEY, WORDS, QUICK)
    broken = damage if isinstance(damage, bytes) else json.dumps(json.loads(whole) | damage).encode()
    with pytest.raises(DamagedError):
        unwrap(broken, WORDS)


def test_a_flipped_bit_in_the_wrapped_key_never_gives_a_key() -> None:
    whole = json.loads(wrap(KEY, WORDS, QUICK))
    wrapped = bytes.fromhex(whole["wrapped"])
    for bit in range(0, 8 * len(wrapped), 7):
        flipped = bytearray(wrapped)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(WrongKeyError):
            unwrap(json.dumps(whole | {"wrapped": flipped.hex()}).encode(), WORDS)


def test_a_derived_key_is_what_the_standard_says() -> None:
    expanded = hmac_digest(KEY.root, b"kaodian/1/blobs\x01", sha256)  # RFC 5869, section 2.3, first block
    assert KEY.part("blobs") == expanded
    assert len({KEY.part(purpose) for purpose in ("blobs", "blob names", "database", "backup", "id")}) == 5


def test_an_envelope_opens_with_the_librarys_own_call_and_its_layout() -> None:
    closed = KEY.envelope("blobs").close(b"picture", "a name")
    nonce, body = closed[4 : 4 + NONCE_BYTES], closed[4 + NONCE_BYTES :]
    assert AESGCM(KEY.part("blobs")).decrypt(nonce, body, MAGIC + b"a name") == b"picture"
    assert KEY.envelope("blobs").close(b"picture", "a name") != closed


def test_one_flipped_bit_anywhere_another_name_or_another_key_is_found() -> None:
    envelope = KEY.envelope("blobs")
    closed = envelope.close(b"picture", "a name")
    for bit in range(8 * len(closed)):
        flipped = bytearray(closed)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(DamagedError, match="a name"):
            envelope.open(bytes(flipped), "a name")
    for cut in range(len(closed)):
        with pytest.raises(DamagedError):
            envelope.open(closed[:cut], "a name")
    for other, about in ((envelope, "another name"), (VenueKey.random().envelope("blobs"), "a name")):
        with pytest.raises(DamagedError):
            other.open(closed, about)
    assert envelope.open(closed, "a name") == b"picture"
