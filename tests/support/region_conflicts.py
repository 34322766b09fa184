"""Deliver records that contradict each other to a region, and settle as a reviewer does."""

from sqlalchemy import select
from werkzeug.test import TestResponse

from records.seal import SealedRecord, Sealer
from region.conflicts import Conflict, find_open
from region.models import AuditLine, RecordRow
from tests.support.region_app import KEY, OTHER_KEY, OTHER_VENUE, Browser, Region
from tests.support.region_records import OTHER_SIGNER, SEALER, ordinary_evidence, picture, sealed


def deliver(region: Region, *, key: str = KEY, **more: object) -> SealedRecord:
    record, files = sealed("R0001", **more)
    assert region.put(f"/records/{record.digest}", record.content, key=key).status_code == 201
    for digest, content in files.items():
        region.put(f"/files/{digest}", content, key=key)
    return record


def elsewhere(region: Region, **more: object) -> SealedRecord:
    """The same candidate's record from the other venue."""
    evidence = ordinary_evidence(picture(9))
    theirs = Sealer(SEALER.recipients, OTHER_SIGNER)
    return deliver(region, key=OTHER_KEY, evidence=evidence, venue=OTHER_VENUE, visit="other", sealer=theirs, **more)


def conflicts(region: Region) -> list[Conflict]:
    with region.store.read() as session:
        return find_open(session)


def kinds(region: Region) -> list[str]:
    return [one.kind.value for one in conflicts(region)]


def only(region: Region) -> Conflict:
    (found,) = conflicts(region)
    return found


def settle(
    browser: Browser, conflict: Conflict, choice: str, reason: str = "other", note: str = "请看说明"
) -> TestResponse:
    browser.get(f"/conflicts/{conflict.key}")
    return browser.post(f"/conflicts/{conflict.key}", choice=choice, reason=reason, note=note)


def acts(region: Region) -> list[str]:
    with region.store.read() as session:
        return list(session.scalars(select(AuditLine.act)))


def row_of(region: Region, record: SealedRecord) -> RecordRow:
    with region.store.read() as session:
        return session.scalars(select(RecordRow).where(RecordRow.digest == record.digest)).one()


def verdicts(region: Region, key: str = KEY) -> list[tuple[str, str, str]]:
    found = region.get("/verdicts?since=0", key=key).json["verdicts"]
    return [(one["record_digest"], one["decision"], one["code"]) for one in found]
