"""Records on a stick: the real venue and the real region, no line between them, and everything that can go wrong."""

import json
from pathlib import Path

import pytest
from sqlalchemy import func, select

from local_db.audit_models import AuditRow
from local_db.parcels import Fate
from local_db.sending import SendingBook
from records.bundle_reply import REPLY_NAME
from records.evidence import RETURN
from region.models import AuditLine, RecordRow, StoredFile
from sync.errors import BundleError
from tests.support.builders import DESK
from tests.support.json_schema import faults, load
from tests.support.post import Post, figures
from tests.support.venue_rig import VENUE_ID


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def last_acts(post: Post, count: int) -> list[str]:
    with post.rig.venue.database.reading() as session:
        return list(session.scalars(select(AuditRow.act).order_by(AuditRow.id.desc()).limit(count)))[::-1]


def held(post: Post) -> tuple[int | None, int | None]:
    """How many records and files the region holds."""
    with post.rig.region.store.read() as session:
        return tuple(session.scalar(select(func.count()).select_from(table)) for table in (RecordRow, StoredFile))


def test_out_on_a_stick_and_accepted_by_the_answer_on_it(post: Post) -> None:
    one, two = post.finished(), post.finished()
    contents = post.export()
    assert [record.digest for record in contents.records] == [who.visit.versions[0].digest for who in (one, two)]
    outcome = post.at_region()
    assert figures(outcome) == {"new": len(contents.objects)}
    assert (outcome.answer_trouble, outcome.taken.contents.code) == ("", contents.code)
    assert post.state_of(one) == "saved"
    report = post.back()
    assert (report.taken.sent, report.taken.accepted) == (len(contents.objects), 2)
    assert (report.refused, report.missing, report.is_news) == ((), (), True)
    assert [post.state_of(one), post.state_of(two)] == ["accepted", "accepted"]
    newest = SendingBook(post.rig.venue.database).journeys(2, open_only=False)
    assert all(journey.is_purgeable for journey in newest)
    assert last_acts(post, 2) == ["bundle:export", "bundle:answer"]
    with post.rig.region.store.read() as session:
        line = session.scalar(
            select(AuditLine).where(AuditLine.act == "bundle_imported").order_by(AuditLine.seq.desc())
        )
    assert (line.actor, line.subject) == ("r-test", VENUE_ID)
    assert f"new {len(contents.objects)}" in line.detail
    with pytest.raises(BundleError, match="nothing"):
        post.export()


def test_nothing_of_a_person_lies_on_the_stick_in_clear(post: Post) -> None:
    person = post.finished()
    post.export()
    post.at_region()
    post.judge(person.visit.versions[0].digest, "returned", "photo", "头发遮住了眉毛")
    post.at_region()
    fields = person.registration.fields
    wanted = [person.registration.reg_no, fields["name"], fields["id_no"], fields["mobile"], "头发遮住了眉毛"]
    files = [path for path in post.stick.rglob("*") if path.is_file()]
    assert len(files) >= 4
    for path in files:
        text = str(path.relative_to(post.stick)).encode() + path.read_bytes()
        assert not [word for word in wanted if word.encode() in text], path
    assert post.back().verdicts == 1
    assert person.visit.entries[-1].evidence.step == RETURN, "the step is open again"


def test_what_lies_on_the_stick_is_what_the_published_schemas_say(post: Post) -> None:
    post.finished()
    post.export()
    post.at_region()
    assert faults(json.loads((post.folder / "bundle.json").read_bytes()), load("bundle-1.json")) == []
    assert faults(json.loads((post.folder / REPLY_NAME).read_bytes()), load("bundle-reply-1.json")) == []


def test_the_same_bundle_any_number_of_times_is_one(post: Post) -> None:
    post.finished()
    first = post.export()
    again = post.rig.venue.bundles.export(post.stick, DESK)
    assert (again.contents, again.written) == (first, 0)
    post.at_region()
    before = held(post)
    assert figures(post.at_region()) == {"known": len(first.objects)}
    assert held(post) == before
    assert post.back().is_news
    report = post.back()
    assert (report.is_news, report.taken.known) == (False, len(first.objects))


def test_only_what_is_new_is_written_and_what_was_accepted_leaves_the_stick(post: Post) -> None:
    early = post.finished()
    first = post.export()
    late = post.finished()
    report = post.rig.venue.bundles.export(post.stick, DESK)
    assert report.contents.number > first.number
    assert report.written == len(report.contents.objects) - len(first.objects)
    post.at_region()
    post.back()
    last = post.finished()
    third = post.export()
    assert [one.digest for one in third.records] == [last.visit.versions[0].digest]
    for gone in (early, late):
        assert not post.object(gone.visit.versions[0].digest).exists()
    assert figures(post.at_region()) == {"new": len(third.objects)}


def test_another_stick_gets_everything_and_another_number(post: Post, tmp_path: Path) -> None:
    post.finished()
    first = post.export()
    other = tmp_path / "other"
    other.mkdir()
    report = post.rig.venue.bundles.export(other, DESK)
    assert (report.written, report.contents.number) == (len(first.objects), first.number + 1)
    assert report.contents.code != first.code


def test_line_and_stick_at_once_are_one(post: Post) -> None:
    person = post.finished()
    contents = post.export()
    post.line_on()
    post.rig.sync(2)
    assert post.state_of(person) == "accepted"
    before = held(post)
    assert figures(post.at_region()) == {"known": len(contents.objects)}
    assert held(post) == before
    report = post.back()
    assert (report.is_news, report.taken.known) == (False, len(contents.objects))


def test_a_receipt_from_the_stick_outlives_a_failure_of_the_line(post: Post) -> None:
    person = post.finished()
    post.export()
    post.at_region()
    under_way = post.rig.venue.outbox.due(1)
    post.rig.venue.outbox.begin(under_way)
    post.back()
    post.rig.venue.outbox.note([Fate(parcel, None, "unknown_key") for parcel in under_way])
    assert post.state_of(person) == "accepted"


def test_half_a_bundle_gives_what_is_whole_and_names_what_is_missing(post: Post) -> None:
    whole, half = post.finished(), post.finished()
    contents = post.export()
    lost = post.rig.venue.store.sealed_files(half.visit.id).popitem()[1].digest
    post.object(lost).unlink()
    outcome = post.at_region()
    assert figures(outcome) == {"new": len(contents.objects) - 1, "missing": 1}
    assert [one.digest for one in outcome.taken.of("missing")] == [lost]
    report = post.back()
    assert report.missing == (lost,)
    assert [post.state_of(whole), post.state_of(half)] == ["accepted", "saved"]
    assert post.export().number == contents.number + 1, "what is accepted is no longer in it"
    assert figures(post.at_region())["new"] == 1
    post.back()
    assert post.state_of(half) == "accepted"


def test_a_record_whose_list_is_missing_keeps_its_files_out(post: Post) -> None:
    person = post.finished()
    contents = post.export()
    record = person.visit.versions[0].digest
    post.object(record).unlink()
    outcome = post.at_region()
    assert figures(outcome) == {"missing": 1, "refused": len(contents.objects) - 1}
    assert {one.code for one in outcome.taken.of("refused")} == {"not_announced"}
    post.export()
    assert figures(post.at_region()) == {"new": len(contents.objects)}


def test_a_flipped_bit_refuses_that_object_only_and_the_next_export_mends_it(post: Post) -> None:
    whole, spoiled = post.finished(), post.finished()
    contents = post.export()
    digest = post.rig.venue.store.sealed_files(spoiled.visit.id).popitem()[1].digest
    flip(post.object(digest))
    outcome = post.at_region()
    assert figures(outcome) == {"new": len(contents.objects) - 1, "refused": 1}
    assert [(one.digest, one.code) for one in outcome.taken.of("refused")] == [(digest, "digest_mismatch")]
    assert [(one.digest, one.code) for one in post.back().refused] == [(digest, "digest_mismatch")]
    assert [post.state_of(whole), post.state_of(spoiled)] == ["accepted", "saved"]
    assert post.rig.venue.bundles.export(post.stick, DESK).written == 1, "reading back finds it"
    post.at_region()
    assert post.back().taken.accepted == 1


def test_an_object_that_is_damaged_here_is_told_and_holds_up_no_other(post: Post) -> None:
    whole, damaged = post.finished(), post.finished()
    digest = post.rig.venue.store.sealed_files(damaged.visit.id).popitem()[1].digest
    path = post.rig.venue.store.sealed.path(digest)
    kept = path.read_bytes()
    flip(path)
    report = post.rig.venue.bundles.export(post.stick, DESK)
    assert report.lacking == 1
    assert figures(post.at_region()) == {"new": report.written, "missing": 1}
    path.write_bytes(kept)
    post.back()
    assert [post.state_of(whole), post.state_of(damaged)] == ["accepted", "saved"]
