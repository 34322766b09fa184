"""A record counts as accepted only by a receipt that holds; whatever the day was, the numbers add up."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.closing.accounts import Auditor, balance_of
from local_db.blobs import SealedFolder
from local_db.kept_records import KeptObject, KeptRecord, KeptRecords
from records.canonical import digest_bytes
from records.day import digest_of_day
from records.manifest import Manifest, ManifestObject, wrap
from records.receipt import Receipt, ReceiptSigner, read_keys
from records.sensitivity import Sensitivity
from tests.support.builders import RECEIPT_SIGNER, SIGNER, START, Shelf

STRANGER = ReceiptSigner(b"the seed of a region's other key")
WORDS = ("none", "right", "other object", "other venue", "stranger", "rubbish", "parked", "lost")
CONTENT = b"sealed"
OBJECT = digest_bytes(CONTENT)


@pytest.fixture(scope="module")
def auditor(tmp_path_factory: pytest.TempPathFactory) -> Auditor:
    folder: Path = tmp_path_factory.mktemp("accounts")
    shelf = Shelf(folder)
    sealed = SealedFolder(folder / "objects")
    sealed.put(CONTENT)
    return Auditor(KeptRecords(shelf.database), sealed, "V-TEST", read_keys(RECEIPT_SIGNER.public.hex()))


def said(word: str, digest: str, state: str = "stored") -> bytes | None:
    """The bytes that are kept as the region's word on an object."""
    signer = STRANGER if word == "stranger" else RECEIPT_SIGNER
    venue = "V-OTHER" if word == "other venue" else "V-TEST"
    receipt = Receipt("b" * 64 if word == "other object" else digest, state)
    if word in ("none", "parked", "lost"):
        return None
    return b"<html>" if word == "rubbish" else json.dumps(signer.sign(receipt, venue, START)).encode()


def kept(word: str, digest: str) -> KeptObject:
    return KeptObject(digest, said(word, digest), is_queued=word != "lost", is_parked=word == "parked")


def record(visit: str, version: int, words: tuple[str, str, str]) -> KeptRecord:
    """A record of one object: what is kept of the region's words on object, envelope and the whole."""
    part = ManifestObject(OBJECT, len(CONTENT), "part", Sensitivity.IDENTITY)
    sealed_at = START.isoformat()
    manifest = Manifest("V-TEST", visit, version, "", "p@1", "p", sealed_at, ("age1test",), (part,))
    content = wrap(manifest, SIGNER)
    digest = digest_bytes(content)
    of_object, of_envelope, of_whole = words
    return KeptRecord(
        digest=digest,
        visit=visit,
        ticket=visit,
        version=version,
        content=content,
        sealed_at=START,
        receipt=said(of_whole, digest, "accepted"),
        envelope=kept(of_envelope, digest),
        objects=(kept(of_object, OBJECT),),
    )


RECORDS = st.lists(
    st.tuples(st.sampled_from(["0001", "0002", "0003"]), st.tuples(*[st.sampled_from(WORDS)] * 3)), max_size=6
)


@settings(max_examples=150, deadline=None)
@given(RECORDS)
def test_any_day_adds_up_and_only_what_holds_is_accepted(
    auditor: Auditor, drawn: list[tuple[str, tuple[str, str, str]]]
) -> None:
    versions: dict[str, int] = {}
    records = []
    for visit, words in drawn:
        versions[visit] = versions.get(visit, 0) + 1
        records.append((record(visit, versions[visit], words), words))
    accounts = [auditor.account(one) for one, _words in records]
    balance = balance_of(accounts)
    assert balance.records == len(balance.accepted) + balance.sent + balance.saved == len(records)
    assert balance.saved >= 0
    right = {one.digest for one, words in records if words[2] == "right"}
    assert balance.accepted == right
    assert balance.digest == digest_of_day(right)
    newest = {one.visit: one.version for one, _words in records if one.digest in right}
    for account, (one, words) in zip(accounts, records, strict=True):
        assert (not account.troubles) == (words == ("right", "right", "right"))
        if one.version >= newest.get(one.visit, 0):
            assert set(account.troubles) <= set(balance.troubles), "nothing that is missing is hidden"


def test_a_changed_envelope_and_a_lost_object_are_troubles(auditor: Auditor) -> None:
    whole = record("0001", 1, ("right", "right", "right"))
    changed = replace(whole, content=whole.content + b" ")
    lost = replace(whole, objects=(kept("right", "c" * 64),))
    assert [one.code for one in auditor.account(changed).troubles] == ["envelope_damaged"]
    assert {one.code for one in auditor.account(lost).troubles} == {"damaged_here", "envelope_damaged"}
