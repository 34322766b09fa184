"""A profile is published once, by a second person, as a version that nobody changes; venues say what they have."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from region.models import AuditLine
from region.publishing.adoption import EVERY, held
from region.publishing.drafting import (
    MAX_LINES,
    begin_draft,
    begin_from,
    drafts,
    drop_draft,
    read_draft,
    save_draft,
    text_of_file,
    tidy,
)
from region.publishing.errors import (
    AlreadyPublishedError,
    DroppedError,
    NotSoundError,
    SupersededError,
    TimeError,
    UnknownDraftError,
    UnreadableTextError,
    VersionUsedError,
)
from region.publishing.issuing import Publication, publish
from region.publishing.versions import text_in_force, version_of, versions
from region.registry.changing import Actor
from region.registry.errors import (
    ActRefusedError,
    ChangedMeanwhileError,
    NotAllowedError,
    ReasonMissingError,
    SecondPersonError,
)
from region.registry.models import ProfileRow
from region.registry.rules import rules_in_force
from region.registry.status import Role
from region.store import Store
from rules.profile import MAX_BYTES
from tests.support.region_app import KEY, Region, open_region
from tests.support.region_records import VENUE

ONE, TWO = Actor("r-admin-1", Role.ADMIN), Actor("r-admin-2", Role.ADMIN)
LEAD = Actor("r-lead", Role.LEAD)
SHIPPED = (Path(__file__).resolve().parents[4] / "profiles" / "default.toml").read_text(encoding="utf-8")


@pytest.fixture
def store(region: Region) -> Store:
    return region.store


def text(version: str, lock: str = "on_review") -> str:
    return SHIPPED.replace('version = "2027-1"', f'version = "{version}"').replace(
        'lock = "on_submit"', f'lock = "{lock}"'
    )


def newest(store: Store) -> str:
    return next((row.digest for row in versions(store)), "")


def issue(store: Store, source: str, actor: Actor = TWO, **other: object) -> str:
    seq = begin_draft(store, ONE, source, "x.toml")
    given: dict[str, object] = {"revision": 1, "against": newest(store), "reason": "按年度通知", **other}
    return publish(store, actor, seq, Publication(**given), four_eyes=True)  # type: ignore[arg-type]


def test_what_is_published_holds_and_says_who_when_and_why(store: Store) -> None:
    before = text_in_force(store)
    digest = issue(store, text("2027-2"))
    row = version_of(store, digest)
    assert rules_in_force(store).digest == digest
    assert rules_in_force(store).online.lock == "on_review"
    assert (row.version, row.made_by, row.published_by, row.reason) == ("2027-2", ONE.id, TWO.id, "按年度通知")
    assert (row.supersedes, before.version) == (before.digest, "2027-1"), "what ships was never published"
    second = issue(store, text("2027-3", "on_deadline"))
    assert version_of(store, second).supersedes == digest
    with store.read() as session:
        lines = session.scalars(select(AuditLine).where(AuditLine.act == "profile_published")).all()
    assert [(line.actor, line.subject, line.detail) for line in lines] == [
        (TWO.id, digest, "2027-2"),
        (TWO.id, second, "2027-3"),
    ]


def test_a_published_version_is_never_changed(store: Store) -> None:
    issue(store, text("2027-2"))
    for statement in (update(ProfileRow).values(source="x"), delete(ProfileRow)):
        with pytest.raises(DatabaseError), store.write() as session:
            session.execute(statement)


def test_it_holds_from_its_time_and_one_published_later_counts(store: Store, region: Region) -> None:
    soon = region.clock() + timedelta(days=3)
    planned = issue(store, text("2027-2"), holds_from=soon)
    assert text_in_force(store).version == "2027-1"
    region.clock.advance(days=3)
    assert text_in_force(store).digest == planned
    issue(store, text("2027-3"), holds_from=soon + timedelta(days=9))
    now = issue(store, text("2027-4"))
    region.clock.advance(days=30)
    assert text_in_force(store).digest == now, "what was planned before it never holds"
    for wrong in (-1, 0, 2000 * 24):
        with pytest.raises(TimeError):
            issue(store, text("2027-5"), holds_from=region.clock() + timedelta(hours=wrong))


def test_an_earlier_version_is_taken_back_to_as_a_newer_one(store: Store) -> None:
    first = issue(store, text("2027-2"))
    issue(store, text("2027-3", "on_deadline"))
    seq = begin_from(store, ONE, version_of(store, first).source, "2027-2")
    assert read_draft(store, seq).source == text("2027-4")
    publish(store, TWO, seq, Publication(1, newest(store), "恢复原规则"), four_eyes=True)
    assert rules_in_force(store).online.lock == "on_review"
    assert [row.version for row in versions(store)] == ["2027-4", "2027-3", "2027-2"]


def test_the_one_who_saved_it_last_does_not_publish_it_where_two_are_asked_for(store: Store) -> None:
    seq = begin_draft(store, ONE, text("2027-2"), "x.toml")
    wish = Publication(1, "", "原因")
    with pytest.raises(SecondPersonError):
        publish(store, ONE, seq, wish, four_eyes=True)
    save_draft(store, TWO, seq, text("2027-2", "on_deadline"), 1)
    with pytest.raises(SecondPersonError):
        publish(store, TWO, seq, Publication(2, "", "原因"), four_eyes=True)
    publish(store, TWO, seq, Publication(2, "", "原因"), four_eyes=False)


def test_what_cannot_be_published_changes_nothing(store: Store) -> None:
    issue(store, text("2027-2"))
    for error, attempt in (
        (NotSoundError, lambda: issue(store, text("2027-3").replace('"photo"]', '"photo", "iris"]'))),
        (NotSoundError, lambda: issue(store, "a = ")),
        (NotSoundError, lambda: issue(store, text("v" * 65))),
        (NotSoundError, lambda: issue(store, text(""))),
        (VersionUsedError, lambda: issue(store, text("2027-2", "on_deadline"))),
        (ReasonMissingError, lambda: issue(store, text("2027-3"), reason="  ")),
        (ReasonMissingError, lambda: issue(store, text("2027-3"), reason="x" * 501)),
        (ChangedMeanwhileError, lambda: issue(store, text("2027-3"), revision=7)),
        (SupersededError, lambda: issue(store, text("2027-3"), against="")),
        (NotAllowedError, lambda: issue(store, text("2027-3"), actor=LEAD)),
        (UnknownDraftError, lambda: publish(store, TWO, 4711, Publication(1, "", "x"), four_eyes=True)),
    ):
        with pytest.raises(error):
            attempt()
    assert [row.version for row in versions(store)] == ["2027-2"]


def test_two_clicks_and_two_administrators_at_once_publish_one_version(region: Region) -> None:
    others = [open_region(region.settings, region.clock) for _number in range(2)]
    stores = [region.store, *(other.store for other in others)]
    try:
        same = begin_draft(region.store, ONE, text("2027-2"), "x.toml")
        rival = begin_draft(region.store, ONE, text("2027-3"), "y.toml")
        wishes = [(stores[0], same), (stores[1], same), (stores[2], rival)]

        def attempt(work: tuple[Store, int]) -> str:
            try:
                return publish(work[0], TWO, work[1], Publication(1, "", "原因"), four_eyes=True)
            except ActRefusedError as error:
                return error.code

        with ThreadPoolExecutor(3) as pool:
            said = list(pool.map(attempt, wishes))
        [row] = versions(region.store)
        assert said.count(row.digest) == 1
        assert set(said) <= {row.digest, "published", "superseded"}
    finally:
        for other in others:
            other.store.close()


def test_a_draft_is_saved_by_one_at_a_time_and_thrown_away_once(store: Store) -> None:
    seq = begin_draft(store, ONE, "wrong =", "x.toml")
    assert save_draft(store, TWO, seq, "wrong = \r\nstill", 1) == 2
    assert read_draft(store, seq).source == "wrong = \nstill\n"
    assert save_draft(store, TWO, seq, "wrong = \nstill\n", 2) == 2, "nothing is other"
    with pytest.raises(ChangedMeanwhileError):
        save_draft(store, ONE, seq, "mine", 1)
    drop_draft(store, ONE, seq)
    assert drafts(store) == []
    for attempt in (lambda: drop_draft(store, ONE, seq), lambda: save_draft(store, ONE, seq, "x", 2)):
        with pytest.raises(DroppedError):
            attempt()
    with pytest.raises(NotAllowedError):
        begin_draft(store, LEAD, "x", "y")
    again = begin_draft(store, ONE, text("2027-2"), "x")
    publish(store, TWO, again, Publication(1, "", "原因"), four_eyes=True)
    with pytest.raises(AlreadyPublishedError) as caught:
        save_draft(store, ONE, again, "x", 1)
    assert caught.value.digest == newest(store)


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("", "empty"),
        (" \r\n ", "empty"),
        ("a\0b", "not_text"),
        ("a\ud800", "not_text"),
        ("#" * (MAX_BYTES + 1), "too_large"),
        ("#\n" * (MAX_LINES + 1), "too_large"),
    ],
)
def test_what_is_no_text_of_a_sensible_size_is_not_kept(source: str, why: str) -> None:
    with pytest.raises(UnreadableTextError) as caught:
        tidy(source)
    assert caught.value.why == why


def test_a_file_is_read_whatever_wrote_it() -> None:
    assert text_of_file("\ufeffa = 1\r\n".encode()).endswith("a = 1\r\n")
    for content, why in ((b"\xff\xfe\x00a", "not_text"), (b"x" * (MAX_BYTES + 1), "too_large")):
        with pytest.raises(UnreadableTextError) as caught:
            text_of_file(content)
        assert caught.value.why == why


def test_venues_say_which_version_they_have(region: Region) -> None:
    digest, other = issue(region.store, text("2027-2")), "a" * 64

    def ask(known: str, in_use: str) -> int:
        headers = {"Authorization": f"Bearer {KEY}", **({"If-None-Match": f'"{known}"'} if known else {})}
        return region.app.test_client().get(f"/api/v1/profile?in_use={in_use}", headers=headers).status_code

    assert ask("", "") == 200
    assert (held(region.store)[VENUE].fetched, held(region.store)[VENUE].in_use) == ("", "")
    assert ask(digest, other) == 304
    row = held(region.store)[VENUE]
    assert (row.fetched, row.in_use) == (digest, other)
    region.clock.advance(seconds=30)
    assert ask(digest, other) == 304
    assert held(region.store)[VENUE].asked_at == row.asked_at, "not written down each time"
    assert ask(digest, digest) == 304
    assert held(region.store)[VENUE].in_use == digest
    region.clock.advance(seconds=EVERY.total_seconds())
    assert ask("x" * 5000, "<script>") == 200
    assert (held(region.store)[VENUE].fetched, held(region.store)[VENUE].in_use) == ("", "")
