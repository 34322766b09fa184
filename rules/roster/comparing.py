"""Compares the rows of one file with each other."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from records.registration import FIELDS, Registration
from rules.roster.outcome import Finding, Outcome

_USUAL_SHARE = 0.9
"""Share of the rows that must have the same length before a shorter number is suspicious."""


def compare_rows(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Return the outcomes with what shows only beside other rows: repeats, contradictions, numbers cut short."""
    return _flag_short_numbers(_flag_shared_ids(_settle_repeats(list(outcomes))))


def _settle_repeats(outcomes: list[Outcome]) -> list[Outcome]:
    """Keep the first of rows that say the same, and refuse all that contradict each other: either may be wrong."""
    for places in _places(outcomes, lambda registration: registration.reg_no):
        first = outcomes[places[0]]
        if any(outcomes[place].registration != first.registration for place in places):
            _name_each_other(outcomes, places, "duplicate_in_file", "reg_no")
            continue
        for place in places[1:]:
            outcomes[place] = outcomes[place].adding(Finding("repeated_row", rows=(first.row_number,)))
    return outcomes


def _flag_shared_ids(outcomes: list[Outcome]) -> list[Outcome]:
    for places in _places(outcomes, lambda registration: registration.fields["id_no"]):
        _name_each_other(outcomes, places, "id_shared", "id_no")
    return outcomes


def _flag_short_numbers(outcomes: list[Outcome]) -> list[Outcome]:
    """Warn of registration numbers with fewer digits than nearly all others have."""
    numbers = {place: taken.reg_no for place, outcome in enumerate(outcomes) if (taken := outcome.accepted)}
    numbers = {place: number for place, number in numbers.items() if number.isdigit()}
    lengths = Counter(map(len, numbers.values()))
    usual, count = max(lengths.items(), key=lambda item: item[1], default=(0, 0))
    if count < _USUAL_SHARE * len(numbers):
        return outcomes
    for place, number in numbers.items():
        if len(number) < usual:
            outcomes[place] = outcomes[place].adding(Finding("leading_zeros", FIELDS["reg_no"]))
    return outcomes


def _places(outcomes: Sequence[Outcome], key: Callable[[Registration], str]) -> list[list[int]]:
    """Return the places of rows that are to be imported and share the key, those of each key together."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for place, outcome in enumerate(outcomes):
        if taken := outcome.accepted:
            found[key(taken)].append(place)
    return [places for places in found.values() if len(places) > 1]


def _name_each_other(outcomes: list[Outcome], places: Sequence[int], code: str, field: str) -> None:
    numbers = [outcomes[place].row_number for place in places]
    for place in places:
        others = tuple(number for number in numbers if number != outcomes[place].row_number)
        outcomes[place] = outcomes[place].adding(Finding(code, FIELDS[field], others[:10]))
