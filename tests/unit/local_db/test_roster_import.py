"""What an import does to the database."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from sqlalchemy import select

from local_db.audit_models import AuditRow
from local_db.blobs import BlobFolder, SealedFolder
from local_db.clock import Clock
from local_db.engine import Database
from local_db.migrate import migrate
from local_db.models import RegistrationRow, RosterImport
from local_db.reports import ReportFolder
from local_db.roster_flags import settle_flag
from local_db.roster_import import ImportSummary, import_roster
from local_db.store import Origin, PinnedProfile, Store
from records.evidence import Evidence
from rules.roster.demo import demo_people
from rules.roster.demo_files import write_xlsx
from rules.roster.errors import RosterError
from tests.support.builders import KEY
from tests.support.rosters import TODAY, csv_bytes, person, table

NOW = datetime(2027, 2, 18, 1, tzinfo=UTC)
LEAD = Origin("S-LEAD", "lead-1")
SECOND = person(报名号="209900000002", 证件编号="990101199101010040", 姓名="司马测试")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "venue.db", KEY)
    migrate(opened)
    yield opened
    opened.close()


@pytest.fixture
def bring(database, tmp_path):
    """Imports a roster of these people."""

    def bring(*people: Mapping[str, Any]) -> ImportSummary:
        path = tmp_path / "roster.csv"
        path.write_bytes(csv_bytes(table(*people)))
        return import_roster(database, path, ReportFolder(tmp_path / "reports", KEY), TODAY, Clock(), LEAD)

    return bring


def rows(database: Database) -> list[RegistrationRow]:
    with database.reading() as session:
        return list(session.scalars(select(RegistrationRow).order_by(RegistrationRow.reg_no)))


def confirm(database: Database, row: RegistrationRow, *, bound_to: str = "") -> None:
    """The candidate has come and confirmed the form."""
    store = Store(
        database,
        BlobFolder(database.path.with_name("blobs"), KEY),
        SealedFolder(database.path.with_name("sealed")),
        Clock(),
    )
    profile = PinnedProfile("0" * 64, "")
    visit, _ = store.open_visit(row.reg_no, profile, TODAY, "normal", Evidence("arrival", NOW, {}), LEAD)
    form = Evidence("form", NOW, {}, bound_to=bound_to)
    store.save_evidence(visit.id, visit.last_seq, [form], LEAD, lambda _visit: None)


def test_people_can_be_found_afterwards(database, bring):
    summary = bring(person(姓名="买买提.测试"), SECOND)
    assert summary.counts["added"] == 2
    first, second = rows(database)
    assert (first.name_folded, first.id_tail, first.id_no) == ("买买提测试", "010024", "990101199101010024")
    assert str(first.slot_starts) == "08:30:00"
    assert second.fields["name"] == "司马测试"
    report = ReportFolder(database.path.with_name("reports"), KEY).get(summary.report).decode("utf-8-sig")
    assert "报名号" in report
    assert report.count("\n") == 3


def test_the_same_file_twice_changes_nothing(database, bring):
    first = bring(person(), SECOND)
    before = [(row.id, row.updated_at, row.import_id) for row in rows(database)]
    again = bring(person(), SECOND)
    assert again.is_repeat
    assert (again.counts, again.report) == (first.counts, first.report)
    assert [(row.id, row.updated_at, row.import_id) for row in rows(database)] == before
    with database.reading() as session:
        assert len(list(session.scalars(select(RosterImport)))) == 1


def test_another_file_with_the_same_people_changes_nothing(database, bring):
    bring(person(), SECOND)
    assert bring(SECOND, person()).counts["unchanged"] == 2
    assert {row.import_id for row in rows(database)} == {1}


def test_a_newer_roster_updates_who_has_not_confirmed(database, bring):
    bring(person(), SECOND)
    summary = bring(person(姓名="欧阳测试乙", 预约时段="09:00-09:30"), SECOND)
    assert (summary.counts["updated"], summary.counts["unchanged"]) == (1, 1)
    row = rows(database)[0]
    assert (row.fields["name"], row.name_folded, str(row.slot_starts)) == ("欧阳测试乙", "欧阳测试乙", "09:00:00")


def test_a_newer_roster_flags_who_has_confirmed(database, bring):
    bring(person(), SECOND)
    confirm(database, rows(database)[0])
    summary = bring(person(姓名="欧阳测试乙", 预约时段="09:00-09:30"), SECOND)
    assert (summary.counts["updated"], summary.counts["flagged"]) == (0, 1)
    row = rows(database)[0]
    assert row.fields["name"] == "欧阳测试"
    assert row.flagged == {"name": "欧阳测试乙", "slot_time": "09:00-09:30"}


def test_a_confirmation_that_no_longer_stands_does_not_protect(database, bring):
    bring(person())
    confirm(database, rows(database)[0], bound_to="digest of other data")
    assert bring(person(姓名="欧阳测试乙")).counts["updated"] == 1


def test_a_roster_that_agrees_again_takes_the_flag_away(database, bring):
    bring(person())
    confirm(database, rows(database)[0])
    bring(person(姓名="欧阳测试乙"))
    assert bring(person(), SECOND).counts["flagged"] == 0
    assert rows(database)[0].flagged is None


def test_a_lead_takes_over_what_was_flagged(database, bring):
    bring(person())
    confirm(database, rows(database)[0])
    bring(person(姓名="司徒测试", 预约时段="09:00-09:30"))
    assert settle_flag(database, "209900000001", Clock(), LEAD, accept=True)
    row = rows(database)[0]
    assert (row.fields["name"], row.name_folded, str(row.slot_ends), row.flagged) == (
        "司徒测试",
        "司徒测试",
        "09:30:00",
        None,
    )
    assert bring(person(姓名="司徒测试", 预约时段="09:00-09:30"), SECOND).counts["unchanged"] == 1


def test_what_a_lead_set_aside_is_not_flagged_again(database, bring):
    bring(person())
    confirm(database, rows(database)[0])
    bring(person(姓名="司徒测试"))
    assert settle_flag(database, "209900000001", Clock(), LEAD, accept=False)
    assert bring(person(姓名="司徒测试"), SECOND).counts["flagged"] == 0
    assert (rows(database)[0].fields["name"], rows(database)[0].flagged) == ("欧阳测试", None)
    assert not settle_flag(database, "209900000001", Clock(), LEAD, accept=True)


def test_who_is_missing_from_a_newer_roster_stays_and_is_counted(database, bring):
    bring(person(), SECOND)
    assert bring(SECOND).counts["absent"] == 1
    assert bring(SECOND, person(证件编号="")).counts["absent"] == 0
    assert len(rows(database)) == 2


def test_a_file_that_is_no_roster_changes_nothing(database, tmp_path):
    path = tmp_path / "roster.xlsx"
    path.write_bytes(b"<html>")
    with pytest.raises(RosterError):
        import_roster(database, path, ReportFolder(tmp_path / "reports", KEY), TODAY, Clock(), LEAD)
    assert rows(database) == []
    assert not (tmp_path / "reports").exists()


def test_the_audit_names_the_import_and_no_person(database, bring):
    bring(person())
    with database.reading() as session:
        line = session.scalars(select(AuditRow).where(AuditRow.act == "roster:import")).one()
    assert line.actor == "S-LEAD"
    assert line.detail["added"] == 1
    assert "209900000001" not in str(line.detail)


@pytest.mark.slow
def test_twenty_thousand_rows_take_less_than_twenty_seconds(database, tmp_path):
    write_xlsx(tmp_path / "roster.xlsx", demo_people(20_000, TODAY))
    began_s = process_time()
    summary = import_roster(
        database, tmp_path / "roster.xlsx", ReportFolder(tmp_path / "reports", KEY), TODAY, Clock(), LEAD
    )
    assert summary.counts["added"] == 20_000
    assert process_time() - began_s < 20
