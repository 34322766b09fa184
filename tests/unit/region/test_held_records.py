"""Records whose key was revoked: kept, shown, and decided on by a person."""

from records.seal import Sealer
from records.signing import Signer
from region.conflicts import Kind
from region.signers import enrol, revoke
from tests.support.region_app import Browser, Region
from tests.support.region_conflicts import conflicts, deliver, elsewhere, only, row_of, settle, verdicts
from tests.support.region_records import OTHER_SIGNER, SEALER, SIGNER, sealed


def test_a_record_that_came_before_its_key_was_revoked_waits_for_a_person(region, browser: Browser) -> None:
    record = deliver(region)
    revoke(region.store, SIGNER.key_id, "PC stolen")
    conflict = only(region)
    assert browser.judge(record.digest, "passed").status_code == 409
    page = browser.get(f"/conflicts/{conflict.key}").text
    assert "Before the revocation" in page
    assert "PC stolen" in page
    assert settle(browser, conflict, "genuine", "compared", "").status_code == 303
    assert browser.judge(record.digest, "passed").status_code == 303


def test_a_record_that_came_after_its_key_was_revoked_is_kept_and_takes_part_in_nothing(region, browser: Browser):
    good = deliver(region)
    revoke(region.store, SIGNER.key_id, "PC stolen")
    settle(browser, only(region), "genuine")
    late = deliver(region, version=2, previous=good.digest, red=201)
    assert row_of(region, good).is_current, "whoever stole the key must not push aside what is good"
    receipt = region.get(f"/records/{late.digest}").json["receipt"]
    assert (receipt["state"], receipt["missing"], receipt["held"]) == ("stored", [], "revoked_key")
    assert browser.judge(late.digest, "passed").status_code == 409
    assert "Held: its key was revoked" in browser.get("/records?state=held").text
    conflict = only(region)
    assert "After the revocation" in browser.get(f"/conflicts/{conflict.key}").text
    assert settle(browser, conflict, "genuine", "before_loss").status_code == 303
    assert region.get(f"/records/{late.digest}").json["receipt"]["state"] == "accepted"
    assert row_of(region, late).is_current
    assert not row_of(region, good).is_current
    assert browser.judge(late.digest, "passed").status_code == 303


def test_what_is_not_genuine_is_told_to_the_venue_and_never_dropped(region, browser: Browser) -> None:
    revoke(region.store, SIGNER.key_id, "PC stolen")
    record = deliver(region)
    assert settle(browser, only(region), "not_genuine", "unverifiable", "无人能证实").status_code == 303
    answer = region.get(f"/records/{record.digest}")
    assert (answer.status_code, answer.json["error"]["code"]) == (403, "revoked_key")
    assert verdicts(region) == [(record.digest, "set_aside", "not_genuine")]
    assert "欧阳测试" in browser.get(f"/records/{record.digest}").text
    assert conflicts(region) == []


def test_a_held_record_that_was_sealed_again_with_a_good_key_needs_nobody(region: Region) -> None:
    revoke(region.store, SIGNER.key_id, "PC stolen")
    held = deliver(region)
    fresh = Signer.new()
    enrol(region.store, "V-TEST", fresh.public)
    deliver(region, version=2, previous=held.digest, sealer=Sealer(SEALER.recipients, fresh), red=201)
    assert conflicts(region) == []


def test_many_records_of_one_revoked_key_are_decided_together(region: Region, browser: Browser) -> None:
    for number in range(3):
        record, files = sealed(f"R000{number}")
        region.deliver(record, files)
    elsewhere(region)
    revoke(region.store, SIGNER.key_id, "PC stolen")
    revoke(region.store, OTHER_SIGNER.key_id, "PC stolen too")
    late, files = sealed("R0009")
    region.deliver(late, files)
    (mine,) = [one for one in conflicts(region) if [side.digest for side in one.sides] == [record.digest]]
    assert "The same for the 2 others of this kind" in browser.get(f"/conflicts/{mine.key}").text
    browser.post(f"/conflicts/{mine.key}", choice="genuine", reason="before_loss", note="", alike="yes")
    left = [one for one in conflicts(region) if one.kind is Kind.REVOKED_KEY]
    assert len(left) == 2, "another venue's, and what came after the revocation, are decided for themselves"
