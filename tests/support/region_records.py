"""Finished records of people who could not be, for tests of the region."""

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from PIL import Image

from records.evidence import Attachment, Entry, Evidence
from records.record import Heading, build_record
from records.seal import SealedRecord, seal
from records.standing import standing

AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
VENUE = "V-TEST"


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
) -> tuple[SealedRecord, dict[str, bytes]]:
    """Return a sealed record and the content of each file it names."""
    acts = list(evidence) if evidence is not None else ordinary_evidence(picture(red))
    entries = [
        Entry(number, replace(act, taken_at=AT + timedelta(minutes=number)), "capture-1", "booth-1")
        for number, act in enumerate(acts, start=1)
    ]
    heading = Heading(venue, f"visit-{reg_no}", reg_no, version, previous, "default@1", "0" * 64, AT)
    record = build_record(heading, entries, standing(entries, facts(reg_no)))
    contents = {file.digest: file.content or b"" for act in acts for file in act.attachments}
    record_sealed = seal(record)
    return record_sealed, {file.digest: contents[file.digest] for file in record_sealed.files}
