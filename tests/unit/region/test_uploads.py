"""Uploads in parts: every byte that was acknowledged stays, whatever happens, and each object is taken once."""

import hashlib
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from records.canonical import digest_bytes
from records.receipt import check_receipt, read_keys
from records.seal import Sealer
from records.signing import Signer
from region.errors import SettingsError
from region.intake import MAX_FILE_BYTES
from region.models import StoredFile, UploadRow
from region.receiving import SHED
from region.signers import enrol, revoke
from region.signing import PUBLIC_FILE, SEED_FILE, receipt_signer
from region.uploads import KEPT_FOR, MAX_BYTES
from tests.support.region_app import OTHER_KEY, open_region
from tests.support.region_records import SEALER, SIGNER, VENUE, ordinary_evidence, sealed
from tests.support.tus_requests import Tus

RECORD, OBJECTS = sealed("R0001", ordinary_evidence(bytes(range(256)) * 4000))
LARGE = max(OBJECTS.values(), key=len)
"""The encrypted photo: what is sent in parts."""
FRESH = Signer.new()
"""A key of the venue that the region has not seen."""


@pytest.fixture
def announced(region):
    """The record is there, its large photo is not."""
    region.put(f"/records/{RECORD.digest}", RECORD.content)
    return RECORD, OBJECTS


@pytest.fixture
def tus(region, announced):
    return Tus(region)


def parts_on_disk(region):
    return sorted(region.store.files.halves().values())


def count(region, table):
    with region.store.read() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_an_upload_goes_on_after_every_part_and_ends_with_a_receipt(region, tus):
    made = tus.create(LARGE)
    assert (made.status_code, made.headers["Upload-Offset"]) == (201, "0")
    url, offset = made.headers["Location"], 0
    for end in (1, 300_000, 300_001, len(LARGE)):
        assert tus.offset(url) == offset
        answer = tus.append(url, offset, LARGE[offset:end])
        offset = end
    assert answer.status_code == 200
    found = check_receipt(
        answer.data, digest_bytes(LARGE), VENUE, read_keys(receipt_signer(region.settings.home).public.hex())
    )
    assert found.receipt.state == "stored"
    assert region.store.files.read_intact(digest_bytes(LARGE)) == LARGE
    assert parts_on_disk(region) == []
    assert tus.offset(url) == len(LARGE), "whoever did not hear the answer can still ask"


def test_the_last_file_brings_the_word_that_its_record_is_accepted(region, tus, announced):
    record, files = announced
    *others, last = files.values()
    for content in others:
        assert "records" not in tus.create(content, content).json
    (along,) = tus.create(last, last).json["records"]
    assert (along["receipt"]["digest"], along["receipt"]["state"]) == (record.digest, "accepted")


def test_a_client_that_knows_only_the_standard_gets_only_the_standard(region, announced):
    tus = Tus(region, prefer=False)
    made = tus.create(LARGE)
    assert made.status_code == 201
    answer = tus.append(made.headers["Location"], 0, LARGE)
    assert (answer.status_code, answer.data, answer.headers["Upload-Offset"]) == (204, b"", str(len(LARGE)))
    again = tus.create(LARGE)
    assert tus.append(again.headers["Location"], 0, LARGE).status_code == 204
    assert count(region, StoredFile) == 1


def test_what_the_region_can_do_it_tells(region, tus):
    answer = tus.ask("OPTIONS")
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert "creation-with-upload" in answer.headers["Tus-Extension"]
    assert "sha1" in answer.headers["Tus-Checksum-Algorithm"]
    assert answer.headers["Tus-Max-Size"] == str(MAX_FILE_BYTES)
    assert tus.create(LARGE, Tus_Resumable="0.2.2").status_code == 412


def test_a_whole_small_object_comes_with_its_announcement(region, tus, announced):
    small = next(content for content in announced[1].values() if content != LARGE)
    first, second = tus.create(small, small), tus.create(small, small)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json["receipt"]["digest"] == second.json["receipt"]["digest"] == digest_bytes(small)
    assert count(region, UploadRow) == 0
    record = announced[0]
    again = tus.create(record.content, record.content, kind="record")
    assert (again.status_code, again.json["receipt"]["state"]) == (200, "stored")


def test_a_known_object_is_answered_by_its_receipt_before_a_byte_is_sent(region, tus):
    tus.append(tus.create(LARGE).headers["Location"], 0, LARGE)
    answer = tus.create(LARGE)
    assert (answer.status_code, answer.json["receipt"]["digest"]) == (200, digest_bytes(LARGE))


def test_announcing_again_finds_what_is_there(region, tus):
    url = tus.create(LARGE, LARGE[:1000]).headers["Location"]
    again = tus.create(LARGE)
    assert (again.status_code, again.headers["Location"], again.headers["Upload-Offset"]) == (201, url, "1000")


def test_a_part_in_the_wrong_place_is_refused_with_the_right_one(region, tus):
    url = tus.create(LARGE, LARGE[:1000]).headers["Location"]
    for offset in (0, 999, 1001, len(LARGE) + 5):
        answer = tus.append(url, offset, b"x" * 10)
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (409, "1000")
    assert answer.json["error"]["retryable"] is True
    assert tus.offset(url) == 1000


def test_more_bytes_than_announced_are_not_taken(region, tus):
    url = tus.create(LARGE).headers["Location"]
    answer = tus.append(url, 0, LARGE + b"more")
    assert answer.json["receipt"]["digest"] == digest_bytes(LARGE)


def test_a_restart_at_any_part_goes_on_at_the_last_byte(region, tus):
    url = tus.create(LARGE, LARGE[:500_000]).headers["Location"]
    region.store.close()
    later = open_region(region.settings)
    tus = Tus(later)
    assert tus.offset(url) == 500_000
    assert tus.append(url, 500_000, LARGE[500_000:]).json["receipt"]["digest"] == digest_bytes(LARGE)
    later.store.close()


def test_other_bytes_than_announced_are_thrown_away_and_can_be_sent_again(region, tus):
    wrong = bytes(reversed(LARGE))
    url = tus.create(LARGE).headers["Location"]
    answer = tus.append(url, 0, wrong)
    assert (answer.status_code, answer.json["error"]["code"]) == (409, "digest_mismatch")
    assert (parts_on_disk(region), tus.ask("HEAD", url).status_code) == ([], 404)
    assert tus.append(tus.create(LARGE).headers["Location"], 0, LARGE).status_code == 200


def test_a_record_that_will_never_be_taken_leaves_nothing_and_one_that_may_be_is_kept(region, tus):
    """A forged one stays forged; an unknown key may be enrolled, and then not a byte has to be sent again."""
    record, _files = sealed("R0002", sealer=Sealer(SEALER.recipients, FRESH))
    content = record.content

    def finish():
        made = tus.create(content, kind="record")
        return tus.append(made.headers["Location"], int(made.headers["Upload-Offset"]), content).json

    assert finish()["error"]["code"] == "unknown_signer"
    assert parts_on_disk(region) == [len(content)]
    enrol(region.store, VENUE, FRESH.public)
    assert tus.create(content, kind="record").json["receipt"]["digest"] == record.digest
    assert parts_on_disk(region) == []
    content = record.content.replace(b'"version":1', b'"version":2')
    assert finish()["error"]["code"] == "bad_signature"
    assert parts_on_disk(region) == []


def test_what_a_revoked_key_signed_is_taken_whole_and_held(region, tus):
    revoke(region.store, SIGNER.key_id, "PC stolen")
    record, _files = sealed("R0003")
    receipt = tus.create(record.content, record.content, kind="record").json["receipt"]
    assert (receipt["digest"], receipt["state"], receipt["held"]) == (record.digest, "stored", "revoked_key")


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_chunk_that_its_checksum_denies_leaves_nothing(region, tus, algorithm):
    url = tus.create(LARGE, LARGE[:10]).headers["Location"]
    true = b64encode(hashlib.new(algorithm, LARGE[10:99]).digest()).decode()
    answer = tus.append(url, 10, b"y" * 89, Upload_Checksum=f"{algorithm} {true}")
    assert (answer.status_code, answer.json["error"]["code"]) == (460, "chunk_damaged")
    assert tus.offset(url) == 10
    assert tus.append(url, 10, LARGE[10:99], Upload_Checksum=f"{algorithm} {true}").status_code == 204
    assert tus.append(url, 99, b"x", Upload_Checksum="crc32 AA==").status_code == 400
    assert tus.append(url, 99, b"x", Upload_Checksum="sha1 !").status_code == 400
    assert tus.append(url, 99, b"x", Upload_Checksum="sha1 \xea").status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Upload_Length": "many"},
        {"Upload_Length": "-1"},
        {"Upload_Length": ""},
        {"Upload_Metadata": ""},
        {"Upload_Metadata": "kind !"},
        {"Upload_Metadata": "kind ZmlsZQ=="},
        {"Upload_Metadata": "kind ZmlsZQ==,sha256 YWJj"},
        {"Upload_Metadata": "kind b3RoZXI="},
        {"Upload_Metadata": "kind Zm\xea="},
    ],
)
def test_an_announcement_that_makes_no_sense_is_refused(region, tus, headers):
    answer = tus.create(LARGE, **headers)
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "bad_request")


def test_too_large_is_refused_before_a_byte_comes(region, tus):
    answer = tus.create(LARGE, Upload_Length=str(MAX_FILE_BYTES + 1))
    assert (answer.status_code, answer.json["error"]["code"]) == (413, "too_large")
    assert tus.append("/nothing", 0, b"x", Content_Type="text/plain").status_code == 415


def test_another_venue_finds_nothing(region, tus):
    url = tus.create(LARGE, LARGE[:10]).headers["Location"]
    other = Tus(region, OTHER_KEY)
    assert other.ask("HEAD", url).status_code == 404
    assert other.append(url, 10, b"x").status_code == 404
    assert other.ask("DELETE", url).status_code == 404
    assert other.create(LARGE).json["error"]["code"] == "not_announced"
    assert Tus(region, "no key").create(LARGE).status_code == 401
    assert tus.offset(url) == 10


def test_an_upload_can_be_given_up(region, tus):
    url = tus.create(LARGE, LARGE[:10]).headers["Location"]
    assert tus.ask("DELETE", url).status_code == 204
    assert (tus.ask("HEAD", url).status_code, parts_on_disk(region)) == (404, [])


def test_a_venue_has_its_share_of_half_uploads(region, tus):
    standard = Tus(region, prefer=False)
    for _upload in range(MAX_BYTES // MAX_FILE_BYTES):
        assert standard.create(LARGE, Upload_Length=str(MAX_FILE_BYTES)).status_code == 201
    answer = standard.create(LARGE, Upload_Length=str(MAX_FILE_BYTES))
    assert (answer.status_code, answer.json["error"]["code"]) == (429, "too_many_uploads")
    assert int(answer.headers["Retry-After"]) > 0


def test_half_uploads_are_swept_away_after_their_time(region, tus):
    url = tus.create(LARGE, LARGE[:10]).headers["Location"]
    region.clock.advance(seconds=KEPT_FOR.total_seconds() + 1)
    Tus(region, prefer=False).create(LARGE)
    assert (tus.ask("HEAD", url).status_code, parts_on_disk(region)) == (404, [])


def test_many_parts_at_once_make_one_object(region, tus):
    url = tus.create(LARGE).headers["Location"]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _n: tus.append(url, 0, LARGE), range(16)))
        again = list(pool.map(lambda _n: tus.create(LARGE), range(16)))
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert 200 in {answer.status_code for answer in answers}
    assert {answer.status_code for answer in again} == {200}
    assert count(region, StoredFile) == 1


def test_over_capacity_is_a_word_and_not_a_loss(region, tus):
    client = region.app.test_client()
    answer = client.post("/api/v1/uploads", environ_overrides={SHED: True})
    assert (answer.status_code, answer.json["error"]["code"]) == (503, "over_capacity")
    assert 0 < int(answer.headers["Retry-After"]) < 10
    assert answer.json["error"]["retryable"] is True


def test_a_damaged_receipt_key_is_said_and_never_replaced(region):
    home = region.settings.home
    public = (home / PUBLIC_FILE).read_text("utf-8")
    assert list(read_keys(public)) == [receipt_signer(home).key_id]
    (home / SEED_FILE).write_text("nonsense", "utf-8")
    with pytest.raises(SettingsError, match="put it back from the backup"):
        receipt_signer(home)
    assert (home / SEED_FILE).read_text("utf-8") == "nonsense"


def test_nothing_half_is_left_of_an_object_that_came_another_way(region, tus):
    plain = Tus(region, prefer=False)
    first, second = (plain.create(LARGE, LARGE[:9000]).headers["Location"] for _way in range(2))
    assert len(parts_on_disk(region)) == 2
    assert tus.append(first, 9000, LARGE[9000:]).status_code == 200
    assert parts_on_disk(region) == []
    assert tus.offset(second) == len(LARGE), "whoever would go on is told that all of it is here"
    assert tus.append(second, len(LARGE), b"").json["receipt"]["digest"] == digest_bytes(LARGE)


def test_what_a_kill_left_behind_of_a_whole_object_goes_when_it_is_announced_again(region, tus):
    tus.create(LARGE, LARGE[:9000])
    region.put(f"/files/{digest_bytes(LARGE)}", LARGE)
    assert parts_on_disk(region) == [9000]
    assert tus.create(LARGE).status_code == 200
    assert parts_on_disk(region) == []
