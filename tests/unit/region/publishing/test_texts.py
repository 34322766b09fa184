"""A profile's text: changed in single places, compared, and its mistakes put in words. Pure, but for the words."""

import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel, force_locale
from hypothesis import given, settings
from hypothesis import strategies as st

from region.publishing.difference import counts, difference
from region.publishing.problem_words import WORDS, problem_words
from region.publishing.versions import EARLIER, IN_FORCE, NEVER, PLANNED, free_version, renamed, states
from region.publishing.yearly import NotWrittenError, Yearly, written
from region.registry.models import ProfileRow
from rules.errors import Problem, ProfileError
from rules.profile import check_profile

ROOT = Path(__file__).resolve().parents[4]
SHIPPED = {path.stem: path.read_text(encoding="utf-8") for path in sorted((ROOT / "profiles").glob("*.toml"))}
DEFAULT = SHIPPED["default"]


@pytest.mark.parametrize("name", SHIPPED)
def test_what_changes_every_year_is_written_in_place_and_every_remark_stays(name: str) -> None:
    source, now = SHIPPED[name], Yearly.of(SHIPPED[name])
    kinds = {**now.materials, "M27": "", "M05": "optional", "M04": "optional", "M99": "required"}
    changed = {"version": "2028-1", "lock": "on_deadline", "shown": "at_once", "mode": "online", "materials": kinds}
    wish = replace(now, upload=not now.upload, min_kb=20, max_kb=120, **changed)  # type: ignore[arg-type]
    text = written(source, wish)
    assert Yearly.of(text) == wish
    assert check_profile(text, name).version == "2028-1"
    gone = {line.text for line in difference(source, text) if line.kind == "gone"}
    assert not [line for line in gone if line.lstrip().startswith("#")]
    rest = tomllib.loads(source)["consent"]
    assert tomllib.loads(text)["consent"] == rest
    assert Yearly.of(written(text, now)) == now


def test_the_same_again_changes_not_a_letter() -> None:
    assert written(DEFAULT, Yearly.of(DEFAULT)) == DEFAULT


WISHES = st.builds(
    Yearly,
    version=st.text('abc-128\\"字# =[]', min_size=1, max_size=12),
    mode=st.sampled_from(["on_site", "combined", "online"]),
    upload=st.booleans(),
    lock=st.sampled_from(["on_submit", "on_review", "on_deadline"]),
    shown=st.sampled_from(["at_once", "when_over"]),
    min_kb=st.integers(0, 9),
    max_kb=st.integers(10, 5000),
    materials=st.fixed_dictionaries(
        {code: st.sampled_from(["required", "optional", ""]) for code in Yearly.of(DEFAULT).materials}
    ),
)


@settings(max_examples=60, deadline=None)
@given(first=WISHES, second=WISHES)
def test_whatever_is_wished_is_what_the_text_then_says_and_nothing_else(first: Yearly, second: Yearly) -> None:
    text = written(written(DEFAULT, first), second)
    assert Yearly.of(text) == second
    before, after = tomllib.loads(DEFAULT), tomllib.loads(text)
    assert {key: after[key] for key in before if key not in ("version", "online", "materials")} == {
        key: before[key] for key in before if key not in ("version", "online", "materials")
    }
    assert after["materials"]["reasons"] == before["materials"]["reasons"]


@pytest.mark.parametrize("source", ["a = ", "online = 3", "[materials]\nitems = [1]", '[materials]\nmax_kb = "x"'])
def test_what_cannot_be_read_is_left_to_people(source: str) -> None:
    with pytest.raises(NotWrittenError):
        Yearly.of(source)


def test_what_is_written_in_an_unusual_way_is_left_to_people() -> None:
    source = 'version = "1"\nonline = { mode = "online" }\n'
    with pytest.raises((NotWrittenError, tomllib.TOMLDecodeError)):
        written(source, replace(Yearly.of(source), lock="on_review"))


@pytest.mark.parametrize("version", ['a"b', "a\\", "第2版"])
def test_a_version_is_written_whatever_it_is_called(version: str) -> None:
    assert Yearly.of(written(DEFAULT, replace(Yearly.of(DEFAULT), version=version))).version == version


def test_a_difference_shows_what_is_gone_and_new_with_its_lines() -> None:
    after = DEFAULT.replace("max_kb = 200", "max_kb = 120").replace("2027-1", "2027-2")
    lines = difference(DEFAULT, after)
    assert counts(lines) == (2, 2)
    gone, new = (next(one for one in lines if one.kind == kind and "max_kb" in one.text) for kind in ("gone", "new"))
    assert (gone.text, new.text, gone.new, new.old) == ("max_kb = 200", "max_kb = 120", None, None)
    assert gone.old == new.new == DEFAULT[: DEFAULT.index("max_kb = 200")].count("\n") + 1
    assert "gap" in [line.kind for line in lines]
    assert difference(DEFAULT, DEFAULT) == ()


def test_a_free_version_is_found_and_written() -> None:
    assert free_version("2027-1", {"2027-1"}) == "2027-2"
    assert free_version("spring", {"spring"}) == "spring-1"
    assert check_profile(renamed(DEFAULT, "2027-7"), "x").version == "2027-7"


def version(name: str, published: int, holds: int | None = None) -> ProfileRow:
    at = [datetime(2027, 1, day, tzinfo=UTC) if day else None for day in (published, holds)]
    return ProfileRow(digest=name, published_at=at[0], holds_from=at[1])


def test_the_version_published_last_counts_and_ends_what_was_planned_behind_it() -> None:
    rows = [version("d", 6, 20), version("c", 5), version("b", 3, 9), version("a", 1)]
    now = datetime(2027, 1, 7, tzinfo=UTC)
    assert states(rows, now) == {"d": PLANNED, "c": IN_FORCE, "b": NEVER, "a": EARLIER}
    assert states(rows[2:], now) == {"b": PLANNED, "a": IN_FORCE}
    assert states(rows[2:], datetime(2027, 1, 10, tzinfo=UTC)) == {"b": IN_FORCE, "a": EARLIER}
    assert states(rows, datetime(2027, 1, 21, tzinfo=UTC)) == {"d": IN_FORCE, "c": EARLIER, "b": NEVER, "a": EARLIER}


MISTAKES = [
    ('"signature", "fing', '"signatur", "fing', "“signatur”"),
    ('"signature", "fing', '"form", "fing', "form"),
    ('"arrival", "form"', '"form", "arrival"', "arrival"),
    ('"consent", "materials", "sig', '"materials", "sig', "consent"),
    ('steps = ["arrival"', "steps = 3 #", "steps"),
    ('steps = ["arrival"', 'stops = ["arrival"', "steps"),
    ('lock = "on_submit"', 'lock = "never"', "on_submit, on_review, on_deadline"),
    ("claim_minutes = 15", "claim_minutes = 0", "1"),
    ("claim_minutes = 15", "claim_minutes = 999", "240"),
    ("claim_minutes = 15", 'claim_minutes = "x"', "claim_minutes"),
    ("upload = true", "upload = 7", "upload"),
    ("upload = true", "uplaod = true", "online.uplaod"),
    ("max_kb = 200", "max_kb = 200\nmin_kb = 300", "min_kb"),
    ('code = "M27"', 'code = "M01"', "M01"),
    ('fields = [\n  "name"', 'fields = [\n  "nom"', "“nom”"),
    ('applies = ["fail", "refusal"]', "applies = 3", "applies"),
    ('words = { zh = "未带原件", en = "Original not brought" }', "words = 3", "words"),
    ("required = 2", "required = 9", "9"),
    ("presses = 1", "presses = 1\nnfiq2_min = 5", "nfiq2 = true"),
    ('rules = "exam_registration"', "max_kb = 20\nmin_kb = 40", "min_kb"),
    ('kind = "face"', 'kind = "general"', "general"),
    ('name = { zh = "通用', 'name = { zs = "通用', "zh"),
    ('version = "2027-1"', "version = 2027", "version"),
    ('id = "default"', 'id = "default', ""),
    ('code = "unclear"', 'code = "Un clear"', "code"),
    ("finger_s = 120", "finger_s = 800", "360"),
]


@pytest.fixture(scope="module")
def app() -> Flask:
    made = Flask(__name__)
    Babel(made, default_translation_directories=str(ROOT / "translations"))
    return made


@pytest.mark.parametrize(("old", "new", "names"), MISTAKES, ids=[new[:30] for _old, new, _names in MISTAKES])
def test_every_mistake_has_words_in_both_languages_that_name_what_is_meant(
    app: Flask, old: str, new: str, names: str
) -> None:
    assert old in DEFAULT
    with pytest.raises(ProfileError) as caught:
        check_profile(DEFAULT.replace(old, new, 1), "x")
    for problem in caught.value.problems:
        assert problem.code in WORDS, problem
        said = []
        for locale in ("zh_Hans_CN", "en"):
            with app.test_request_context(), force_locale(locale):
                said.append(problem_words(problem))
        assert said[0] != said[1]
        assert "%(" not in "".join(said)
    first = caught.value.problems
    with app.test_request_context(), force_locale("zh_Hans_CN"):
        assert names in " ".join(f"{problem.key} {problem_words(problem)}" for problem in first)


def test_what_nobody_foresaw_is_told_too(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        assert "does not fit" in problem_words(Problem(1, "?", "a.b", "a_code_of_tomorrow"))
