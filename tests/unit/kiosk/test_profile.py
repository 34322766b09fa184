"""A region's profile: every kind of mistake is named with the line it stands on."""

from pathlib import Path

import pytest

from kiosk.profile import load_profile, parse_profile
from rules.errors import ProfileError
from rules.words import Words

PROFILES = Path(__file__).resolve().parents[3] / "profiles"

GOOD = """\
id = "test"
version = "1"
name = { zh = "测试", en = "test" }
steps = ["arrival", "form", "consent", "materials", "signature", "fingerprint", "photo"]

[arrival]
early = "admit"

[form]
place = "kiosk"
fields = [
  "name",
  "id_no",
]

[[consent.notices]]
kind = "face"
version = "1"
title = { zh = "一", en = "one" }
body = { zh = "一", en = "one" }

[[consent.notices]]
kind = "fingerprint"
version = "1"
title = { zh = "一", en = "one" }
body = { zh = "一", en = "one" }

[materials]
max_kb = 200
unscanned = ["MIL"]

[[materials.items]]
code = "M01"

[[materials.items]]
code = "M02"
who = ["LV1", "LV2+FRESH"]
max = 3

[[materials.items]]
code = "M06"
who = ["graduated>=2002-01"]

[[materials.reasons]]
code = "a"
words = { zh = "原因", en = "reason" }
applies = ["fail", "pending", "waived", "refusal"]

[[materials.reasons]]
code = "b"
words = { zh = "原因", en = "reason" }
applies = ["fail"]

[fingerprint]
fingers = [11, 16]
tries = 5

[photo]
max_kb = 40
"""

MISTAKES = [
    ("unknown step in the order", '"signature", "finger', '"signatur", "finger', "unknown step 'signatur'"),
    ("step twice", '"signature", "fingerprint"', '"materials", "fingerprint"', "listed twice"),
    ("arrival not first", '"arrival", "form"', '"form", "arrival"', "must be the first"),
    ("biometrics before consent", '"consent", "materials", ', '"materials", ', "after 'consent'"),
    ("unknown table", "[photo]", "[foto]", "unknown step or setting 'foto'"),
    ("unknown option", 'early = "admit"', 'erly = "admit"', "arrival.erly"),
    ("value of no choice", 'early = "admit"', 'early = "perhaps"', "arrival.early"),
    ("unknown place", 'place = "kiosk"', 'place = "garden"', "form.place"),
    ("unknown field", '  "id_no",', '  "id_nr",', "unknown field 'id_nr'"),
    ("unknown notice", 'kind = "fingerprint"', 'kind = "voice"', "consent.notices.1.kind"),
    ("notice twice", 'kind = "fingerprint"', 'kind = "face"', "face: listed twice"),
    ("unknown material", 'code = "M06"', 'code = "M60"', "unknown material 'M60'"),
    ("material twice", 'code = "M06"', 'code = "M01"', "M01: listed twice"),
    ("unknown kind", '"LV2+FRESH"', '"LV2+FRECH"', "unknown kind of candidate 'FRECH'"),
    ("condition that is none", '"graduated>=2002-01"', '"graduated>=2002"', "unknown kind"),
    ("unknown kind unscanned", 'unscanned = ["MIL"]', 'unscanned = ["MILL"]', "unknown kind of candidate 'MILL'"),
    ("fewer at most than at least", "max = 3", "max = 1", "min is 2 and max is 1"),
    ("sizes the wrong way round", "max = 3", "min_kb = 300", "min_kb is 300 and max_kb is 200"),
    ("reason twice", 'code = "b"', 'code = "a"', "a: listed twice"),
    ("reason for an unknown verdict", 'applies = ["fail"]', 'applies = ["failed"]', "applies"),
    ("unknown finger", "fingers = [11, 16]", "fingers = [11, 21]", "unknown finger 21"),
    ("number out of range", "tries = 5", "tries = 99", "fingerprint.tries"),
    ("text for a number", "max_kb = 40", 'max_kb = "much"', "photo.max_kb"),
    ("no toml", 'early = "admit"', "early = admit", ""),
]


@pytest.mark.parametrize(("old", "new", "words"), [row[1:] for row in MISTAKES], ids=[row[0] for row in MISTAKES])
def test_a_mistake_is_named_with_its_line(old: str, new: str, words: str) -> None:
    assert GOOD.count(old) == 1
    source = GOOD.replace(old, new)
    line = GOOD[: GOOD.index(old)].count("\n") + 1
    with pytest.raises(ProfileError) as caught:
        parse_profile(source, "test.toml")
    first = caught.value.problems[0]
    assert (first.line, words in first.message) == (line, True), str(caught.value)
    assert str(caught.value).startswith(f"test.toml:{line}: ")


def test_every_mistake_is_told_at_once() -> None:
    source = GOOD.replace('"id_no"', '"id_nr"').replace('"M06"', '"M60"').replace("[11, 16]", "[11, 21]")
    with pytest.raises(ProfileError) as caught:
        parse_profile(source, "test.toml")
    assert len(caught.value.problems) == 3
    assert [problem.line for problem in caught.value.problems] == sorted(p.line for p in caught.value.problems)


def test_a_capture_nobody_is_asked_about_is_named() -> None:
    source = GOOD.replace('kind = "fingerprint"', 'kind = "general"')
    with pytest.raises(ProfileError, match=r"test\.toml:4: step 'fingerprint' needs the notice"):
        parse_profile(source, "test.toml")


@pytest.mark.parametrize("key", ["id", "version", "name", "steps"])
def test_a_heading_left_out_is_named(key: str) -> None:
    source = "\n".join(line for line in GOOD.splitlines() if not line.startswith(f"{key} ="))
    with pytest.raises(ProfileError, match=key):
        parse_profile(source, "test.toml")


def test_a_step_without_its_table_takes_the_usual_options() -> None:
    source = GOOD.replace("[photo]\nmax_kb = 40\n", "")
    assert parse_profile(source, "test.toml").step("photo") is not None


def test_materials_without_a_reason_to_refuse_are_refused() -> None:
    with pytest.raises(ProfileError, match="no reason applies to 'refusal'"):
        parse_profile(GOOD.replace(', "refusal"]', "]"), "test.toml")


def test_the_digest_changes_with_every_letter() -> None:
    other = parse_profile(GOOD.replace("max_kb = 40", "max_kb = 41"), "test.toml")
    assert parse_profile(GOOD, "test.toml").digest != other.digest


@pytest.mark.parametrize("path", sorted(PROFILES.glob("*.toml")), ids=lambda path: path.stem)
def test_a_shipped_profile_is_sound(path: Path) -> None:
    profile = load_profile(path)
    assert profile.id == path.stem
    assert profile.order[0] == "arrival"
    assert all(profile.name.model_dump().values())


def test_the_two_shipped_profiles_differ_where_regions_do() -> None:
    default, second = (load_profile(PROFILES / f"{name}.toml") for name in ("default", "biometrics-first"))
    assert default.order == ("arrival", "form", "consent", "materials", "signature", "fingerprint", "photo")
    assert second.order == ("arrival", "consent", "fingerprint", "photo", "materials", "form", "signature")
    assert default.name != second.name
    assert isinstance(default.name, Words)


@pytest.mark.parametrize("path", sorted(PROFILES.glob("*.toml")), ids=lambda path: path.stem)
def test_each_notice_says_the_same_paragraphs_in_both_languages(path: Path) -> None:
    step = load_profile(path).step("consent")
    assert step is not None
    for notice in step.options.notices:  # type: ignore[attr-defined]
        assert notice.body.zh.count("\n\n") == notice.body.en.count("\n\n")
        assert "样本文本" in notice.body.zh
        assert "Sample text" in notice.body.en
