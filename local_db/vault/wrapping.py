"""Wraps the venue's key under words that a person knows: Argon2id (RFC 9106), then AES key wrap (RFC 3394)."""

import json
import secrets
import unicodedata
from dataclasses import dataclass

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from local_db.errors import DamagedError, WrongKeyError
from local_db.vault.keys import KEY_BYTES, VenueKey

SALT_BYTES = 16
MAX_MEMORY_KIB, MAX_PASSES, MAX_LANES = 1024 * 1024, 20, 16
"""A wrapping that asks for more was not made by us and would stop the computer."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess costs. The default is RFC 9106's second choice: 0.5 s on two cores of 2019."""

    memory_kib: int = 64 * 1024
    passes: int = 3
    lanes: int = 4


def wrap(key: VenueKey, words: str, cost: Cost) -> bytes:
    """Return the key as a file that only the words open."""
    salt = secrets.token_bytes(SALT_BYTES)
    content = {
        "format": 1,
        "kdf": "argon2id",
        "salt": salt.hex(),
        "memory_kib": cost.memory_kib,
        "passes": cost.passes,
        "lanes": cost.lanes,
        "wrapped": aes_key_wrap(_stretch(words, salt, cost), key.root).hex(),
    }
    return json.dumps(content, indent=1).encode()


def unwrap(wrapping: bytes, words: str) -> VenueKey:
    """Return the key.

    Raises:
        WrongKeyError: these are not the words.
        DamagedError: the file is not a wrapping any more.
    """
    salt, cost, wrapped = _read(wrapping)
    try:
        return VenueKey(aes_key_unwrap(_stretch(words, salt, cost), wrapped))
    except InvalidUnwrap:
        raise WrongKeyError("that is not the passphrase") from None


def _read(wrapping: bytes) -> tuple[bytes, Cost, bytes]:
    try:
        content = json.loads(wrapping)
        cost = Cost(int(content["memory_kib"]), int(content["passes"]), int(content["lanes"]))
        salt, wrapped = bytes.fromhex(content["salt"]), bytes.fromhex(content["wrapped"])
        is_ours = (content["format"], content["kdf"], len(salt)) == (1, "argon2id", SALT_BYTES)
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedError("the key's wrapping is damaged; take it from a backup") from error
    is_bearable = cost.memory_kib <= MAX_MEMORY_KIB and cost.passes <= MAX_PASSES and cost.lanes <= MAX_LANES
    if not is_ours or not is_bearable or len(wrapped) != KEY_BYTES + 8:
        raise DamagedError("the key's wrapping is not one that this program makes; take it from a backup")
    return salt, cost, wrapped


def _stretch(words: str, salt: bytes, cost: Cost) -> bytes:
    # Another keyboard may compose an accent or a full-width digit in another way.
    plain = unicodedata.normalize("NFKC", words.strip()).encode()
    derive = Argon2id(
        salt=salt, length=KEY_BYTES, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory_kib
    )
    return derive.derive(plain)
