"""Sealing and opening a record."""

import json
from dataclasses import replace

import pytest

from records.age import decrypt, new_identity, recipient_of
from records.canonical import canonical_bytes, digest_bytes
from records.errors import (
    BadSignatureError,
    DamagedSealError,
    DigestMismatchError,
    LostFileError,
    MalformedRecordError,
    NoKeyError,
    RecordError,
    UnusableKeyError,
)
from records.evidence import Attachment, Entry, Evidence
from records.manifest import unwrap
from records.record import Heading
from records.seal import SealedObject, SealedRecord, Sealer, open_file, open_record
from records.sensitivity import Sensitivity
from records.signing import Signer
from records.standing import never_again, standing
from tests.support.builders import IDENTITY, SEALER, SIGNER, START

PHOTO = Attachment.of("picture", "image/jpeg", b"a face")
PAGE = Attachment.of("page", "image/jpeg", b"a diploma")
FACTS = {"name": "𠮷测试", "id_no": "990101199101010027"}
HEADING = Heading("test", "visit-1", "R1", 1, "", "p@1", "d", START)
ENTRIES = (
    Entry(1, Evidence("arrival", START, {"slot": "on_time"}), "candidate", "kiosk-1"),
    Entry(2, Evidence("materials", START, {"verdict": "pass"}, part="M02", attachments=(PAGE,)), "r", "desk-1"),
    Entry(3, Evidence("photo", START, {"try": 1}, attachments=(PHOTO,)), "c", "booth-1", monotonic_ns=2**60, boot="b"),
)
CONTENTS = {PHOTO.digest: b"a face", PAGE.digest: b"a diploma"}


def sealed(sealer: Sealer = SEALER, heading: Heading = HEADING, earlier: SealedRecord | None = None) -> SealedRecord:
    known = {one.key: replace(one, content=None) for one in earlier.objects} if earlier else {}
    return sealer.seal(heading, ENTRIES, standing(ENTRIES, FACTS), CONTENTS.get, known)


def contents(record: SealedRecord) -> dict[str, bytes]:
    return {one.digest: one.content for one in record.objects if one.content is not None}


def files(record: SealedRecord) -> list[SealedObject]:
    return [one for one in record.objects if one.kind == "file"]


def test_what_is_sealed_opens_to_the_same() -> None:
    record = sealed()
    envelope = unwrap(record.content, record.digest)
    envelope.check(SIGNER.public)
    held = contents(record)
    opened = open_record(envelope.manifest, held.__getitem__, [new_identity(), IDENTITY])
    assert (opened["reg_no"], opened["facts"]) == ("R1", FACTS)
    assert [(line["seq"], line["step"]) for line in opened["trail"]] == [(1, "arrival"), (2, "materials"), (3, "photo")]
    assert sorted(opened["standing"]) == [1, 2, 3]
    assert opened["trail"][2]["monotonic_ns"] == str(2**60)
    for file in opened["files"]:
        content = open_file(held[file["object"]], [IDENTITY], file["sha256"], file["size_bytes"])
        assert content == CONTENTS[file["sha256"]]


def test_an_envelope_says_nothing_about_the_person() -> None:
    envelope = sealed().content.decode()
    for secret in ("R1", *FACTS.values(), *CONTENTS, digest_bytes(b"R1")):
        assert f'"{secret}"' not in envelope
    assert set(json.loads(envelope)["manifest"]) == {
        "schema",
        "venue",
        "visit",
        "version",
        "previous",
        "profile",
        "profile_digest",
        "sealed_at",
        "recipients",
        "objects",
    }


def test_only_the_identity_part_says_whose_it_is() -> None:
    record = sealed()
    held = contents(record)
    for one in unwrap(record.content, record.digest).manifest.parts:
        part = open_file(held[one.digest], [IDENTITY], *_digest_and_size(held[one.digest]))
        is_identity = one.sensitivity is Sensitivity.IDENTITY
        assert (b"990101" in part, b'"R1"' in part) == (is_identity, is_identity)


def _digest_and_size(content: bytes) -> tuple[str, int]:

    plain = decrypt(content, [IDENTITY])
    return digest_bytes(plain), len(plain)


def test_nobody_else_opens_it() -> None:
    record = sealed()
    with pytest.raises(NoKeyError):
        open_record(unwrap(record.content, record.digest).manifest, contents(record).__getitem__, [new_identity()])


def test_two_recipients_can_each_open_it_alone() -> None:
    other = new_identity()
    record = sealed(Sealer((*SEALER.recipients, recipient_of(other)), SIGNER))
    for identity in (IDENTITY, other):
        assert open_record(unwrap(record.content, record.digest).manifest, contents(record).__getitem__, [identity])


def test_nothing_is_ever_sealed_to_nobody() -> None:
    with pytest.raises(UnusableKeyError):
        sealed(Sealer((), SIGNER))


def test_a_new_version_takes_over_the_files_and_makes_its_parts_anew() -> None:
    first = sealed()
    second = sealed(heading=replace(HEADING, version=2, previous=first.digest), earlier=first)
    assert [one.digest for one in files(second)] == [one.digest for one in files(first)]
    assert all(one.content is None for one in files(second))
    parts = {one.digest for one in second.objects} - {one.digest for one in files(second)}
    assert parts.isdisjoint(one.digest for one in first.objects)


def test_after_the_regions_key_has_changed_a_file_that_is_here_is_sealed_to_the_new_one() -> None:
    first = sealed()
    new = Sealer((recipient_of(new_identity()),), SIGNER)
    second = sealed(new, earlier=first)
    assert {one.recipients for one in files(second)} == {new.recipients}
    known = {one.key: one for one in files(first)}
    gone = new.seal(HEADING, ENTRIES, standing(ENTRIES, FACTS), lambda _digest: None, known)
    assert [one.digest for one in files(gone)] == [one.digest for one in files(first)], "the only copy there is"


def test_a_file_that_is_nowhere_stops_the_sealing() -> None:
    with pytest.raises(LostFileError, match=r"[0-9a-f]{64}"):
        SEALER.seal(HEADING, ENTRIES, standing(ENTRIES, FACTS), lambda _digest: None, {})


def test_a_file_in_two_parts_is_two_objects() -> None:
    both = (*ENTRIES, Entry(4, Evidence("materials", START, {}, part="M03", attachments=(PHOTO,)), "r", "d"))
    record = SEALER.seal(HEADING, both, standing(both, FACTS), CONTENTS.get, {})
    assert len(files(record)) == 3
    assert open_record(unwrap(record.content, record.digest).manifest, contents(record).__getitem__, [IDENTITY])


@pytest.mark.parametrize("at", [0, 40, 200, -1])
def test_one_flipped_bit_in_an_object_is_found(at: int) -> None:
    record = sealed()
    held = contents(record)
    digest = files(record)[0].digest
    spoiled = bytearray(held[digest])
    spoiled[at] ^= 1
    with pytest.raises((DamagedSealError, NoKeyError)):
        open_file(bytes(spoiled), [IDENTITY], "0" * 64, 1)


def test_another_file_inside_is_found() -> None:
    record = sealed()
    one, two = files(record)
    with pytest.raises(DigestMismatchError):
        open_file(contents(record)[one.digest], [IDENTITY], two.plain_digest, 6)


def test_one_changed_byte_in_the_envelope_is_found() -> None:
    record = sealed()
    changed = record.content.replace(b'"version":1', b'"version":2')
    with pytest.raises(DigestMismatchError):
        unwrap(changed, record.digest)
    with pytest.raises(BadSignatureError):
        unwrap(changed, digest_bytes(changed)).check(SIGNER.public)


def test_a_signature_of_another_key_is_none() -> None:
    record = sealed()
    with pytest.raises(BadSignatureError):
        unwrap(record.content, record.digest).check(Signer.new().public)


@pytest.mark.parametrize("content", [b"", b"<html>", b"[]", b"null", b"\xff\xfe", b'{"schema": "kaodian.envelope/1"}'])
def test_bytes_that_are_no_record_are_refused(content: bytes) -> None:
    with pytest.raises(MalformedRecordError):
        unwrap(content, digest_bytes(content))


def test_an_envelope_that_is_not_canonical_is_refused() -> None:
    content = json.dumps(json.loads(sealed().content), indent=1).encode()
    with pytest.raises(MalformedRecordError):
        unwrap(content, digest_bytes(content))


def test_a_part_of_another_visit_is_refused() -> None:
    record, other = sealed(), sealed(heading=replace(HEADING, visit="visit-2"))
    manifest = unwrap(record.content, record.digest).manifest
    parts = [one.digest for one in unwrap(other.content, other.digest).manifest.parts]
    swapped = dict(zip((one.digest for one in manifest.parts), (contents(other)[one] for one in parts), strict=True))
    with pytest.raises(MalformedRecordError, match="another record"):
        open_record(manifest, swapped.__getitem__, [IDENTITY])


def test_canonical_means_that_the_manifest_is_a_stretch_of_the_envelope() -> None:
    record = sealed()
    manifest = unwrap(record.content, record.digest).manifest
    assert canonical_bytes(manifest.as_json()) in record.content


def test_what_can_never_count_again_is_told_from_what_may() -> None:
    def taken(seq: int, step: str, **more: object) -> Entry:
        return Entry(seq, Evidence(step, START, {}, **more), "c", "s")  # type: ignore[arg-type]

    entries = (
        taken(1, "photo"),
        taken(2, "signature", bound_to="other data"),
        taken(3, "photo"),
        taken(4, "fingerprint", part="17:1"),
        taken(5, "retake", part="fingerprint", withdraws=("fingerprint",)),
    )
    assert [entry.seq for entry in never_again(entries)] == [1, 4]


def test_no_single_flipped_bit_of_an_envelope_goes_unnoticed() -> None:
    record = sealed()
    for at in range(len(record.content)):
        changed = bytearray(record.content)
        changed[at] ^= 1 << (at % 8)
        with pytest.raises(RecordError):
            unwrap(bytes(changed), digest_bytes(bytes(changed))).check(SIGNER.public)
