"""Which papers are asked of whom, as the shipped profiles have it."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.profile import load_profile
from rules.materials.catalogue import catalogue
from rules.materials.options import Item, MaterialsOptions, Reason
from rules.materials.required import applies, required_items
from rules.roster.kinds import KINDS
from rules.words import Words

PROFILES = Path(__file__).resolve().parents[4] / "profiles"
KIND_SETS = st.frozensets(st.sampled_from(sorted(catalogue().kinds)))
ALWAYS = {"M01", "M02", "M11", "M28"}


def options_of(name: str) -> MaterialsOptions:
    step = load_profile(PROFILES / f"{name}.toml").step("materials")
    assert step is not None
    assert isinstance(step.options, MaterialsOptions)
    return step.options


@pytest.fixture(scope="module")
def default() -> MaterialsOptions:
    return options_of("default")


def required(kinds: str, options: MaterialsOptions, facts: Mapping[str, str] | None = None) -> set[str]:
    flags = kinds.split(",")
    return {asked.code for asked in required_items(flags, facts or {"graduated": "2020-07"}, options) if asked.required}


@pytest.mark.parametrize(
    ("kinds", "graduated", "more"),
    [
        ("LV1", "2020-07", {"M04", "M06", "M09"}),
        ("LV1", "2001-07", {"M04", "M07", "M09"}),
        ("LV1", "", {"M04", "M09"}),
        ("LV2,SEC", "2020-07", {"M04", "M07", "M09"}),
        ("LV1,FRESH", "2026-07", {"M04", "M06", "M09", "M16"}),
        ("LV1,UPG2", "2018-07", {"M04", "M06", "M12", "M13", "M14"}),
        ("LV1,UPG5,SEC", "2010-07", {"M04", "M07", "M12", "M13", "M14"}),
        ("LV2,TCM_SC", "", {"M09", "M17"}),
        ("LV1,MIL", "2020-07", {"M04", "M06", "M09", "M18"}),
        ("LV1,HMT", "2020-07", {"M04", "M06", "M20"}),
        ("LV1,FOR,OVS", "2020-07", {"M04", "M08", "M21"}),
        ("LV1,GRAD", "2020-07", {"M04", "M06", "M09", "M26"}),
        ("LV1,ADD", "2020-07", {"M04", "M06", "M09", "M24"}),
        ("LV1,RETAKE,SKILLOK", "2020-07", {"M04", "M06", "M09"}),
    ],
)
def test_what_a_kind_of_candidate_has_to_bring(
    default: MaterialsOptions, kinds: str, graduated: str, more: set[str]
) -> None:
    assert required(kinds, default, {"graduated": graduated}) == ALWAYS | more


def test_the_second_region_asks_for_more(default: MaterialsOptions) -> None:
    second = options_of("biometrics-first")
    assert required("LV1", second) - required("LV1", default) == {"M10", "M22", "M23"}
    assert {(asked.min_kb, asked.max_kb) for asked in required_items(["LV1"], {}, second)} == {(50, 120)}


@given(kinds=KIND_SETS)
def test_the_whole_list_is_shown_whoever_it_is(default: MaterialsOptions, kinds: frozenset[str]) -> None:
    asked = required_items(kinds, {}, default)
    assert [one.code for one in asked] == [item.code for item in default.items]
    assert all(one.fits for one in asked if one.required)


@given(kinds=KIND_SETS, extra=st.sampled_from(["RETAKE", "SKILLOK", "DENT", "RURAL", "TOPUP"]))
def test_kinds_no_rule_names_change_nothing(default: MaterialsOptions, kinds: frozenset[str], extra: str) -> None:
    assert required(",".join(kinds), default) == required(",".join(kinds | {extra}), default)


def test_optional_is_never_required(default: MaterialsOptions) -> None:
    asked = {one.code: one for one in required_items(["LV1"], {}, default)}
    assert asked["M99"].fits
    assert not asked["M99"].required


def test_papers_of_the_military_are_checked_and_never_scanned(default: MaterialsOptions) -> None:
    assert {one.images for one in required_items(["LV1", "MIL"], {}, default)} == {"never"}
    assert {one.images for one in required_items(["LV1"], {}, default) if one.required} == {"optional"}


@pytest.mark.parametrize(
    ("condition", "kinds", "graduated", "holds"),
    [
        ("*", set(), "", True),
        ("LV1", {"LV1"}, "", True),
        ("LV1", {"LV2"}, "", False),
        ("LV1+FRESH", {"LV1", "FRESH"}, "", True),
        ("LV1+FRESH", {"LV1"}, "", False),
        ("graduated<2002-01", set(), "2001-12", True),
        ("graduated<2002-01", set(), "2002-01", False),
        ("graduated>=2002-01", set(), "2002-01", True),
        ("graduated>=2002-01", set(), "", False),
        ("graduated<2002-01", set(), "", False),
    ],
)
def test_conditions(condition: str, kinds: set[str], graduated: str, *, holds: bool) -> None:
    assert applies(condition, frozenset(kinds), graduated) is holds


def test_a_profile_overrides_the_catalogue() -> None:
    words = Words(zh="提示", en="hint")
    reason = Reason(code="r", words=words, applies=("fail", "pending", "waived", "refusal"))
    item = Item(code="M02", min=1, max=4, min_kb=10, max_kb=90, due_days=3, hint=words, images="required")
    (asked,) = required_items([], {}, MaterialsOptions(items=(item,), reasons=(reason,)))
    assert (asked.min, asked.max, asked.min_kb, asked.max_kb, asked.due_days) == (1, 4, 10, 90, 3)
    assert (asked.hint, asked.images) == (words, "required")


def test_the_catalogue_is_whole() -> None:
    codes = [f"M{number:02}" for number in (*range(1, 32), 99)]
    assert sorted(catalogue().materials) == codes
    assert all(material.min <= material.max for material in catalogue().materials.values())


def test_roster_and_catalogue_know_the_same_kinds() -> None:
    assert catalogue().kinds == set(KINDS)
