"""Whose signature the region believes, what it can open, and what it says where it cannot."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import select

from records.age import encrypt, new_identity, recipient_of
from records.canonical import digest_bytes
from records.errors import KeyExistsError, MissingKeyError, UnusableKeyError
from records.seal import Sealer
from records.signing import Signer
from region.demo import prepare_demo
from region.errors import UnknownObjectError
from region.keys import current_recipient, key_history, make_key, missing_secrets, restore_key
from region.models import AuditLine, RecordRow
from region.office_errors import AlreadyKnownError
from region.settings import Settings
from region.signers import enrol, keys_of, revoke
from tests.support.region_app import KEY, OTHER_VENUE, Browser, Region
from tests.support.region_places import everything_kept, spoil
from tests.support.region_records import (
    IDENTITY,
    OTHER_SIGNER,
    SEALER,
    SIGNER,
    VENUE,
    picture,
    resigned,
    sealed,
)


def refusal(region: Region, record, key: str = KEY) -> tuple[int, str]:
    answer = region.put(f"/records/{record.digest}", record.content, key=key)
    return answer.status_code, answer.json["error"]["code"]


def state(region: Region, record) -> str:
    return str(region.get(f"/records/{record.digest}").json["receipt"]["state"])


def acts(region: Region) -> list[str]:
    with region.store.read() as session:
        return list(session.scalars(select(AuditLine.act)))


def lose_keys(region: Region) -> Path:
    return Path(shutil.move(region.settings.home / "keys", region.settings.home / "keys-lost"))


def test_a_record_that_nobody_we_know_signed_is_refused(region):
    stranger, _files = sealed(sealer=Sealer(SEALER.recipients, Signer.new()))
    assert refusal(region, stranger) == (403, "unknown_signer")
    others, _files = sealed(sealer=Sealer(SEALER.recipients, OTHER_SIGNER))
    assert refusal(region, others) == (403, "unknown_signer"), "another venue's key signs for that venue only"


def test_a_signature_that_does_not_fit_is_refused(region):
    record, _files = sealed()
    forged = record.content.replace(b'"version":1', b'"version":2')

    answer = region.put(f"/records/{digest_bytes(forged)}", forged)
    assert (answer.status_code, answer.json["error"]["code"]) == (422, "bad_signature")


def test_a_record_sealed_to_somebody_else_is_refused_at_once(region):
    record, _files = sealed(sealer=Sealer((recipient_of(new_identity()),), SIGNER))
    assert refusal(region, record) == (422, "unknown_recipient")


def test_a_venue_goes_on_with_a_new_key(region):
    revoke(region.store, SIGNER.key_id, "PC stolen")
    fresh = Signer.new()
    assert enrol(region.store, VENUE, fresh.public) == fresh.key_id
    record, files = sealed(sealer=Sealer(SEALER.recipients, fresh))
    region.deliver(record, files)
    assert state(region, record) == "accepted"


def test_keys_are_enrolled_once_for_one_venue_and_never_after_revocation(region):
    enrol(region.store, VENUE, SIGNER.public)
    assert [key.key_id for key in keys_of(region.store) if key.venue == VENUE] == [SIGNER.key_id]
    with pytest.raises(AlreadyKnownError):
        enrol(region.store, OTHER_VENUE, SIGNER.public)
    revoke(region.store, SIGNER.key_id, "lost")
    with pytest.raises(AlreadyKnownError):
        enrol(region.store, VENUE, SIGNER.public)
    with pytest.raises(UnusableKeyError):
        enrol(region.store, VENUE, "ed25519:short")
    for unknown in (lambda: enrol(region.store, "nobody", Signer.new().public), lambda: revoke(region.store, "x", "y")):
        with pytest.raises(UnknownObjectError):
            unknown()


def test_a_key_retired_still_opens_what_was_sealed_to_it(region):
    old, old_files = sealed("R0001")
    fresh = make_key(region.store, replace=True)
    assert current_recipient(region.store) == fresh
    new, new_files = sealed("R0002", sealer=Sealer((fresh,), SIGNER))
    for record, files in ((old, old_files), (new, new_files)):
        region.deliver(record, files)
        assert state(region, record) == "accepted"
    with pytest.raises(KeyExistsError, match=fresh):
        make_key(region.store)


def test_without_its_key_the_region_keeps_everything_and_opens_it_once_the_key_is_back(region, browser: Browser):
    lost = lose_keys(region)
    record, files = sealed()
    region.deliver(record, files)
    assert state(region, record) == "stored"
    assert state(region, record) == "stored"
    assert acts(region).count("record_does_not_open") == 1
    page = browser.get(f"/records/{record.digest}").text
    assert "The key that opens this record is not at the region." in page
    assert "None: every step went the ordinary way." not in page, "nobody can know"
    assert browser.judge(record.digest, "passed").status_code == 409
    assert browser.get("/records?reg_no=R0001").status_code == 200
    (line,) = missing_secrets(region.store)
    assert "keys restore" in line
    assert recipient_of(IDENTITY) in line
    with pytest.raises(UnusableKeyError):
        restore_key(region.store, new_identity())
    with pytest.raises(KeyExistsError):
        make_key(region.store)
    assert not (region.settings.home / "keys").exists(), "no key is made by itself"
    restore_key(region.store, IDENTITY.lower())
    assert state(region, record) == "accepted"
    assert browser.judge(record.digest, "passed").status_code == 303
    assert lost.exists()


def test_a_region_without_any_key_is_told_how_to_make_one(places):
    region = places.new(furnished=False)
    with pytest.raises(MissingKeyError, match="keys new"):
        current_recipient(region.store)
    assert make_key(region.store) == current_recipient(region.store)
    assert [key.is_here for key in key_history(region.store)] == [True]


def test_an_object_that_holds_another_file_is_not_accepted(region):
    record, files = sealed()
    one, two = (one.digest for one in record.objects[-2:])

    changed, held = resigned(record, files, one, encrypt(picture(5), SEALER.recipients))
    region.deliver(changed, held)
    answer = region.get(f"/records/{changed.digest}")
    assert answer.json["error"]["code"] == "cannot_be_opened", two


def test_what_rots_on_the_regions_disk_before_it_was_opened_is_asked_for_again(region):
    record, files = sealed()
    region.put(f"/records/{record.digest}", record.content)
    first, *others = files
    region.put(f"/files/{first}", files[first])
    spoil(region, first, b"x" * len(files[first]))
    for digest in others:
        region.put(f"/files/{digest}", files[digest])
    assert region.get(f"/records/{record.digest}").json["receipt"]["missing"] == [first]
    region.put(f"/files/{first}", files[first])
    assert state(region, record) == "accepted"


def test_a_crash_between_the_last_object_and_its_opening_is_made_up_for(region):
    lost = lose_keys(region)
    record, files = sealed()
    region.deliver(record, files)
    with region.store.write() as session:
        session.scalars(select(RecordRow)).one().trouble = ""
    shutil.move(lost, region.settings.home / "keys")
    assert state(region, record) == "accepted"


def test_nothing_of_a_person_reaches_the_regions_disk(region, browser: Browser):
    record, files = sealed("R0004711", visit="visit-1")
    region.deliver(record, files)
    page = browser.get(f"/records/{record.digest}")
    assert "欧阳测试" in page.text
    browser.get("/records?reg_no=R0004711")
    region.get("/records")
    plain = [b"R0004711", "欧阳测试".encode(), b"990101199101010027", picture(), b"a template"]
    for name, content in everything_kept(region):
        assert not [text for text in plain if text in content], name


def test_the_demo_makes_its_keys_once_and_none_where_one_was_lost(tmp_path):
    settings = Settings(tmp_path)
    first = prepare_demo(settings, SIGNER.public)
    assert prepare_demo(settings, SIGNER.public) == first
    assert (tmp_path / "sealing-demo.pub").read_text(encoding="ascii").strip() == first.recipient
    shutil.rmtree(tmp_path / "keys")
    with pytest.raises(MissingKeyError, match=first.recipient):
        prepare_demo(settings, SIGNER.public)
    assert not (tmp_path / "keys").exists()
