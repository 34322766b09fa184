"""Registrations, pictures and the profile come down whole, through the real region's app and into the venue's store."""

import shutil
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from local_db.online import GIVES_UP_AFTER, OnlineBook
from local_db.online_models import OnlineRow
from records.errors import MalformedRecordError
from records.evidence import Evidence
from records.online import Captured, Online, OnlineItem, OnlinePicture, document_of, read_incoming
from records.registration import Slot
from region.registry.candidate import Prepared
from sync.errors import RefusedError, SyncError, UnreachableError
from sync.source import HttpSource
from sync.transport import HttpTransport
from tests.support.builders import DAY, DESK, PROFILE, StillClock, enrolment, never, signed
from tests.support.coming_down import Two, upload
from tests.support.region_records import picture
from tests.support.registry import somebody

TOMORROW = DAY + timedelta(days=1)


def test_what_the_region_has_is_here_afterwards(two: Two) -> None:
    person = upload(two)
    puller = two.puller()
    puller.pull()
    two.fetch_all(puller)
    assert two.facts(person.reg_no).fields == person.fields
    assert two.told == [person.reg_no]
    shown = list(two.book.pictures(person.reg_no).values())
    assert [two.book.content(one) for one in shown] == [picture(0, 200, 200), picture(1, 200, 200)]
    progress = two.book.progress(DAY)
    assert (progress.registrations, progress.pictures, progress.here, progress.bytes_left) == (1, 2, 2, 0)
    puller.pull()
    assert two.told == [person.reg_no], "and nothing comes twice"


def test_a_list_that_is_cut_goes_on_behind_the_last_page_that_was_saved(two: Two) -> None:
    people = [upload(two, number, pages=0) for number in range(12)]
    document = two.region.get("/registrations?since=0&limit=5").data
    two.line.cut_after = len(document) + 10  # so many get through, the next page is larger
    puller = two.puller()
    for _round in range(3):
        with pytest.raises(UnreachableError):
            puller.pull()
    saved = two.book.cursor
    two.line.cut_after = None
    two.puller().pull()
    assert 0 <= saved < two.book.cursor
    assert {two.facts(person.reg_no).reg_no for person in people} == {person.reg_no for person in people}


def test_a_picture_that_is_cut_again_and_again_arrives_and_hardly_a_byte_comes_twice(two: Two) -> None:
    person = upload(two, pages=1, size=2400)
    size = len(picture(0, 2400, 2400))
    puller = two.puller()
    puller.pull()
    two.line.cut_after = size // 5 + 1
    for _cut in range(4):
        with pytest.raises(SyncError):
            puller.fetch(lambda: True)
    puller.fetch(lambda: True)
    (shown,) = two.book.pictures(person.reg_no).values()
    assert two.book.content(shown) == picture(0, 2400, 2400)
    assert two.line.served == size


def test_after_a_restart_in_the_middle_the_rest_comes(two: Two) -> None:
    for number in range(3):
        upload(two, number)
    first = two.puller()
    first.pull()
    allowed = iter([True, True, True])
    first.fetch(lambda: next(allowed, False))
    assert 0 < two.book.progress(DAY).here < 6
    two.shelf.restart()
    two.fetch_all(two.puller())
    assert two.book.progress(DAY).here == 6
    assert two.book.sweep() == 0, "and what is here belongs to something"


class PulledPlugError(Exception):
    """The end, in the middle of a transaction."""


class LastClock(StillClock):
    """Tells the time, and pulls the plug where the audit log asks for it, behind all the rows."""

    def monotonic_ns(self) -> int:
        raise PulledPlugError


def test_rows_and_cursor_are_saved_together_or_not_at_all(two: Two) -> None:
    upload(two)
    incoming, cursor = HttpSource(two.transport.client).registrations(0, 50)
    with pytest.raises(PulledPlugError):
        OnlineBook(two.shelf.database, two.folder, LastClock()).apply(incoming, cursor)
    assert two.book.cursor == 0
    with two.shelf.database.reading() as session:
        assert session.scalars(select(OnlineRow)).all() == []
    assert two.book.apply(incoming, cursor) == {somebody().reg_no}


def test_a_picture_that_arrives_changed_is_not_kept_and_given_up_after_a_while(two: Two) -> None:
    person = upload(two, pages=1)
    puller = two.puller()
    puller.pull()
    two.line.spoils = True
    for _try in range(GIVES_UP_AFTER + 1):
        puller.fetch(lambda: True)
    (shown,) = two.book.pictures(person.reg_no).values()
    assert shown.digest == ""
    assert two.book.progress(DAY).given_up == 1
    two.line.spoils = False
    two.book.fetch_again()
    puller.fetch(lambda: True)
    assert two.book.progress(DAY).here == 1


def test_a_picture_that_was_replaced_is_replaced_here_and_its_file_goes(two: Two) -> None:
    person = upload(two, pages=1)
    key = two.registry.case(two.registry.enrol(person)).key
    puller = two.puller()
    puller.pull()
    two.fetch_all(puller)
    (old,) = two.registry.case(key).items[0].pictures
    two.registry.wardrobe.remove(key, old.id)
    two.registry.wardrobe.add(key, "M02", Prepared(picture(99), b"", "image/png", 90, 120))
    puller.pull()
    two.fetch_all(puller)
    (shown,) = two.book.pictures(person.reg_no).values()
    assert two.book.content(shown) == picture(99)
    assert two.book.sweep() == 1


def test_a_file_that_is_damaged_here_is_fetched_again(two: Two) -> None:
    person = upload(two, pages=1)
    puller = two.puller()
    puller.pull()
    two.fetch_all(puller)
    (shown,) = two.book.pictures(person.reg_no).values()
    two.folder.path(shown.digest).write_bytes(b"something else")
    assert two.book.content(shown) is None
    two.fetch_all(puller)
    (shown,) = two.book.pictures(person.reg_no).values()
    assert two.book.content(shown) == picture(0, 200, 200)


def test_after_a_restore_what_is_gone_is_fetched_again(two: Two) -> None:
    person = upload(two)
    puller = two.puller()
    puller.pull()
    two.fetch_all(puller)
    shutil.rmtree(two.folder.root)
    assert two.book.sweep() == 0
    two.fetch_all(two.puller())
    assert [two.book.content(one) for one in two.book.pictures(person.reg_no).values()] == [
        picture(0, 200, 200),
        picture(1, 200, 200),
    ]


def test_what_the_region_has_accepted_is_let_go_and_comes_again_when_it_is_returned(two: Two) -> None:
    person, other = upload(two), upload(two, 1)
    puller = two.puller()
    puller.pull()
    two.fetch_all(puller)
    two.shelf.people = [person]
    visit = two.shelf.finished()
    assert two.book.let_go() == 0
    two.shelf.outbox.accept(signed(visit.versions[-1].digest, "accepted"))
    assert two.book.let_go() == 2
    assert [one.digest for one in two.book.pictures(person.reg_no).values()] == ["", ""]
    assert all(one.digest for one in two.book.pictures(other.reg_no).values())
    assert len(list(two.folder.files())) == 2
    assert two.book.wanted(9, DAY) == []
    returned = Evidence("return", two.shelf.clock.now(), {"reason": "x"}, part="photo", withdraws=("photo",))
    two.shelf.store.save_evidence(visit.id, visit.last_seq, [returned], DESK, never)
    two.fetch_all(puller)
    assert two.book.progress(DAY).here == 4


def test_whoever_comes_first_is_fetched_first(two: Two) -> None:
    late, today, past = (upload(two, number, pages=1) for number in range(3))
    slots = {late.reg_no: TOMORROW, today.reg_no: DAY, past.reg_no: DAY - timedelta(days=1)}
    for person in (late, today, past):
        two.registry.enrol(replace(person, slot=Slot(slots[person.reg_no], time(9), time(9, 30))))
    two.puller().pull()
    ids = {reg_no: next(iter(two.book.pictures(reg_no))) for reg_no in slots}
    assert [one.id for one in two.book.wanted(9, DAY)] == [ids[today.reg_no], ids[late.reg_no]]
    arrival = Evidence("arrival", two.shelf.clock.now(), {"slot": "on_time"})
    two.shelf.people = [late]
    two.shelf.store.open_visit(late.reg_no, PROFILE, DAY, "normal", arrival, DESK)
    assert two.book.wanted(9, DAY)[0].id == ids[late.reg_no]


def test_the_profile_comes_with_the_list_and_only_when_it_is_new(two: Two) -> None:
    puller = two.puller()
    puller.pull()
    newest = two.book.newest_profile()
    assert newest is not None
    assert newest.version == "2027-1"
    two.puller().pull()
    assert two.line.asked.count("/api/v1/profile") == 2, "asked for, and answered with 'as before'"


def test_a_region_that_hands_nothing_down_is_no_trouble(two: Two) -> None:
    def older(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        return two.region.app({**environ, "PATH_INFO": "/api/v1/none"}, start_response)  # type: ignore[no-any-return]

    two.line.app = older
    two.puller().pull()
    assert two.book.cursor == 0


def test_a_key_that_was_withdrawn_is_said(two: Two) -> None:
    stranger = HttpTransport(replace(enrolment(str(two.transport.client.base_url)), key="nobody's"), timeout_s=20)
    try:
        with pytest.raises(SyncError) as caught:
            HttpSource(stranger.client).registrations(0, 5)
    finally:
        stranger.close()
    assert not isinstance(caught.value, RefusedError)
    assert "401" in str(caught.value)


@pytest.mark.parametrize(
    "spoilt",
    [
        {"key": ""},
        {"change": 0},
        {"change": "3"},
        {"here": 1},
        {"facts": {"reg_no": "another"}},
        {"slot": {"day": "2027-02-30", "from": "09:00", "to": "09:30"}},
        {"items": [{"code": "M02"}]},
        {"captured": [{"step": "photo"}]},
        {"status": None},
    ],
)
def test_a_document_of_another_shape_is_none(spoilt: dict[str, Any]) -> None:
    item = OnlineItem("M02", "waiting", 1, pictures=(OnlinePicture("2027-a", "a" * 64, "image/png", 9),))
    document = document_of(Online("2027/1", 3, "filling", False, (item,), (Captured("photo", "v"),)), somebody())
    read_incoming(document)
    with pytest.raises(MalformedRecordError):
        read_incoming({**document, **spoilt})
    with pytest.raises(MalformedRecordError):
        read_incoming([document])
