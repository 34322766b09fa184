"""The region's word on a day counts if a pinned key has signed it and it is about this day of this venue."""

import hashlib
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.canonical import canonical_bytes
from records.day import DayStatement, DayWindow, check_statement, digest_of_day, sign_statement
from records.errors import BadReceiptError
from records.receipt import Receipt, ReceiptSigner, check_receipt, read_keys
from tests.support.builders import DAY, RECEIPT_SIGNER, START

WINDOW = DayWindow(DAY, START, START + timedelta(days=1))
STATEMENT = DayStatement("V-TEST", WINDOW, 2, digest_of_day(["a" * 64, "b" * 64]), 1)
KEYS = read_keys(RECEIPT_SIGNER.public.hex())


def document(statement: DayStatement = STATEMENT, signer: ReceiptSigner = RECEIPT_SIGNER) -> bytes:
    return json.dumps(sign_statement(signer, statement, START)).encode()


def test_a_statement_comes_back_as_it_was_signed() -> None:
    found = check_statement(document(), "V-TEST", WINDOW, KEYS)
    assert (found.statement, found.at, found.key_id) == (STATEMENT, START, RECEIPT_SIGNER.key_id)
    assert found.document == document()


def test_another_day_venue_or_key_is_none() -> None:
    stranger = ReceiptSigner(b"the seed of a region's other key")
    for said, venue, window in (
        (document(signer=stranger), "V-TEST", WINDOW),
        (document(), "V-OTHER", WINDOW),
        (document(), "V-TEST", replace(WINDOW, ends_at=START + timedelta(days=2))),
        (document(), "V-TEST", replace(WINDOW, day=DAY + timedelta(days=1))),
    ):
        with pytest.raises(BadReceiptError):
            check_statement(said, venue, window, KEYS)


def test_receipts_and_statements_are_not_each_other() -> None:
    receipt = json.loads(json.dumps(RECEIPT_SIGNER.sign(Receipt("a" * 64, "stored"), "V-TEST", START)))
    posing = json.dumps({"statement": receipt["receipt"], "signature": receipt["signature"]}).encode()
    with pytest.raises(BadReceiptError, match="no statement"):
        check_statement(posing, "V-TEST", WINDOW, KEYS)
    said = json.loads(document())
    with pytest.raises(BadReceiptError, match="not a receipt"):
        check_receipt(
            json.dumps({"receipt": said["statement"], "signature": said["signature"]}).encode(),
            "a" * 64,
            "V-TEST",
            KEYS,
        )


def test_the_digest_is_what_sort_and_sha256sum_say() -> None:
    assert digest_of_day(["b" * 64, "a" * 64]) == hashlib.sha256(f"{'a' * 64}\n{'b' * 64}\n".encode()).hexdigest()
    assert digest_of_day([]) == hashlib.sha256(b"").hexdigest()


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(json.loads(document())["statement"])), st.integers() | st.text(max_size=9) | st.none())
def test_a_statement_with_any_value_changed_is_none(key: str, value: object) -> None:
    said = json.loads(document())
    if said["statement"][key] == value:
        return
    said["statement"][key] = value
    with pytest.raises(BadReceiptError):
        check_statement(json.dumps(said).encode(), "V-TEST", WINDOW, KEYS)


@settings(max_examples=60, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=8,
    )
)
def test_anything_else_that_is_signed_is_refused_and_never_a_fault(body: object) -> None:
    if not isinstance(body, dict):
        body = {"schema": "kaodian.day/1", "venue": body}
    signed = RECEIPT_SIGNER.sign_body("statement", {**body, "key": RECEIPT_SIGNER.key_id})
    with pytest.raises(BadReceiptError):
        check_statement(canonical_bytes(signed), "V-TEST", WINDOW, KEYS)
