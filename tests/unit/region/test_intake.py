"""What the region takes in, what it refuses, and that often is once."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from records.canonical import canonical_bytes, digest_bytes
from region.intake import MAX_FILE_BYTES, MAX_RECORD_BYTES
from region.models import RecordFile, RecordRow, StoredFile
from tests.support.region_app import OTHER_KEY, Browser, furnish, open_region
from tests.support.region_records import SIGNER, picture, sealed, spoiled


def count(region, table):
    with region.store.read() as session:
        return session.scalar(select(func.count()).select_from(table))


def said(receipt):
    return receipt["digest"], receipt["state"], receipt["missing"]


def test_a_record_is_accepted_only_when_its_last_file_is_there(region):
    record, files = sealed()
    receipt = region.put(f"/records/{record.digest}", record.content).json["receipt"]
    assert said(receipt) == (record.digest, "stored", sorted(files))
    for left, (digest, content) in zip(range(len(files) - 1, -1, -1), files.items(), strict=True):
        answer = region.put(f"/files/{digest}", content)
        assert said(answer.json["receipt"]) == (digest, "stored", [])
        receipt = region.get(f"/records/{record.digest}").json["receipt"]
        assert len(receipt["missing"]) == left
        assert receipt["state"] == ("stored" if left else "accepted")


def test_a_record_without_pictures_is_accepted_with_its_one_part(region):
    record, parts = sealed(evidence=[])
    ((digest, content),) = parts.items()
    region.put(f"/records/{record.digest}", record.content)
    region.put(f"/files/{digest}", content)
    assert region.get(f"/records/{record.digest}").json["receipt"]["state"] == "accepted"


def test_the_same_objects_many_times_at_once_are_one(region):
    record, files = sealed()
    digest, content = next(iter(files.items()))
    with ThreadPoolExecutor(12) as pool:
        records = list(pool.map(lambda _: region.put(f"/records/{record.digest}", record.content), range(24)))
        pictures = list(pool.map(lambda _: region.put(f"/files/{digest}", content), range(24)))
    assert sorted(answer.status_code for answer in records) == [200] * 23 + [201]
    assert sorted(answer.status_code for answer in pictures) == [200] * 23 + [201]
    assert (count(region, RecordRow), count(region, StoredFile), count(region, RecordFile)) == (1, 1, len(files))
    assert [path.name for path in region.store.files.folder.rglob("*") if path.is_file()] == [digest]


def test_a_restart_between_record_and_files_loses_nothing(region):
    record, files = sealed()
    region.put(f"/records/{record.digest}", record.content)
    first, *others = files
    region.put(f"/files/{first}", files[first])
    region.store.close()
    again = open_region(region.settings.home)
    assert again.get(f"/records/{record.digest}").json["receipt"]["missing"] == sorted(others)
    again.deliver(record, files)
    assert again.get(f"/records/{record.digest}").json["receipt"]["state"] == "accepted"
    again.store.close()


def test_a_file_whose_row_was_lost_with_the_power_is_taken_again(region):
    record, files = sealed()
    region.put(f"/records/{record.digest}", record.content)
    digest, content = next(iter(files.items()))
    path = region.store.files.path(digest)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content[:5])
    assert region.put(f"/files/{digest}", content).status_code == 201
    assert path.read_bytes() == content


def test_bytes_of_another_digest_are_refused_and_leave_nothing(region):
    record, files = sealed()
    wrong = region.put(f"/records/{record.digest}", record.content + b" ")
    assert (wrong.status_code, wrong.json["error"]["code"]) == (409, "digest_mismatch")
    assert count(region, RecordRow) == 0
    region.put(f"/records/{record.digest}", record.content)
    wrong = region.put(f"/files/{next(iter(files))}", b"something else")
    assert (wrong.status_code, wrong.json["error"]["code"]) == (409, "digest_mismatch")
    assert count(region, StoredFile) == 0
    assert [path for path in region.store.files.folder.rglob("*") if path.is_file()] == []


def test_a_record_of_another_venue_is_refused(region):
    record, files = sealed()
    answer = region.put(f"/records/{record.digest}", record.content, key=OTHER_KEY)
    assert (answer.status_code, answer.json["error"]["code"]) == (403, "other_venue")
    region.put(f"/records/{record.digest}", record.content)
    assert region.get(f"/records/{record.digest}", key=OTHER_KEY).status_code == 404
    digest, content = next(iter(files.items()))
    answer = region.put(f"/files/{digest}", content, key=OTHER_KEY)
    assert (answer.status_code, answer.json["error"]["code"]) == (409, "not_announced")


def test_a_file_that_no_record_names_is_refused(region):
    content = picture()
    answer = region.put(f"/files/{digest_bytes(content)}", content)
    assert (answer.status_code, answer.json["error"]["code"]) == (409, "not_announced")


@pytest.mark.parametrize("key", ["", "wrong", "key-of-the-test-venue "[:-2]])
def test_without_a_known_key_nothing_is_answered(region, key):
    for path in ("/status", "/verdicts", "/records/" + "0" * 64, "/no-such-thing"):
        answer = region.get(path, key=key)
        assert (answer.status_code, answer.json["error"]["code"]) == (401, "unknown_key")


DEEP = b"[" * 200_000 + b"]" * 200_000


def broken(change, inner=True):
    """The bytes of an envelope, signed as it is, with something wrong in its manifest or around it."""
    record, _files = sealed()
    document = json.loads(record.content)
    change(document["manifest"] if inner else document)
    document["signature"] = SIGNER.sign(canonical_bytes(document["manifest"]))
    return canonical_bytes(document)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"<html>no</html>",
        b"[1]",
        DEEP,
        broken(lambda envelope: envelope.update(schema="kaodian.envelope/99"), inner=False),
        broken(lambda envelope: envelope.update(more=1), inner=False),
        broken(lambda envelope: envelope.update(key_id=7), inner=False),
        broken(lambda manifest: manifest.update(schema="kaodian.manifest/99")),
        broken(lambda manifest: manifest.update(version=True)),
        broken(lambda manifest: manifest.update(version=0)),
        broken(lambda manifest: manifest.update(version=10**9)),
        broken(lambda manifest: manifest.update(visit="9" * 65)),
        broken(lambda manifest: manifest.update(reg_no="R0001")),
        broken(lambda manifest: manifest.update(sealed_at="yesterday")),
        broken(lambda manifest: manifest.update(sealed_at="2026-03-02T01:00:00")),
        broken(lambda manifest: manifest.update(recipients=[])),
        broken(lambda manifest: manifest.update(objects=[])),
        broken(lambda manifest: manifest["objects"].append(manifest["objects"][0])),
        broken(lambda manifest: manifest["objects"][0].update(size_bytes="big")),
        broken(lambda manifest: manifest["objects"][0].update(kind="folder")),
        broken(lambda manifest: manifest["objects"][0].update(sha256="../etc")),
        broken(lambda manifest: manifest["objects"][0].update(sensitivity="none")),
        broken(lambda manifest: manifest["objects"][0].pop("kind")),
    ],
)
def test_what_is_no_record_is_refused_and_kept_nowhere(region, content, caplog):
    answer = region.put(f"/records/{hashlib.sha256(content).hexdigest()}", content)
    assert (answer.status_code, answer.json["error"]["code"]) == (422, "malformed")
    assert "malformed" in caplog.text
    assert count(region, RecordRow) == 0


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("identity", lambda part: part.update(schema="kaodian.part/99")),
        ("identity", lambda part: part.update(visit="another")),
        ("identity", lambda part: part.update(version=2)),
        ("identity", lambda part: part.update(sensitivity="materials")),
        ("identity", lambda part: part.update(reg_no="9" * 65)),
        ("identity", lambda part: part.pop("reg_no")),
        ("identity", lambda part: part["facts"].update(name=7)),
        ("identity", lambda part: part["trail"][0].update(data="text")),
        ("identity", lambda part: part["trail"][0].update(step=None)),
        ("identity", lambda part: part["trail"][0].pop("actor")),
        ("identity", lambda part: part["trail"][0].update(seq=8)),
        ("identity", lambda part: part["standing"].append("1")),
        ("biometrics", lambda part: part.update(reg_no="R0001")),
        ("biometrics", lambda part: part["files"].pop()),
        ("biometrics", lambda part: part["files"].append(part["files"][0])),
        ("biometrics", lambda part: part["files"][0].update(object="0" * 64)),
    ],
)
def test_a_record_whose_inside_is_wrong_is_not_accepted_and_said_without_a_word_of_it(region, part, change, caplog):
    record, files = spoiled(part, change)
    region.deliver(record, files)
    answer = region.get(f"/records/{record.digest}")
    assert (answer.status_code, answer.json["error"]["code"]) == (422, "cannot_be_opened")
    assert not answer.json["error"]["retryable"]
    assert "欧阳测试" not in caplog.text + answer.text
    assert "990101" not in caplog.text + answer.text
    with region.store.read() as session:
        assert session.scalars(select(RecordRow.accepted_at)).all() == [None]


def test_too_large_is_refused(region):
    record, files = sealed()
    answer = region.put(f"/records/{record.digest}", b" " * (MAX_RECORD_BYTES + 1))
    assert (answer.status_code, answer.json["error"]["code"]) == (413, "too_large")
    region.put(f"/records/{record.digest}", record.content)
    answer = region.put(f"/files/{next(iter(files))}", b"x" * (MAX_FILE_BYTES + 1))
    assert (answer.status_code, answer.json["error"]["code"]) == (413, "too_large")


@pytest.mark.parametrize("path", ["/records/abc", "/records/" + "G" * 64, "/verdicts?since=-1", "/verdicts?since=x"])
def test_an_address_that_makes_no_sense_is_a_bad_request(region, path):
    answer = region.get(path)
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "bad_request")


def test_the_newer_version_counts_whatever_the_order_of_arrival(region):
    first, first_files = sealed()
    second, second_files = sealed(version=2, previous=first.digest, red=201)
    region.deliver(second, second_files)
    region.deliver(first, first_files)
    with region.store.read() as session:
        current = session.scalars(select(RecordRow.digest).where(RecordRow.is_current)).all()
    assert current == [second.digest]
    assert count(region, RecordRow) == 2


def test_two_records_of_one_version_are_both_kept_and_shown_as_a_conflict(region, browser: Browser):
    one, one_files = sealed()
    two, two_files = sealed(red=201)
    region.deliver(one, one_files)
    region.deliver(two, two_files)
    for record in (one, two):
        assert "Another record claims to be the same" in browser.get(f"/records/{record.digest}").text
    assert browser.judge(one.digest, "passed").status_code == 303
    assert browser.judge(two.digest, "passed").status_code == 409
    assert browser.judge(two.digest, "refused", reason="duplicate").status_code == 303


def test_a_furnished_region_tells_its_name_and_time(region):
    answer = region.get("/status").json
    assert answer == {"region": region.settings.region_name, "now": region.clock.at.isoformat()}


def test_opening_the_region_again_changes_nothing(tmp_path):
    first = furnish(open_region(tmp_path))
    first.store.close()
    second = open_region(tmp_path)
    assert second.get("/status").status_code == 200
    second.store.close()


def test_a_venue_can_reckon_what_the_region_holds_of_it(region):
    records = [sealed(f"R{number:04}", []) for number in range(3)]
    partial, _files = sealed("R0009")
    for record, parts in records:
        region.deliver(record, parts)
    region.put(f"/records/{partial.digest}", partial.content)
    held = region.get("/records").json
    assert [(one["reg_no"], one["state"]) for one in held["records"]] == [
        ("R0000", "accepted"),
        ("R0001", "accepted"),
        ("R0002", "accepted"),
        ("", "stored"),
    ]
    assert region.get(f"/records?after={held['cursor']}").json == {"records": [], "cursor": held["cursor"]}
    assert region.get("/records", key=OTHER_KEY).json["records"] == []
    assert region.get("/records?after=x").status_code == 400
