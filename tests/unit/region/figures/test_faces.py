"""Of how many persons faces are held: exactly, however records come, and whatever becomes of them."""

import threading
from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from region.alerts import FACES_NEAR, FACES_REACHED, note_faces
from region.conflict_models import AlertRow
from region.figures.board import faces_of
from region.figures.faces import faces_held, let_faces_go, recount_faces, remark
from region.figures.models import FacePersonRow, FaceRow
from region.figures.rebuilding import check, find_faces
from region.registry.models import RegistrationRow
from tests.support.region_app import OTHER_KEY, OTHER_VENUE, Region
from tests.support.region_places import Places
from tests.support.region_records import OTHER_SIGNER, SEALER, Sealer, facts, ordinary_evidence, picture, sealed
from tests.support.registry import YEAR, Registry, registry_of, somebody

NOW = datetime(2027, 3, 2, tzinfo=UTC)


def held(region: Region) -> int:
    """How many persons there are, which a recount has to confirm."""
    with region.store.read() as session:
        number = faces_held(session)
        assert number == recount_faces(session)
        assert number == session.scalar(select(func.count()).select_from(FacePersonRow))
    return number


def bring(region: Region, reg_no: str, id_no: str, *, other: bool = False, **more) -> str:
    """Have a visit's record accepted, at the venue or at the other one."""
    fields = {**facts(reg_no), "id_no": id_no}
    if other:
        sealer = Sealer(SEALER.recipients, OTHER_SIGNER)
        record, files = sealed(reg_no, venue=OTHER_VENUE, sealer=sealer, fields=fields, **more)
        for digest, content in {record.digest: record.content, **files}.items():
            kind = "records" if digest == record.digest else "files"
            assert region.put(f"/{kind}/{digest}", content, key=OTHER_KEY).status_code in (200, 201)
        return record.digest
    record, files = sealed(reg_no, fields=fields, **more)
    region.deliver(record, files)
    return record.digest


def test_one_document_is_one_person_over_visits_versions_and_venues(region: Region) -> None:
    first = bring(region, "R1", "990101199101010027")
    assert held(region) == 1
    bring(region, "R1", "990101199101010027", version=2, previous=first, red=9)
    bring(region, "R2", "99010119910101002 7", visit="another", other=True)
    assert held(region) == 1, "another number of the registration, another venue: the same document"
    bring(region, "R3", "990101199101010035")
    assert held(region) == 2


def test_a_record_without_a_picture_of_the_face_holds_none(region: Region) -> None:
    others = [act for act in ordinary_evidence(picture()) if act.step != "photo"]
    record, files = sealed("R1", others)
    region.deliver(record, files)
    assert held(region) == 0


def test_purged_faces_do_not_count_and_a_person_counts_until_the_last_is_gone(region: Region) -> None:
    one = bring(region, "R1", "990101199101010027")
    two = bring(region, "R1", "990101199101010027", visit="again", other=True, red=9)
    for digests, left in (((one,), 1), ((one,), 1), ((two,), 0), ((one, two), 0)):
        with region.store.write() as session:
            let_faces_go(session, digests, NOW)
        assert held(region) == left


def test_the_registration_says_who_it_is_whatever_year(region: Region, registry: Registry) -> None:
    this_year, next_year = somebody(0), somebody(1, id_no=somebody(0).fields["id_no"])
    registry.enrol(this_year)
    registry.enrol(next_year, year=YEAR + 1)
    bring(region, this_year.reg_no, "990101199101010019")
    bring(region, next_year.reg_no, "990101199101010043", visit="another")
    assert held(region) == 1


def test_a_corrected_number_of_the_document_takes_the_face_along(region: Region, registry: Registry) -> None:
    registry.enrol(somebody(0))
    registry.enrol(somebody(1))
    for number in (0, 1):
        bring(region, somebody(number).reg_no, "990101199101010019", visit=f"v{number}")
    assert held(region) == 2
    registry.enrol(somebody(1, id_no=somebody(0).fields["id_no"]))
    assert held(region) == 1
    registry.enrol(somebody(1))
    assert held(region) == 2


def test_many_that_come_at_once_are_counted_exactly(region: Region) -> None:
    made = []
    for number in range(12):
        number_of_document = f"99010119910101{number // 3:04}"
        made.append(sealed(f"R{number}", fields={**facts(f"R{number}"), "id_no": number_of_document}))
    threads = [threading.Thread(target=region.deliver, args=one) for one in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with region.store.read() as session:
        assert session.scalar(select(func.count()).select_from(FaceRow)) == 12
    assert held(region) == 4


ACTS = st.lists(st.tuples(st.sampled_from(["bring", "let go", "other document"]), st.integers(0, 3)), max_size=8)


def test_whatever_happens_the_count_is_what_a_recount_says(places: Places) -> None:
    region = places.new()
    registry = registry_of(region.store)
    keys = [registry.enrol(somebody(number)) for number in range(4)]
    visits = iter(range(10**6))

    def act_on(what: str, number: int) -> None:
        if what == "bring":
            visit = f"visit-{next(visits)}"
            bring(region, somebody(number).reg_no, somebody(number).fields["id_no"], visit=visit)
            return
        with region.store.write() as session:
            row = session.get_one(RegistrationRow, (YEAR, keys[number].id))
            if what == "let go":
                of_it = FaceRow.registration == row.id, FaceRow.gone_at.is_(None)
                let_faces_go(session, session.scalars(select(FaceRow.record).where(*of_it).limit(1)).all(), NOW)
            else:
                other = session.get_one(RegistrationRow, (YEAR, keys[(number + 1) % 4].id))
                row.id_mark = other.id_mark
                remark(session, [row])

    @settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
    @given(ACTS)
    def any_sequence(acts: list[tuple[str, int]]) -> None:
        for what, number in acts:
            act_on(what, number)
            held(region)

    any_sequence()


def test_it_is_noted_once_that_the_number_comes_near_and_that_it_is_reached(region: Region) -> None:
    def noted() -> dict[str, int]:
        note_faces(region.store, 5)
        with region.store.read() as session:
            return dict(session.execute(select(AlertRow.kind, AlertRow.count).order_by(AlertRow.seq)).all())

    for number, alerts in ((3, {}), (4, {FACES_NEAR: 4}), (5, {FACES_NEAR: 4, FACES_REACHED: 5})):
        while held(region) < number:
            bring(region, f"R{held(region)}", f"99010119910101{held(region):04}")
        assert noted() == alerts
        region.clock.advance(days=1)
        assert noted() == alerts
    with region.store.read() as session:
        assert (faces_of(session, 5).is_reached, faces_of(session, 6).is_near) == (True, True)
        reached = faces_of(session, 5).reached_at
    assert reached is not None
    assert reached < region.clock()


def test_faces_nobody_counted_are_found_in_the_records(region: Region) -> None:
    bring(region, "R1", "990101199101010027")
    with region.store.write() as session:
        session.query(FaceRow).delete()
        session.query(FacePersonRow).delete()
    assert not check(region.store).is_right
    assert [find_faces(region.store), find_faces(region.store)] == [1, 0]
