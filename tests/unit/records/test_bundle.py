"""The list on a stick and the answer to it: what is a document of theirs, and what is none."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from records.age import new_identity, recipient_of
from records.bundle import BundleContents, BundledObject, bundle_folder, read_bundle, wrap_bundle
from records.bundle_reply import (
    Answer,
    Refusal,
    VerdictPage,
    check_answer,
    close_verdicts,
    open_verdicts,
    read_venue,
    sign_answer,
)
from records.canonical import canonical_bytes
from records.errors import BadReceiptError, BadSignatureError, MalformedRecordError, NoKeyError
from records.receipt import Receipt, ReceiptSigner, read_keys
from records.signing import Signer
from records.verdict import Decision, Verdict

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
SIGNER = Signer.new()
OBJECTS = (BundledObject("ab" * 32, 900, "record"), BundledObject("cd" * 32, 20_000, "file"))
CONTENTS = BundleContents("V-1", 7, AT.isoformat(), "age1reply", 3, OBJECTS)
REGION = ReceiptSigner(b"a seed for tests, 32 bytes long.")
KEYS = read_keys(REGION.public.hex())
VERDICT = Verdict(4, "R1", "ab" * 32, Decision.RETURNED, "photo", "太暗", AT)


def test_a_list_comes_back_as_it_was_signed() -> None:
    bundle = read_bundle(wrap_bundle(CONTENTS, SIGNER))
    assert bundle.contents == CONTENTS
    bundle.check(SIGNER.public)
    for other in (Signer.new().public, ""):
        with pytest.raises(BadSignatureError):
            bundle.check(other)
    with pytest.raises(BadSignatureError):
        replace(bundle, contents=replace(CONTENTS, number=8)).check(SIGNER.public)


def test_the_check_code_is_eight_digits_and_another_for_another_bundle() -> None:
    codes = {replace(CONTENTS, number=number).code for number in range(1, 200)}
    assert len(codes) == 199
    assert all(len(code) == 9 and code.replace(" ", "").isdigit() for code in codes)


WRONG: dict[str, Callable[[dict[str, Any]], object]] = {
    "another schema": lambda document: document.update(schema="kaodian.bundle/2"),
    "a key more": lambda document: document["contents"].update(note="x"),
    "a key less": lambda document: document["contents"].pop("number"),
    "no objects": lambda document: document["contents"].update(objects=[]),
    "one twice": lambda document: document["contents"]["objects"].append(document["contents"]["objects"][0]),
    "no digest": lambda document: document["contents"]["objects"][0].update(sha256="../../etc/passwd"),
    "nothing in it": lambda document: document["contents"]["objects"][0].update(size_bytes=0),
    "another kind": lambda document: document["contents"]["objects"][0].update(kind="part"),
    "no time": lambda document: document["contents"].update(made_at="yesterday"),
}


@pytest.mark.parametrize("change", WRONG.values(), ids=list(WRONG))
def test_whatever_is_no_list_is_refused(change: Callable[[dict[str, Any]], object]) -> None:
    document = json.loads(wrap_bundle(CONTENTS, SIGNER))
    change(document)
    with pytest.raises(MalformedRecordError):
        read_bundle(canonical_bytes(document))


def test_a_list_in_another_form_is_none() -> None:
    with pytest.raises(MalformedRecordError):
        read_bundle(json.dumps(json.loads(wrap_bundle(CONTENTS, SIGNER))).encode())


def test_a_sticks_folder_may_be_named_itself() -> None:
    folder = bundle_folder(Path("E:/"), "V-1")
    assert folder.name == "kaodian-bundle-V-1"
    assert bundle_folder(folder, "V-1") == folder


def answer(**change: Any) -> Answer:
    receipts = [REGION.sign(Receipt(one.digest, "stored"), "V-1", AT) for one in OBJECTS]
    given = Answer("V-1", CONTENTS.digest, 7, AT, receipts, (Refusal("ef" * 32, "too_large"),), ("01" * 32,))
    return replace(given, **change)


def test_an_answer_comes_back_with_every_signature_checked() -> None:
    checked = check_answer(sign_answer(answer(), REGION), "V-1", KEYS)
    assert [one.receipt.digest for one in checked.receipts] == [one.digest for one in OBJECTS]
    assert (checked.answer.refused, checked.answer.missing) == ((Refusal("ef" * 32, "too_large"),), ("01" * 32,))


def test_one_receipt_for_somebody_else_makes_the_answer_void() -> None:
    other = REGION.sign(Receipt(OBJECTS[0].digest, "stored"), "V-2", AT)
    with pytest.raises(BadReceiptError):
        check_answer(sign_answer(answer(receipts=[other]), REGION), "V-1", KEYS)
    with pytest.raises(BadReceiptError):
        check_answer(sign_answer(answer(), REGION), "V-2", KEYS)
    assert read_venue(sign_answer(answer(), REGION)) == "V-1"
    assert read_venue(b"[]") == ""


def test_verdicts_open_only_with_the_key_they_are_closed_to() -> None:
    identity = new_identity()
    page = VerdictPage(3, 4, (VERDICT, replace(VERDICT, seq=4, decision=Decision.SET_ASIDE, code="other_visit")))
    closed = close_verdicts(page, recipient_of(identity))
    assert open_verdicts(closed, identity) == page
    assert "太暗".encode() not in closed
    with pytest.raises(NoKeyError):
        open_verdicts(closed, new_identity())
