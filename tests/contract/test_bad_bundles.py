"""Bundles and answers that are damaged, somebody else's, forged or old: nothing of theirs counts, and that is said."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from records.bundle import BundleContents, bundle_folder, read_bundle, wrap_bundle
from records.bundle_reply import REPLY_NAME
from records.canonical import canonical_bytes
from records.receipt import ReceiptSigner
from records.signing import Signer
from region.signers import enrol, revoke
from region.venues import add_venue
from sync.errors import BundleError
from tests.contract.test_bundle import flip, held, last_acts
from tests.support.builders import DESK
from tests.support.post import Post, figures
from tests.support.venue_rig import VENUE_ID


def resigned(post: Post, contents: BundleContents, signer: Signer) -> None:
    """Put a list on the stick that somebody signs."""
    (post.folder / "bundle.json").write_bytes(wrap_bundle(contents, signer))


@pytest.mark.parametrize("code", ["unknown_signer", "revoked_key", "bad_signature", "malformed"])
def test_a_bundle_that_is_nobodys_word_is_refused_and_nothing_of_it_is_taken(post: Post, code: str) -> None:
    post.finished()
    contents, stranger, store = post.export(), Signer.new(), post.rig.region.store
    if code == "revoked_key":
        enrol(store, VENUE_ID, stranger.public)
        revoke(store, stranger.key_id, "stolen")
    resigned(post, contents, stranger)
    path = post.folder / "bundle.json"
    if code == "bad_signature":
        resigned(post, contents, post.rig.venue.sealing.keys.current())
        document = json.loads(path.read_bytes())
        document["contents"]["number"] += 1
        path.write_bytes(canonical_bytes(document))
    if code == "malformed":
        flip(path)
    before = held(post)
    outcome = post.at_region()
    assert (outcome.taken, outcome.refusal) == (None, code)
    assert held(post) == before
    assert not (post.folder / REPLY_NAME).exists()


def test_a_key_speaks_for_its_own_venue_only(post: Post) -> None:
    post.finished()
    contents = post.export()
    add_venue(post.rig.region.store, "V-NEAR", "邻近考点", "key-of-the-venue-nearby")
    resigned(post, replace(contents, venue="V-NEAR"), post.rig.venue.sealing.keys.current())
    assert post.at_region().refusal == "unknown_signer"


def test_two_venues_on_one_stick_are_two_bundles(post: Post) -> None:
    post.finished()
    contents = post.export()
    store, near = post.rig.region.store, Signer.new()
    add_venue(store, "V-BESIDE", "另一考点", "key-of-the-venue-beside")
    enrol(store, "V-BESIDE", near.public)
    beside = bundle_folder(post.stick, "V-BESIDE")
    shutil.copytree(post.folder, beside)
    (beside / "bundle.json").write_bytes(wrap_bundle(replace(contents, venue="V-BESIDE"), near))
    report = post.rig.venue.bundles.export(post.stick, DESK)
    assert (report.others, report.contents) == (1, contents)
    theirs, ours = post.all_at_region()
    assert figures(theirs) == {"refused": len(contents.objects)}, "the records name the venue they are of"
    assert {one.code for one in theirs.taken.of("refused")} == {"other_venue", "not_announced"}
    assert figures(ours) == {"new": len(contents.objects)}
    assert read_bundle((beside / "bundle.json").read_bytes()).contents.venue == "V-BESIDE"


def test_somebody_elses_bundle_is_never_written_over(post: Post, tmp_path: Path) -> None:
    post.finished()
    contents = post.export()
    resigned(post, contents, Signer.new())
    before = (post.folder / "bundle.json").read_bytes()
    with pytest.raises(BundleError, match="foreign"):
        post.export()
    assert (post.folder / "bundle.json").read_bytes() == before
    other = tmp_path / "kaodian-bundle-V-ELSE"
    other.mkdir()
    with pytest.raises(BundleError, match="foreign"):
        post.rig.venue.bundles.export(other, DESK)
    assert list(other.iterdir()) == []


def test_a_list_that_was_cut_off_while_it_was_written_is_written_anew(post: Post) -> None:
    post.finished()
    post.export()
    path = post.folder / "bundle.json"
    path.write_bytes(path.read_bytes()[:100])
    report = post.rig.venue.bundles.export(post.stick, DESK)
    assert (report.written, post.contents) == (0, report.contents)


def test_the_answers_of_others_and_forged_ones_change_nothing_and_say_so(post: Post) -> None:
    person = post.finished()
    post.export()
    with pytest.raises(BundleError, match="no_answer"):
        post.back()
    post.at_region()
    path = post.folder / REPLY_NAME
    right = path.read_bytes()
    for content, code in wrong_answers(post, right):
        path.write_bytes(content)
        with pytest.raises(BundleError, match=code):
            post.back()
        assert post.state_of(person) == "saved"
    assert last_acts(post, 1) == ["bundle:answer-refused"]
    path.write_bytes(right)
    assert post.back().taken.accepted == 1


def wrong_answers(post: Post, right: bytes) -> Iterator[tuple[bytes, str]]:
    ours = post.signer
    other_venue = json.loads(right)["reply"] | {"venue": "V-ELSE"}
    yield canonical_bytes({"reply": other_venue, "signature": ours.signature(other_venue)}), "other_venue"
    stranger = ReceiptSigner(b"nobody's seed of thirty-two byte")
    forged = json.loads(right)["reply"] | {"key": stranger.key_id}
    yield canonical_bytes({"reply": forged, "signature": stranger.signature(forged)}), "forged"
    changed = json.loads(right)
    changed["reply"]["receipts"] = []
    yield canonical_bytes(changed), "forged"
    inside = json.loads(right)["reply"]
    inside["receipts"][0]["receipt"]["state"] = "accepted"
    inside["receipts"][0]["receipt"]["missing"] = []
    inside["receipts"][0]["signature"] = inside["receipts"][1]["signature"]
    yield canonical_bytes({"reply": inside, "signature": ours.signature(inside)}), "forged"
    for content in (b"", b"{}", b"[1]", b"\xff", b"[" * 100_000, right[:-40], right.replace(b"stored", b"stared")):
        yield content, "forged"


def test_an_old_answer_takes_nothing_back(post: Post) -> None:
    early = post.finished()
    post.export()
    post.at_region()
    old = (post.folder / REPLY_NAME).read_bytes()
    late = post.finished()
    post.export()
    post.at_region()
    post.back()
    (post.folder / REPLY_NAME).write_bytes(old)
    report = post.back()
    assert not report.is_news
    assert [post.state_of(early), post.state_of(late)] == ["accepted", "accepted"]


def test_verdicts_come_back_in_any_order_and_over_both_ways(post: Post) -> None:
    person = post.finished()
    post.export()
    post.at_region()
    first = (post.folder / REPLY_NAME).read_bytes()
    digest = person.visit.versions[0].digest
    post.judge(digest, "passed")
    post.at_region()
    second = (post.folder / REPLY_NAME).read_bytes()
    assert post.back().verdicts == 1
    cursor = post.rig.venue.outbox.recall("verdict_cursor")
    for old in (first, second):
        (post.folder / REPLY_NAME).write_bytes(old)
        assert post.back().verdicts == 0
    post.line_on()
    post.rig.sync()
    assert post.rig.venue.outbox.recall("verdict_cursor") == cursor
    assert len(post.rig.venue.outbox.verdicts.of(person.registration.reg_no)) == 1


def test_verdicts_for_a_key_of_before_a_restore_are_left_for_the_next_bundle(post: Post) -> None:
    person = post.finished()
    post.export()
    post.rig.venue.outbox.remember("bundle_identity", "")
    post.at_region()
    report = post.back()
    assert (report.taken.accepted, report.verdicts) == (1, None)
    assert post.state_of(person) == "accepted"


def test_without_a_key_or_a_stick_it_says_so(post: Post) -> None:
    with pytest.raises(BundleError, match="nothing"):
        post.export()
    post.finished()
    with pytest.raises(BundleError, match="missing"):
        post.rig.venue.bundles.export(post.stick / "gone", DESK)
    keys = post.rig.home / "keys"
    hidden = keys.rename(post.rig.home / "keys-elsewhere")
    try:
        with pytest.raises(BundleError, match="no_key"):
            post.export()
    finally:
        shutil.rmtree(keys, ignore_errors=True)
        hidden.rename(keys)
    assert list(post.stick.iterdir()) == []
    assert post.rig.venue.bundles.last().error == "no_key"
    post.export()
    assert post.rig.venue.bundles.last().error == ""
