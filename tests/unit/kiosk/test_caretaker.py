"""Which captures leave the computer, and when."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from kiosk.caretaker import Caretaker, going_and_kept
from kiosk.profile import parse_profile
from kiosk.settings import PROFILES
from local_db.visits import Visit
from records.evidence import Attachment, Entry, Evidence
from rules.errors import ProfileError
from rules.removal import RemovalRule
from tests.support.builders import DESK, START, never
from tests.support.quiet_venue import QuietVenue, quiet_venue

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("rule", "accepted_after", "asked_after", "is_due"),
    [
        ({"biometrics": "at_once"}, None, timedelta(0), True),
        ({"biometrics": "at_once", "days": 1}, HOUR, DAY - HOUR, False),
        ({"biometrics": "at_once", "days": 1}, HOUR, DAY, True),
        ({}, None, 100 * DAY, False),
        ({}, HOUR, HOUR, True),
        ({"biometrics": "when_accepted", "days": 7}, HOUR, 7 * DAY, False),
        ({"biometrics": "when_accepted", "days": 7}, HOUR, 7 * DAY + HOUR, True),
        ({}, HOUR, timedelta(0), False),  # a clock that was put back makes nothing go early
    ],
)
def test_the_profile_says_when(
    rule: dict[str, object], accepted_after: timedelta | None, asked_after: timedelta, is_due: bool
) -> None:
    accepted_at = START + accepted_after if accepted_after is not None else None
    assert RemovalRule.model_validate(rule).is_due(START, accepted_at, START + asked_after) is is_due


@pytest.mark.parametrize("rule", [{"biometrics": "never"}, {"days": -1}, {"days": 4000}, {"photos": "at_once"}])
def test_a_rule_that_makes_no_sense_is_refused(rule: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        RemovalRule.model_validate(rule)


def test_a_mistake_in_the_profile_is_named_with_its_line() -> None:
    source = (
        (PROFILES / "default.toml")
        .read_text(encoding="utf-8")
        .replace('biometrics = "when_accepted"', 'biometrics = "never"')
    )
    line = source.split('biometrics = "never"')[0].count("\n") + 1
    with pytest.raises(ProfileError) as caught:
        parse_profile(source, "mine.toml")
    assert [problem.line for problem in caught.value.problems] == [line]


def taken(seq: int, step: str, name: bytes, part: str = "", bound_to: str = "") -> Entry:
    file = replace(Attachment.of("picture", "image/jpeg", name), content=None)
    return Entry(seq, Evidence(step, START, {}, part=part, bound_to=bound_to, attachments=(file,)), "c", "s")


def digest(name: bytes) -> str:
    return Attachment.of("", "", name).digest


def test_sealed_and_outdated_biometrics_go_and_what_may_count_again_stays() -> None:
    entries = (
        taken(1, "materials", b"page", "M02"),
        taken(2, "signature", b"signature over other data", bound_to="f" * 64),
        taken(3, "photo", b"blurred"),
        taken(4, "photo", b"sharp"),
        taken(5, "iris", b"a step of next year"),
    )
    visit = Visit("v", None, START, "p", START, entries, (), None)  # type: ignore[arg-type]
    going, kept = going_and_kept(visit, {digest(b"sharp"), digest(b"a step of next year"), digest(b"page")})
    assert going == {digest(b"blurred"), digest(b"sharp"), digest(b"a step of next year")}
    assert kept == {digest(b"page"), digest(b"signature over other data")}


@pytest.fixture
def quiet(tmp_path: Path) -> Iterator[QuietVenue]:
    with quiet_venue(tmp_path) as opened:
        yield opened


def test_a_visit_that_is_not_sealed_keeps_everything(quiet: QuietVenue) -> None:
    visit = quiet.arrived()
    picture = Evidence("photo", START, {}, attachments=(Attachment.of("picture", "image/jpeg", b"face"),))
    quiet.venue.store.save_evidence(visit.id, visit.last_seq, [picture], DESK, never)
    quiet.clock.forward(days=400)
    assert quiet.venue.caretaker.round() == 0
    assert quiet.venue.store.blobs.has(digest(b"face"))


def wait_for(is_so: Callable[[], bool]) -> bool:
    waiting = threading.Event()
    return any(is_so() or waiting.wait(0.01) for _look in range(500))


def test_the_thread_goes_on_after_a_fault_and_ends_when_told(
    quiet: QuietVenue, caplog: pytest.LogCaptureFixture
) -> None:
    class Stumbling(Caretaker):
        rounds = 0

        def round(self) -> int:
            self.rounds += 1
            raise OSError("the disk is away") if self.rounds == 1 else ZeroDivisionError

    caretaker = Stumbling(quiet.venue.removal, quiet.venue.journey, quiet.clock)
    caretaker.start(pause_s=0.001)
    assert wait_for(lambda: caretaker.rounds > 3)
    caretaker.stop()
    assert "removing sealed captures is put off" in caplog.text
    assert not any(thread.name == "caretaker" for thread in threading.enumerate())
