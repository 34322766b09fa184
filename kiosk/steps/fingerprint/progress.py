"""How far a candidate is with the fingers. Pure, from the standing evidence."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kiosk.exemption import PART
from kiosk.steps.fingerprint.fingers import HANDS
from kiosk.steps.fingerprint.options import FingerprintOptions
from records.evidence import Attachment, Entry


@dataclass(frozen=True, slots=True)
class Tried:
    """What is known of one finger.

    Attributes:
        scores: of every press, in order.
        good: presses that reached the profile's quality.
        accepted: the finger counts.
        forced: it counts although it is poor, by two members of staff.
        attachments: the best press's picture, template and minutiae, and the other good presses' minutiae.
        last_at: when it was pressed last, None if never.
        is_out_of_time: no further press of it is asked for.
    """

    finger: int
    scores: tuple[int, ...] = ()
    good: int = 0
    accepted: bool = False
    forced: bool = False
    data: dict[str, Any] | None = None
    attachments: tuple[Attachment, ...] = ()
    last_at: datetime | None = None
    is_out_of_time: bool = False

    @property
    def best_pct(self) -> int:
        """The best press's score."""
        return max(self.scores, default=0)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is.

    Attributes:
        accepted: fingers that count, in the order in which they are asked for.
        spent: fingers whose tries are used up without success, the best first.
        exempt: finger codes that two members of staff excused.
        reason: why nothing more is asked for, "" as long as it is: all fingers were excused, at once or one by one.
        current: the finger to press next, None if there is none.
        missing: how many fingers are still wanted.
        is_out_of_time: all fingers together took too long; staff go on with the candidate.
    """

    accepted: tuple[Tried, ...]
    spent: tuple[Tried, ...]
    exempt: frozenset[int]
    reason: str
    current: Tried | None
    missing: int
    is_out_of_time: bool = False

    @property
    def is_stuck(self) -> bool:
        """Whether only staff can go on: fingers are wanted, and none is left to ask for or the time is over."""
        return not self.reason and self.missing > 0 and (self.current is None or self.is_out_of_time)


def progress(entries: Iterable[Entry], options: FingerprintOptions) -> Progress:
    """Return how far the fingers are.

    Args:
        entries: the step's standing entries.
    """
    kept = list(entries)
    exempt = _exempt(kept)
    tried = {known.finger: known for known in map(_tried, kept) if known}
    accepted = tuple(tried[finger] for finger in options.order if finger in tried and tried[finger].accepted)
    over = [known for known in tried.values() if not known.accepted and _is_over(known, options)]
    missing = max(0, options.required - len(accepted))
    closed = {known.finger for known in (*accepted, *over)} | exempt
    reason = _whole_reason(kept, is_all_excused=not over and closed.issuperset(options.order))
    is_asking = missing and not reason and len(accepted) + len(over) < options.max_fingers
    left = [finger for finger in options.order if finger not in closed] if is_asking else []
    return Progress(
        accepted=accepted,
        spent=tuple(sorted(over, key=lambda known: -known.best_pct)),
        exempt=exempt,
        reason=reason,
        current=tried.get(left[0], Tried(left[0])) if left else None,
        missing=missing,
        is_out_of_time=any((known.data or {}).get("time_up") for known in tried.values()),
    )


def _is_over(known: Tried, options: FingerprintOptions) -> bool:
    return len(known.scores) >= options.tries_of(known.finger) or known.is_out_of_time


def _exempt(entries: Iterable[Entry]) -> frozenset[int]:
    """Return the excused fingers; an excused hand excuses each of its fingers."""
    codes: set[int] = set()
    for entry in entries:
        prefix, _, code = entry.evidence.part.partition(":")
        if prefix == PART and code:
            codes.update(HANDS.get(int(code), (int(code),)))
    return frozenset(codes)


def _whole_reason(entries: Iterable[Entry], *, is_all_excused: bool) -> str:
    """Return why no finger is wanted any more."""
    reasons = {entry.evidence.part: str(entry.evidence.data["reason"]) for entry in entries if _is_exemption(entry)}
    if is_all_excused:
        return next(iter(reasons.values()), "")
    return reasons.get(PART, "")


def _is_exemption(entry: Entry) -> bool:
    return entry.evidence.part.partition(":")[0] == PART


def _tried(entry: Entry) -> Tried | None:
    evidence = entry.evidence
    if not evidence.part.isdecimal():
        return None
    data = dict(evidence.data)
    return Tried(
        finger=int(evidence.part),
        scores=tuple(data["tries"]),
        good=data["good"],
        accepted=data["accepted"],
        forced=data.get("forced", False),
        data=data,
        attachments=evidence.attachments,
        last_at=evidence.taken_at,
        is_out_of_time=bool(data.get("finger_time_up")),
    )
