"""Keys: written down, typed in again, kept in a folder, never written over."""

import os
import sys
from pathlib import Path

import pytest

from records.age import decrypt, encrypt, new_identity, read_recipients, recipient_of
from records.errors import BadSignatureError, KeyExistsError, MissingKeyError, UnusableKeyError
from records.paper import paper_page
from records.signing import Signer, check_signature, key_id, read_public
from records.vault import KeyFolder


def test_a_signing_key_comes_back_from_paper_whatever_its_case_and_gaps() -> None:
    signer = Signer.new()
    text = signer.text()
    for typed in (text, text.lower(), f" {text[:30]} \n {text[30:40]} {text[40:]}\n"):
        assert Signer.from_text(typed).public == signer.public


@pytest.mark.parametrize("at", [22, 40, 77])
def test_one_mistyped_letter_is_noticed(at: int) -> None:
    text = Signer.new().text()
    other = "A" if text[at] != "A" else "B"
    with pytest.raises(UnusableKeyError):
        Signer.from_text(text[:at] + other + text[at + 1 :])


@pytest.mark.parametrize(
    "text", ["", "KAODIAN-SIGNING-KEY-1-", "AGE-SECRET-KEY-1QQ", "KAODIAN-SIGNING-KEY-1-" + "A" * 56]
)
def test_what_is_no_signing_key_is_refused(text: str) -> None:
    with pytest.raises(UnusableKeyError):
        Signer.from_text(text)


def test_a_signature_holds_for_its_key_and_its_bytes_only() -> None:
    signer = Signer.new()
    signature = signer.sign(b"bytes")
    check_signature(signer.public, b"bytes", signature)
    for public, content, given in (
        (Signer.new().public, b"bytes", signature),
        (signer.public, b"Bytes", signature),
        (signer.public, b"bytes", signature + "="),
        (signer.public, b"bytes", ""),
        ("ed25519:", b"bytes", signature),
        ("", b"bytes", signature),
    ):
        with pytest.raises(BadSignatureError):
            check_signature(public, content, given)


def test_the_secret_shows_in_no_description() -> None:
    signer = Signer.new()
    assert signer.text()[-20:] not in repr(signer)
    assert "PrivateKey" not in repr(signer)


def test_a_public_key_is_read_strictly() -> None:
    signer = Signer.new()
    assert read_public(f" {signer.public}\n") == signer.public
    assert key_id(signer.public) == signer.key_id
    for text in ("", signer.public[:-1], signer.public.removeprefix("ed25519:"), "ed25519:?" + "A" * 42):
        with pytest.raises(UnusableKeyError):
            read_public(text)


def test_a_recipients_file_is_read_as_age_reads_it() -> None:
    one, two = recipient_of(new_identity()), recipient_of(new_identity())
    assert read_recipients(f"# the region's\n{one}\n\n  {two}\n") == (one, two)
    for text in ("", "# nothing\n", one[:-1], "AGE-SECRET-KEY-1QQ"):
        with pytest.raises(UnusableKeyError):
            read_recipients(text)


def test_an_opening_key_is_read_whatever_its_case_and_gaps() -> None:
    identity = new_identity()
    typed = f"{identity[:20].lower()} {identity[20:]}"
    assert decrypt(encrypt(b"x", [recipient_of(identity)]), [typed]) == b"x"


def test_a_key_folder_writes_nothing_over(tmp_path: Path) -> None:
    vault = KeyFolder(tmp_path / "keys")
    assert vault.names() == ()
    vault.store("signing-1", "SECRET")
    vault.store("signing-1", "SECRET")
    with pytest.raises(KeyExistsError):
        vault.store("signing-1", "ANOTHER")
    assert (vault.load("signing-1"), vault.names()) == ("SECRET", ("signing-1",))
    assert [path.name for path in vault.folder.iterdir()] == ["signing-1.key"], "no draft is left"
    with pytest.raises(MissingKeyError, match="signing-2"):
        vault.load("signing-2")
    with pytest.raises(UnusableKeyError):
        vault.load("../etc/passwd")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights than these")
def test_a_key_file_is_its_owners_only(tmp_path: Path) -> None:
    vault = KeyFolder(tmp_path / "keys")
    before = os.umask(0)
    try:
        vault.store("signing-1", "SECRET")
    finally:
        os.umask(before)
    assert (vault.folder.stat().st_mode & 0o777, (vault.folder / "signing-1.key").stat().st_mode & 0o777) == (
        0o700,
        0o600,
    )


def test_a_sheet_of_paper_holds_the_secret_to_type_and_to_scan() -> None:
    signer = Signer.new()
    page = paper_page("测试考点 <A>", signer.key_id, "2027-03-02", signer.text(), "python -m kiosk keys restore")
    shown = page.split("<p><code>")[1].split("</code>")[0]
    assert Signer.from_text(shown).public == signer.public
    assert "&lt;A&gt;" in page
    assert page.count("<svg") == 1
    assert "http" not in page.replace("http://www.w3.org", ""), "it fetches nothing"
