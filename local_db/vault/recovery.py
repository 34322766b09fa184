"""The recovery key: 130 random bits on paper, in letters and digits that are not taken for one another."""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: without I, L, O and U."""
LETTERS, GROUP = 26, 5
_LOOK_ALIKES = str.maketrans("OIL", "011")


def new_recovery_key() -> str:
    """Return a new key in groups: 26 letters of 5 bits each, the last group holding two check letters.

    >>> len(new_recovery_key())
    33
    """
    letters = "".join(secrets.choice(ALPHABET) for _place in range(LETTERS))
    return grouped(letters + _check(letters))


def read_recovery_key(typed: str) -> str | None:
    """Return the key as it was printed, however it was typed; None if that cannot be one, e.g. a letter is wrong.

    >>> read_recovery_key("a passphrase") is None
    True
    """
    letters = "".join(typed.upper().translate(_LOOK_ALIKES).replace("-", " ").split())
    if len(letters) != LETTERS + 2 or not set(letters) <= set(ALPHABET):
        return None
    return grouped(letters) if _check(letters[:LETTERS]) == letters[LETTERS:] else None


def grouped(letters: str) -> str:
    """Return the letters in groups of five."""
    return "-".join(letters[start : start + GROUP] for start in range(0, len(letters), GROUP))


def _check(letters: str) -> str:
    """Return two letters that catch every single wrong letter and every exchange of two neighbours."""
    # Weights 1, 2, 3 ... modulo a prime larger than the alphabet times its use, as ISBN-10 does modulo 11.
    total = sum(place * ALPHABET.index(letter) for place, letter in enumerate(letters, 1)) % 1021
    return ALPHABET[total // 32] + ALPHABET[total % 32]
