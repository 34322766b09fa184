"""The one check of a profile: the venue goes by the same tables, and each mistake says where and what it is."""

from importlib import import_module
from pathlib import Path

import pytest

from kiosk.steps import STEPS
from kiosk.steps.fingerprint.fingers import FINGERS
from rules.errors import Problem, ProfileError
from rules.profile import MAX_BYTES, check_profile
from rules.steps import STEP_OPTIONS
from rules.steps.fingerprint import FINGERS as CODES
from rules.steps.fingerprint import FingerprintOptions

PROFILES = Path(__file__).resolve().parents[3] / "profiles"
SHIPPED = (PROFILES / "default.toml").read_text(encoding="utf-8")


def problems(source: str) -> list[Problem]:
    with pytest.raises(ProfileError) as caught:
        check_profile(source, "mine.toml")
    return list(caught.value.problems)


def test_the_venue_checks_each_step_by_the_shared_table_or_more() -> None:
    assert list(STEPS) == list(STEP_OPTIONS)
    for step, place in STEPS.items():
        module, _, name = place.partition(":")
        assert issubclass(getattr(import_module(module), name).Options, STEP_OPTIONS[step])


def test_every_finger_that_the_table_knows_has_its_words_at_the_venue() -> None:
    assert tuple(FINGERS) == CODES


@pytest.mark.parametrize("path", sorted(PROFILES.glob("*.toml")), ids=lambda path: path.stem)
def test_a_shipped_profile_is_sound_without_any_step(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    found = check_profile(source, path.name)
    assert (found.id, found.source, found.order[0]) == (path.stem, source, "arrival")
    assert set(found.options) == set(found.order)


def test_what_only_a_venue_can_know_is_not_asked_here() -> None:
    asks = SHIPPED.replace('files = ["iso_image"]', 'files = ["iso_image", "wsq"]')
    options = check_profile(asks, "mine.toml").options["fingerprint"]
    assert isinstance(options, FingerprintOptions)
    assert "wsq" in options.files


@pytest.mark.parametrize(
    ("old", "new", "code", "key"),
    [
        ('"signature", "fing', '"signatur", "fing', "unknown", "steps"),
        ("max_kb = 200", 'max_kb = "much"', "int_parsing", "materials.max_kb"),
        ("max_kb = 200", "max_kb = 9", "greater_than_equal", "materials.max_kb"),
        ('lock = "on_submit"', 'lock = "never"', "literal_error", "online.lock"),
        ("claim_minutes = 15", "claim_minute = 15", "extra_forbidden", "online.claim_minute"),
        ('code = "M27"', 'code = "M70"', "unknown", "materials.items.2.code"),
        ('code = "M27"', 'code = "M01"', "repeated", "materials.items.2.code"),
        ("required = 2", "required = 6", "exceeds", "fingerprint"),
        ('rules = "exam_registration"', "max_kb = 2\nmin_kb = 4", "portrait", "photo"),
        ('version = "2027-1"', "version = 2027", "string_type", "version"),
        ('kind = "face"', 'kind = "general"', "repeated", "consent.notices.1.kind"),
    ],
)
def test_a_mistake_says_its_line_key_and_code(old: str, new: str, code: str, key: str) -> None:
    assert old in SHIPPED
    found = problems(SHIPPED.replace(old, new, 1))
    first = next(problem for problem in found if problem.code == code)
    assert first.key == key
    assert first.line > 0


def test_what_is_no_toml_is_told_with_its_line() -> None:
    [only] = problems(SHIPPED.replace('version = "2027-1"', "version = 2027-1x"))
    assert (only.code, only.line) == ("toml", SHIPPED[: SHIPPED.index('version = "')].count("\n") + 1)


@pytest.mark.parametrize("source", ["a = " + "[" * 100_000, "a" * (MAX_BYTES + 1)])
def test_a_file_made_to_hurt_is_refused(source: str) -> None:
    assert problems(source)[0].code in ("toml", "too_large")
