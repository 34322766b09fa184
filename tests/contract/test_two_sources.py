"""A roster file and the line tell of one registration: neither undoes the other unseen."""

from dataclasses import replace

from sqlalchemy import select

from local_db.online_models import OnlinePictureRow
from records.evidence import Evidence
from records.standing import standing
from tests.support.builders import DAY, DESK, PROFILE, never
from tests.support.coming_down import Two, upload
from tests.support.region_app import OTHER_VENUE
from tests.support.registry import somebody


def test_a_file_and_the_line_agree_on_one_registration(two: Two) -> None:
    person = replace(somebody(), extra={"备注": "坐轮椅"})
    two.import_file(person)
    two.registry.enrol(somebody(employer="测试新单位"))
    two.puller().pull()
    found = two.facts(person.reg_no)
    assert (found.fields["employer"], dict(found.extra or {})) == ("测试新单位", {"备注": "坐轮椅"})
    assert two.flagged() == {}


def test_a_file_does_not_overrule_the_line_by_itself(two: Two) -> None:
    two.registry.enrol(somebody(employer="测试新单位"))
    two.puller().pull()
    two.import_file(replace(somebody(), extra={"备注": "坐轮椅"}))
    assert two.facts(somebody().reg_no).fields["employer"] == "测试新单位"
    flagged = two.flagged()[somebody().reg_no]
    assert flagged["employer"] == somebody().fields["employer"]


def test_a_file_that_agrees_brings_its_further_columns(two: Two) -> None:
    two.registry.enrol(somebody())
    two.puller().pull()
    two.import_file(replace(somebody(), slot=None, extra={"备注": "坐轮椅"}))
    assert dict(two.facts(somebody().reg_no).extra or {}) == {"备注": "坐轮椅"}
    assert two.flagged() == {}


def test_newer_facts_of_somebody_who_has_confirmed_are_shown_to_a_lead(two: Two) -> None:
    two.registry.enrol(somebody())
    two.puller().pull()
    arrival = Evidence("arrival", two.shelf.clock.now(), {"slot": "on_time"})
    visit, _ticket = two.shelf.store.open_visit(somebody().reg_no, PROFILE, DAY, "normal", arrival, DESK)
    bound = standing(visit.entries, visit.registration.fields).digest()
    form = Evidence("form", two.shelf.clock.now(), {"confirmed": True}, bound_to=bound)
    two.shelf.store.save_evidence(visit.id, visit.last_seq, [form], DESK, never)
    two.registry.enrol(somebody(employer="测试新单位"))
    two.puller().pull()
    assert two.facts(somebody().reg_no).fields["employer"] != "测试新单位"
    assert two.flagged() == {somebody().reg_no: {"employer": "测试新单位"}}


def test_one_that_moved_away_takes_its_pictures_along(two: Two) -> None:
    person = upload(two)
    puller = two.puller()
    puller.pull()
    two.registry.enrol(person, venue=OTHER_VENUE)
    puller.pull()
    assert two.book.has_moved_away(person.reg_no)
    assert two.book.progress(DAY).moved_away == 1
    with two.shelf.database.reading() as session:
        assert session.scalars(select(OnlinePictureRow)).all() == []
    two.registry.enrol(person)
    puller.pull()
    assert not two.book.has_moved_away(person.reg_no)
