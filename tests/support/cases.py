"""Visits as a step sees them, of people who could not be."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time

from kiosk.step import Actor, Answers, Case, Upload
from records.evidence import Attachment, Entry, Evidence
from records.registration import Registration, Slot
from records.standing import standing

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
TODAY = date(2026, 3, 2)
SLOT = Slot(TODAY, time(9, 30), time(10, 0))
ORDER = ("arrival", "form", "consent", "materials", "signature", "fingerprint", "photo")
FIELDS = {
    "reg_no": "TEST0001",
    "name": "欧阳测试",
    "sex": "女",
    "born_on": "1991-01-01",
    "id_no": "990101199101010027",
    "exam_category": "临床",
    "mobile": "10000000001",
    "kinds": "LV1,FRESH",
}

CAPTURE = Actor("S-CAPTURE", "采集员测试", frozenset({"CAPTURE"}))
REVIEWER = Actor("S-REVIEW2", "复核员测试", frozenset({"REVIEW2"}))
LEAD = Actor("S-LEAD", "负责人测试", frozenset({"LEAD"}))
CANDIDATE = Actor()


def case_of(
    evidence: Iterable[Evidence] = (),
    *,
    slot: Slot | None = SLOT,
    order: tuple[str, ...] = ORDER,
    now: datetime = NOW,
) -> Case:
    """A visit in which this happened."""
    given = list(evidence)
    entries = tuple(
        Entry(seq, one if one.attachments == () else _as_stored(one), "candidate", "测试台")
        for seq, one in enumerate(given, start=1)
    )
    registration = Registration("TEST0001", FIELDS, slot)
    files = {file.digest: file.content for one in given for file in one.attachments if file.content is not None}
    return Case("visit-1", registration, standing(entries, FIELDS), entries, order, now, TODAY, content=files.get)


def answers_of(
    fields: dict[str, str] | None = None,
    *,
    actor: Actor = CANDIDATE,
    second: Actor | None = None,
    files: dict[str, bytes] | None = None,
) -> Answers:
    """What a screen sent."""
    uploads = {name: (Upload(f"{name}.jpg", content),) for name, content in (files or {}).items()}
    return Answers(fields or {}, actor, uploads, second)


def consent(purpose: str, *, agreed: bool) -> Evidence:
    """What the candidate said to one purpose."""
    return Evidence("consent", NOW, {"agreed": agreed, "version": "1"}, part=purpose)


def _as_stored(evidence: Evidence) -> Evidence:
    """Files come back from the store without their bytes."""
    files: tuple[Attachment, ...] = tuple(replace(file, content=None) for file in evidence.attachments)
    return replace(evidence, attachments=files)
