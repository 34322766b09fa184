"""Exports: asked what for, marked, noted, and only for those who may."""

import io
import re

from openpyxl import load_workbook
from sqlalchemy import select

from records.verdict import Decision
from region.desk.worklist import Filter, View
from region.exports import lists
from region.exports.workbook import CHUNK_BYTES
from region.models import AuditLine, Reviewer
from region.receiving import serving
from region.registry.changing import Actor
from region.registry.status import Role
from region.verdicts import Opinion, give_verdict
from tests.support.desks import ADMIN, LEAD, Desk
from tests.support.region_app import Region
from tests.support.region_records import sealed
from tests.support.registry import YEAR, Registry, somebody


def audit(region: Region) -> list[tuple[str, str, str]]:
    with region.store.read() as session:
        of_exports = select(AuditLine).where(AuditLine.act.like("export%")).order_by(AuditLine.seq)
        return [(line.act, line.subject, line.detail) for line in session.scalars(of_exports)]


def rows_of(content: bytes) -> list[list[object]]:
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_the_list_as_filtered_with_names_and_without_most_of_the_numbers(
    embedded: Region, embedded_registry: Registry
) -> None:
    embedded_registry.venue_passed(0)
    embedded_registry.venue_passed(1)
    embedded_registry.submitted(2)
    desk = Desk(embedded, LEAD)
    desk.get("/exports/?view=waiting")
    answer = desk.post("/exports/worklist", year=str(YEAR), view="waiting", purpose="report")
    assert answer.status_code == 200
    name = re.search(r"filename=(.+)", answer.headers["Content-Disposition"])
    assert name
    assert re.fullmatch(r"worklist-\d{8}-\d{6}\.xlsx", name[1])
    mark, head, *rows = rows_of(answer.data)
    assert (LEAD in str(mark[0]), "Report to a superior office" in str(mark[0])) == (True, True)
    assert head[:3] == ["Registration number", "Name", "ID number"]
    people = {row[0]: (row[1], row[2]) for row in rows}
    expected = {somebody(number).reg_no: somebody(number).fields for number in (0, 1)}
    assert people.keys() == expected.keys()
    for reg_no, (name_there, id_no) in people.items():
        assert name_there == expected[reg_no]["name"]
        assert id_no != expected[reg_no]["id_no"]
        assert str(id_no).endswith(expected[reg_no]["id_no"][-4:])
    begun, finished = audit(embedded)
    assert begun == ("export_begun", "worklist", f"report year={YEAR} view=waiting")
    assert finished == ("export_finished", "worklist", "rows 2")


def test_without_a_purpose_there_is_no_list(embedded: Region, embedded_registry: Registry) -> None:
    desk = Desk(embedded, LEAD)
    for path in ("/exports/worklist", "/exports/verdicts", "/figures/export"):
        desk.get("/exports/")
        answer = desk.post(path, year=str(YEAR), kind="progress", purpose="because")
        assert (answer.status_code, answer.mimetype) == (422, "text/html")
        assert "Say what the list is for." in answer.text
    assert audit(embedded) == []


def test_administrators_take_figures_away_and_no_names(embedded: Region, embedded_registry: Registry) -> None:
    embedded_registry.venue_passed(0)
    desk = Desk(embedded, ADMIN)
    desk.get("/figures/exports")
    for path in ("/exports/worklist", "/exports/verdicts"):
        assert desk.post(path, year=str(YEAR), purpose="report").status_code == 403
    found = {}
    for kind in ("progress", "days"):
        answer = desk.post("/figures/export", year=str(YEAR), kind=kind, purpose="inspection")
        found[kind] = [row for row in rows_of(answer.data)[1:] if row[0] == "Day" or "测试考点" in row]
    assert found["progress"] == [["测试考点", 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1]]
    head, *days = found["days"]
    totals = {word: sum(row[column] for row in days) for column, word in enumerate(head) if column > 1}
    assert {word: total for word, total in totals.items() if total} == {
        "Expected": 1,
        "Submitted for review": 1,
        "Passed at the venue": 1,
    }
    assert [act for act, _kind, _rows in audit(embedded)] == ["export_begun", "export_finished"] * 2


def test_what_waits_for_a_slow_browser_lies_on_no_disk(embedded: Region) -> None:
    server = serving(embedded.app, host="127.0.0.1", port=0)
    try:
        assert server.adj.outbuf_high_watermark + CHUNK_BYTES < server.adj.outbuf_overflow
    finally:
        server.close()


def test_whoever_hangs_up_is_noted_too(embedded: Region, embedded_registry: Registry) -> None:
    embedded_registry.venue_passed(0)
    desk = Desk(embedded, LEAD)
    desk.get("/exports/")
    fields = {"csrf_token": desk._token, "year": str(YEAR), "view": "waiting", "purpose": "report"}
    answer = desk.client.post("/exports/worklist", data=fields, buffered=False)
    answer.close()
    assert [act for act, _kind, _rows in audit(embedded)] == ["export_begun", "export_broken"]


def test_long_lists_are_read_page_by_page(region: Region, registry: Registry, monkeypatch) -> None:
    monkeypatch.setattr(lists, "AT_ONCE", 2)
    keys = [registry.submitted(number) for number in range(5)]
    actor, wanted = Actor("r", Role.LEAD), Filter(YEAR, View.AT_VENUE)
    listed = lists._registrations(region.store, actor, wanted)
    assert [row.id for row in listed] == [key.id for key in sorted(keys, key=lambda one: one.id)]
    with region.store.read() as session:
        reviewer = session.scalars(select(Reviewer.id).where(Reviewer.name == LEAD)).one()
    for number in range(5):
        record, files = sealed(f"V{number}")
        region.deliver(record, files)
        give_verdict(region.store, record.digest, reviewer, Opinion(Decision.PASSED, "", ""))
    assert [row.record_digest for row, _visit, _version in lists._verdicts(region.store, "")] != []
    assert len(list(lists._verdicts(region.store, ""))) == 5
    assert [version for _row, _visit, version in lists._verdicts(region.store, "V-OTHER")] == []
