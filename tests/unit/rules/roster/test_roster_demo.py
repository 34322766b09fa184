"""The made-up people."""

from datetime import date, time

import pytest

from rules.roster.demo import demo_people
from rules.roster.demo_files import write_csv, write_xlsx
from rules.roster.kinds import KINDS
from rules.roster.reading import read_roster

DAY = date(2027, 2, 18)


def test_equal_arguments_make_equal_people():
    assert demo_people(50, DAY, 3) == demo_people(50, DAY, 3)
    assert demo_people(50, DAY, 3) != demo_people(50, DAY, 4)


@pytest.mark.parametrize("write", [write_xlsx, write_csv])
def test_people_come_back_from_a_roster_file_as_they_were(tmp_path, write):
    people = demo_people(300, DAY)
    write(tmp_path / "roster", people)
    roster = read_roster(tmp_path / "roster", DAY)
    assert roster.registrations == people
    assert roster.counts()["accepted"] == 300


def test_nobody_can_be_meant():
    people = demo_people(600, DAY)
    assert all(one.fields["mobile"].startswith("1000000") for one in people)
    assert all(one.fields["id_no"][:2] in ("99", "81", "X0", "TE") for one in people)
    assert len({one.fields["id_no"] for one in people}) == 600


def test_every_kind_and_rare_names_are_among_them():
    people = demo_people(600, DAY)
    names = "".join(one.fields["name"] for one in people)
    assert set(KINDS) == {kind for one in people for kind in one.kinds}
    assert set("𠮷㼆䶮·") <= set(names)


def test_appointments_fill_the_hours_asked_for():
    slots = [one.slot for one in demo_people(96, DAY, opens=time(0), closes=time(23, 59))]
    starts = [slot.starts for slot in slots if slot]
    assert (starts[0], starts[-1], len(set(starts))) == (time(0), time(23, 30), 48)


def test_people_of_another_range_are_other_people():
    one, other = demo_people(300, DAY), demo_people(300, DAY, first=300)
    for field in ("reg_no", "id_no", "diploma_no"):
        assert not {person.fields[field] for person in one} & {person.fields[field] for person in other}
