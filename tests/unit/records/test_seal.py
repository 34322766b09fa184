"""Sealing and opening a record."""

import json
from typing import Any

import pytest

from records.canonical import canonical_bytes, digest_bytes
from records.errors import DigestMismatchError, MalformedRecordError
from records.evidence import Attachment, Entry, Evidence
from records.record import Heading, build_record
from records.seal import open_sealed, seal
from records.standing import standing
from tests.support.builders import START


@pytest.fixture
def record() -> dict[str, Any]:
    photo = Evidence("photo", START, {"try": 1}, attachments=(Attachment.of("picture", "image/jpeg", b"x"),))
    entries = (Entry(1, photo, "candidate", "booth-test", monotonic_ns=2**60, boot="b"),)
    heading = Heading("test", "v", "R1", 1, "", "p@1", "d", START)
    return build_record(heading, entries, standing(entries, {"name": "𠮷测试"}))


def test_what_is_sealed_opens_to_the_same(record: dict[str, Any]) -> None:
    sealed = seal(record)
    assert open_sealed(sealed.content, sealed.digest) == record
    assert [file.digest for file in sealed.files] == [digest_bytes(b"x")]


def test_equal_records_have_equal_bytes_whatever_the_order_of_keys(record: dict[str, Any]) -> None:
    assert seal(dict(reversed(record.items()))).content == seal(record).content


def test_one_changed_byte_is_found(record: dict[str, Any]) -> None:
    sealed = seal(record)
    with pytest.raises(DigestMismatchError):
        open_sealed(sealed.content.replace(b'"R1"', b'"R2"'), sealed.digest)


@pytest.mark.parametrize(
    "change",
    [
        {"schema": "other/1"},
        {"version": 0},
        {"version": "1"},
        {"facts": []},
        {"trail": [{}]},
        {"files": [{"sha256": "../etc", "size_bytes": 1, "media_type": "x"}]},
        {"reg_no": None},
    ],
)
def test_a_record_of_another_shape_is_refused(record: dict[str, Any], change: dict[str, Any]) -> None:
    content = canonical_bytes(record | change)
    with pytest.raises(MalformedRecordError):
        open_sealed(content, digest_bytes(content))


@pytest.mark.parametrize("content", [b"", b"<html>", b"[]", b"null", b"\xff\xfe"])
def test_bytes_that_are_no_record_are_refused(content: bytes) -> None:
    with pytest.raises(MalformedRecordError):
        open_sealed(content, digest_bytes(content))


def test_a_record_that_is_not_canonical_is_refused(record: dict[str, Any]) -> None:
    content = json.dumps(record, indent=1).encode()
    with pytest.raises(MalformedRecordError):
        open_sealed(content, digest_bytes(content))
