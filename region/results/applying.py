"""What a list would change, and the changing of it; the same list once more changes nothing."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from region.audit import note
from region.keys import person_mark
from region.registry.changing import Actor, Key, changing
from region.registry.errors import NotAllowedError
from region.registry.models import RegistrationRow
from region.registry.status import RULES, Act, Role, Status, may
from region.results.reading import Entry
from region.store import Store

NATIONAL = Actor("national list", Role.SYSTEM)
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Doubt:
    """A row that changes nothing; `why`: `word`, `nobody`, `twice`, or `status` with where the registration stands."""

    entry: Entry
    why: str
    status: Status | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a list would do.

    Attributes:
        moves: what is to be done to whom.
        counts: how many go from which status by which act.
        same: how many are already where the list wants them.
    """

    moves: tuple[tuple[Key, Act], ...]
    counts: Mapping[tuple[Status, Act], int]
    same: int
    doubts: tuple[Doubt, ...]


def preview(store: Store, year: int, entries: Sequence[Entry]) -> Preview:
    """Return what would change at this moment; nothing does."""
    repeated = {reg_no for reg_no, count in Counter(entry.reg_no for entry in entries).items() if count > 1}
    standing = _standing(store, year, [entry.reg_no for entry in entries])
    moves: list[tuple[Key, Act]] = []
    counts: Counter[tuple[Status, Act]] = Counter()
    doubts: list[Doubt] = []
    same = 0
    for entry in entries:
        found = standing.get(entry.reg_no)
        if entry.act is None or found is None or entry.reg_no in repeated:
            doubts.append(Doubt(entry, "word" if entry.act is None else "nobody" if found is None else "twice"))
            continue
        key, status = found
        if status is RULES[entry.act].target:
            same += 1
        elif may(Role.SYSTEM, entry.act, status):
            moves.append((key, entry.act))
            counts[status, entry.act] += 1
        else:
            doubts.append(Doubt(entry, "status", status))
    return Preview(tuple(moves), counts, same, tuple(doubts))


def apply(store: Store, actor: Actor, moves: Iterable[tuple[Key, Act]]) -> int:
    """Do it, each in a transaction of its own; return how many moved. Whoever has moved on meanwhile is left alone."""
    moved = 0
    for key, act in moves:
        try:
            with changing(store, key, NATIONAL) as change:
                change.move(act)
        except NotAllowedError:
            continue
        moved += 1
    with store.write() as session:
        note(session, store.now(), actor.id, "results_taken_over", detail=str(moved))
    return moved


def _standing(store: Store, year: int, numbers: Sequence[str]) -> Mapping[str, tuple[Key, Status]]:
    found: dict[str, tuple[Key, Status]] = {}
    for start in range(0, len(numbers), _BATCH):
        with store.read() as session:
            marks = {person_mark(session, store.vault, number): number for number in numbers[start : start + _BATCH]}
            of_list = RegistrationRow.exam_year == year, RegistrationRow.person.in_(marks)
            for row in session.scalars(select(RegistrationRow).where(*of_list)):
                found[marks[row.person]] = Key(row.exam_year, row.id), Status(row.status)
    return found
