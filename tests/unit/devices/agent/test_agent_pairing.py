"""The pairing key: typed once, wrong letters are found, and both sides work out the same certificate."""

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from devices.agent.pairing import PairingKey, new_key, parse_key
from devices.errors import ConfigurationError


def test_a_key_is_read_back_however_it_is_typed() -> None:
    key = new_key()
    assert len(key.text.replace("-", "")) == 28
    for text in (key.text, key.text.lower(), key.text.replace("-", " "), f"  {key.text.replace('-', '')}\n"):
        assert parse_key(text) == key


def test_every_single_wrong_letter_but_one_in_a_thousand_is_found() -> None:
    letters = new_key().text
    missed = 0
    for place, letter in enumerate(letters):
        if letter == "-":
            continue
        for other in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567":
            if other != letter:
                try:
                    parse_key(letters[:place] + other + letters[place + 1 :])
                    missed += 1
                except ConfigurationError:
                    pass
    assert missed <= 10, "868 mistakes, ten bits to find them"


@pytest.mark.parametrize(
    "text", ["", "AAAA", "ÄÖÜ", "1111-1111-1111-1111-1111-1111-1111", "5MMQ-7V54-ZZ7K-AHZ4-L6Q6-ZZH6-I4IVA"]
)
def test_what_is_no_key_is_refused_with_what_to_do(text: str) -> None:
    with pytest.raises(ConfigurationError, match="typing mistake"):
        parse_key(text)


def test_a_key_does_not_show_itself_by_accident() -> None:
    assert "secret" not in repr(PairingKey(b"0123456789abcdef"))


def test_a_signature_is_of_the_parts_and_not_of_how_they_run_together() -> None:
    key = new_key()
    signature = key.sign("ab", "c")
    assert key.has_signed(signature, "ab", b"c")
    assert not key.has_signed(signature, "a", "bc")
    assert not new_key().has_signed(signature, "ab", "c")
    assert not key.has_signed("ü", "ab", "c")


def test_both_sides_work_out_the_same_public_key_and_another_key_another() -> None:
    def public(key: PairingKey) -> bytes:
        certificate = x509.load_pem_x509_certificate(key.certificate()[0])
        return certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    key = new_key()
    assert public(key) == public(parse_key(key.text))
    assert public(key) != public(new_key())
