"""A receipt counts if it parses, a pinned key has signed it, and it names this object of this venue."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.canonical import canonical_bytes
from records.errors import BadReceiptError
from records.receipt import Receipt, ReceiptSigner, check_receipt, read_keys
from tests.support.builders import RECEIPT_SIGNER, START

DIGEST, OTHER = "a" * 64, "b" * 64
KEYS = read_keys(RECEIPT_SIGNER.public.hex())
NEWER = ReceiptSigner(b"the seed of the region's new key")


def document(signer: ReceiptSigner = RECEIPT_SIGNER, digest: str = DIGEST, venue: str = "V-TEST") -> bytes:
    return json.dumps(signer.sign(Receipt(digest, "stored", (OTHER,)), venue, START)).encode()


def test_a_receipt_comes_back_as_it_was_signed() -> None:
    found = check_receipt(document(), DIGEST, "V-TEST", KEYS)
    assert (found.receipt, found.venue, found.at) == (Receipt(DIGEST, "stored", (OTHER,)), "V-TEST", START)
    assert (found.key_id, found.document, found.is_accepted) == (RECEIPT_SIGNER.key_id, document(), False)


def test_white_space_and_order_change_nothing() -> None:
    loose = json.dumps(json.loads(document()), indent=3, sort_keys=True).encode()
    assert check_receipt(loose, DIGEST, "V-TEST", KEYS).receipt.digest == DIGEST


def test_during_a_rotation_both_keys_count_and_afterwards_only_the_new_one() -> None:
    both = read_keys(f"{RECEIPT_SIGNER.public.hex()}  # 2026\n\n{NEWER.public.hex()}\n")
    for signer in (RECEIPT_SIGNER, NEWER):
        assert check_receipt(document(signer), DIGEST, "V-TEST", both).key_id == signer.key_id
    with pytest.raises(BadReceiptError, match="not the region's"):
        check_receipt(document(), DIGEST, "V-TEST", read_keys(NEWER.public.hex()))


def test_a_strangers_signature_under_the_regions_key_id_is_found_out() -> None:
    forged = json.loads(document(NEWER))
    forged["receipt"]["key"] = RECEIPT_SIGNER.key_id
    with pytest.raises(BadReceiptError, match="signature is wrong"):
        check_receipt(json.dumps(forged).encode(), DIGEST, "V-TEST", KEYS)


@pytest.mark.parametrize(("digest", "venue"), [(OTHER, "V-TEST"), (DIGEST, "V-OTHER")])
def test_an_old_receipt_for_something_else_is_none(digest: str, venue: str) -> None:
    with pytest.raises(BadReceiptError, match="something else"):
        check_receipt(document(), digest, venue, KEYS)


@settings(deadline=None)  # the machine may be busy
@given(st.data())
def test_a_receipt_with_any_changed_byte_is_refused_or_means_the_same(data: st.DataObject) -> None:
    content = bytearray(document())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    try:
        found = check_receipt(bytes(content), DIGEST, "V-TEST", KEYS)
    except BadReceiptError:
        return
    assert canonical_bytes(json.loads(content)["receipt"]) == canonical_bytes(json.loads(document())["receipt"])
    assert found.receipt == Receipt(DIGEST, "stored", (OTHER,))


@settings(deadline=None)  # the machine may be busy
@given(st.binary(max_size=200))
def test_what_is_no_receipt_is_refused(content: bytes) -> None:
    with pytest.raises(BadReceiptError):
        check_receipt(content, DIGEST, "V-TEST", KEYS)


def test_receipts_that_come_along_count_each_for_itself() -> None:
    outer = json.loads(document())
    accepted = RECEIPT_SIGNER.sign(Receipt(OTHER, "accepted"), "V-TEST", START)
    forged = NEWER.sign(Receipt(OTHER, "accepted"), "V-TEST", START)
    elsewhere = RECEIPT_SIGNER.sign(Receipt(OTHER, "accepted"), "V-OTHER", START)
    only_stored = RECEIPT_SIGNER.sign(Receipt(OTHER, "stored"), "V-TEST", START)
    outer["records"] = [forged, None, elsewhere, only_stored, {}, accepted]
    (along,) = check_receipt(json.dumps(outer).encode(), DIGEST, "V-TEST", KEYS).records
    assert (along.receipt.digest, along.is_accepted) == (OTHER, True)
    assert check_receipt(along.document, OTHER, "V-TEST", KEYS).is_accepted, "what is kept proves itself"


@pytest.mark.parametrize("text", ["", "# nothing", "zz", "ab" * 31, "<html>"])
def test_a_file_without_a_key_is_no_key_file(text: str) -> None:
    with pytest.raises(ValueError):
        read_keys(text)
