"""How far the check of materials is, whatever was found: the rule alone, without screens."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kiosk.step import State
from kiosk.steps.materials.checked import VERDICTS, Checked, missing_of, outcome_of
from rules.materials.options import Item, MaterialsOptions, Reason
from rules.materials.required import Asked, required_items
from rules.words import Words
from tests.support.cases import TODAY

CODES = ["M01", "M02", "M04", "M09", "M99"]
WORDS = Words(zh="原因", en="reason")
REASON = Reason(code="r", words=WORDS, applies=("fail", "pending", "waived", "refusal"))


def options_of(pending: str = "stop") -> MaterialsOptions:
    items = [Item(code=code, optional=code == "M99") for code in CODES]
    return MaterialsOptions.model_validate(
        {"items": [item.model_dump() for item in items], "reasons": [REASON.model_dump()], "pending": pending}
    )


ASKED = required_items([], {}, options_of())


@st.composite
def checked(draw: st.DrawFn) -> Checked:
    verdict = draw(st.sampled_from(["", *VERDICTS]))
    due = TODAY + timedelta(days=draw(st.integers(0, 60))) if verdict == "pending" else None
    return Checked(verdict, "r" if verdict in ("fail", "pending", "waived") else "", due=due)


ITEMS = st.lists(checked(), min_size=len(CODES), max_size=len(CODES)).map(
    lambda found: list(zip(ASKED, found, strict=True))
)


def verdicts(items: list[tuple[Asked, Checked]]) -> set[str]:
    return {found.verdict for asked, found in items if asked.required or found.verdict}


@given(items=ITEMS)
def test_done_means_nothing_is_open_failed_or_to_follow(items: list[tuple[Asked, Checked]]) -> None:
    is_done = outcome_of(items, options_of()).state is State.DONE
    assert is_done == (verdicts(items) <= {"pass", "waived"})


@given(items=ITEMS)
def test_it_is_pending_until_the_earliest_day(items: list[tuple[Asked, Checked]]) -> None:
    outcome = outcome_of(items, options_of())
    days = [found.due for _asked, found in items if found.due]
    if outcome.state is State.PENDING:
        assert outcome.until == min(days)
        assert outcome.reason == "materials"
    else:
        assert outcome.until is None


@given(items=ITEMS)
def test_what_failed_stops_the_visit(items: list[tuple[Asked, Checked]]) -> None:
    if "fail" in verdicts(items):
        assert outcome_of(items, options_of()).state is State.TODO


@given(items=ITEMS)
def test_a_proposed_refusal_stops_everything(items: list[tuple[Asked, Checked]]) -> None:
    outcome = outcome_of(items, options_of("continue"), is_refused=True)
    assert outcome.state is State.REFUSED


@given(items=ITEMS)
def test_the_region_decides_whether_others_wait(items: list[tuple[Asked, Checked]]) -> None:
    stop, go_on = outcome_of(items, options_of("stop")), outcome_of(items, options_of("continue"))
    assert stop.state is go_on.state
    if stop.state is State.PENDING:
        assert (stop.blocks, go_on.blocks) == (True, False)


@given(items=ITEMS)
def test_the_slip_lists_what_is_to_follow_and_nothing_else(items: list[tuple[Asked, Checked]]) -> None:
    lines = missing_of(items, options_of())
    assert [line.code for line in lines] == [asked.code for asked, found in items if found.verdict == "pending"]
    assert all(line.reason == WORDS and isinstance(line.due_on, date) for line in lines)
