"""Finished records of people who could not be, for tests of the region."""

import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from PIL import Image

from records.age import decrypt, encrypt, new_identity, recipient_of
from records.bundle import BundleContents, BundledObject, bundle_folder, object_path, wrap_bundle
from records.canonical import canonical_bytes, digest_bytes
from records.evidence import Attachment, Entry, Evidence
from records.manifest import unwrap, wrap
from records.record import Heading
from records.seal import SealedRecord, Sealer, open_record
from records.signing import Signer
from records.standing import standing
from region.document import Document, read_document

AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
VENUE = "V-TEST"
IDENTITY = new_identity()
"""The region's secret key."""
SIGNER, OTHER_SIGNER = Signer.new(), Signer.new()
"""The secret keys of the venue and of another."""
SEALER = Sealer((recipient_of(IDENTITY),), SIGNER)


def picture(red: int = 200, width_px: int = 90, height_px: int = 120) -> bytes:
    """A plain picture; another `red` gives other bytes."""
    content = io.BytesIO()
    Image.new("RGB", (width_px, height_px), (red, 120, 120)).save(content, "PNG")
    return content.getvalue()


def facts(reg_no: str) -> dict[str, str]:
    """The fields of a candidate; the address code of the ID number belongs to no place."""
    return {
        "reg_no": reg_no,
        "name": "欧阳测试",
        "sex": "女",
        "born_on": "1991-01-01",
        "id_no": "990101199101010027",
        "exam_category": "临床",
        "employer": "测试医院",
        "mobile": "10000000001",
        "kinds": "LV1,FRESH",
    }


def ordinary_evidence(photo: bytes) -> list[Evidence]:
    """What a visit without any exception leaves behind."""
    shot = Attachment.of("picture", "image/png", photo)
    finger = Attachment.of("picture", "image/png", picture(30))
    template = Attachment.of("template", "application/octet-stream", b"a template")
    drawn = Attachment.of("picture", "image/png", picture(90, 300, 100))
    return [
        Evidence("arrival", AT, {"slot": "on_time"}),
        Evidence("form", AT, {"confirmed": True}),
        Evidence("consent", AT, {"decision": "agreed", "text_version": "2026-01"}, part="face"),
        Evidence("consent", AT, {"decision": "agreed", "text_version": "2026-01"}, part="fingerprint"),
        Evidence("materials", AT, {"verdict": "pass", "reason": "", "due_on": "", "note": ""}, part="M02"),
        Evidence("signature", AT, {"strokes": 4}, attachments=(drawn,)),
        Evidence(
            "fingerprint",
            AT,
            {"finger": "17", "quality_pct": 71, "reasons": [], "accepted": True},
            part="17:1",
            attachments=(finger, template),
        ),
        Evidence("photo", AT, {"accepted": True, "checks": {"one_face": True}}, attachments=(shot,)),
    ]


def sealed(
    reg_no: str = "R0001",
    evidence: Sequence[Evidence] | None = None,
    *,
    version: int = 1,
    previous: str = "",
    venue: str = VENUE,
    red: int = 200,
    visit: str = "",
    sealer: Sealer = SEALER,
    fields: Mapping[str, str] | None = None,
) -> tuple[SealedRecord, dict[str, bytes]]:
    """Return a sealed record and the encrypted content of each object it names."""
    acts = list(evidence) if evidence is not None else ordinary_evidence(picture(red))
    entries = [
        Entry(number, replace(act, taken_at=AT + timedelta(minutes=number)), "capture-1", "booth-1")
        for number, act in enumerate(acts, start=1)
    ]
    heading = Heading(venue, visit or f"visit-{reg_no}", reg_no, version, previous, "default@1", "0" * 64, AT)
    contents = {file.digest: file.content for act in acts for file in act.attachments}
    record = sealer.seal(heading, entries, standing(entries, fields or facts(reg_no)), contents.get, {})
    return record, {one.digest: one.content or b"" for one in record.objects}


def opened(record: SealedRecord, contents: Mapping[str, bytes]) -> Document:
    """What the region reads in a record."""
    manifest = unwrap(record.content, record.digest).manifest
    return read_document(manifest, open_record(manifest, contents.__getitem__, [IDENTITY]))


def reopened(content: bytes) -> dict[str, Any]:
    """What a part's encrypted object says."""
    return dict(json.loads(decrypt(content, [IDENTITY])))


def spoiled(
    sensitivity: str, change: Callable[[dict[str, Any]], object], reg_no: str = "R0001"
) -> tuple[SealedRecord, dict[str, bytes]]:
    """Return a record of which a part was changed before it was encrypted and signed."""
    record, contents = sealed(reg_no)
    old = next(one for one in record.objects if one.kind == "part" and one.sensitivity == sensitivity)
    part = reopened(contents.pop(old.digest))
    change(part)
    return resigned(record, contents, old.digest, encrypt(canonical_bytes(part), SEALER.recipients))


def resigned(
    record: SealedRecord, contents: dict[str, bytes], old: str, content: bytes
) -> tuple[SealedRecord, dict[str, bytes]]:
    """Return a record in which other bytes stand in an object's place, signed as if that were right."""
    manifest = unwrap(record.content, record.digest).manifest
    new = digest_bytes(content)
    objects = tuple(
        replace(one, digest=new, size_bytes=len(content)) if one.digest == old else one for one in manifest.objects
    )
    envelope = wrap(replace(manifest, objects=objects), SIGNER)
    kept = {digest: held for digest, held in contents.items() if digest != old}
    return SealedRecord(envelope, digest_bytes(envelope), SIGNER.key_id, ()), kept | {new: content}


def bundled(stick: Path, signer: Signer = SIGNER, venue: str = VENUE, count: int = 1) -> BundleContents:
    """Lay a bundle of so many records onto a stick."""
    records = [sealed(f"R{number:04}") for number in range(1, count + 1)]
    objects = {record.digest: (record.content, "record") for record, _files in records}
    objects |= {one: (content, "file") for _record, files in records for one, content in files.items()}
    folder = bundle_folder(stick, venue)
    listed = tuple(BundledObject(digest, len(content), kind) for digest, (content, kind) in objects.items())
    contents = BundleContents(venue, 3, AT.isoformat(), recipient_of(new_identity()), 0, listed)
    for digest, (content, _kind) in objects.items():
        path = object_path(folder, digest)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (folder / "bundle.json").write_bytes(wrap_bundle(contents, signer))
    return contents
