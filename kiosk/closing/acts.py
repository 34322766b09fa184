"""Does the steps of a closing. Each is one act, written down once; whatever was killed between two is begun again."""

from collections.abc import Container, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from kiosk.closing.accounts import Balance, Trouble
from kiosk.closing.acknowledgement import acknowledge
from kiosk.closing.people import Person
from kiosk.closing.wizard import CHANGES, STEPS, WAIVABLE, ClosingDay
from kiosk.closing.words import CARRY_REASONS, REOPEN_REASONS, WAIVE_REASONS
from kiosk.errors import ClosingRefusedError
from kiosk.venue import Venue
from local_db.day_book import ABSENT, CARRIED, DONE, TRIED, WAIVED, NewAct
from local_db.day_gate import BEGUN, REOPENED, DayState
from local_db.store import Origin

KEPT_TROUBLES, MAX_NOTE = 500, 200
LONGEST_CARRY = timedelta(days=60)


class Closer:
    """Closes one day for one lead; every act fails if the day has moved on since `day` was looked at."""

    def __init__(self, venue: Venue, day: ClosingDay, origin: Origin) -> None:
        self._venue = venue
        self._day = day
        self._origin = origin

    def begin(self) -> None:
        """Take no more arrivals."""
        if self._day.state is DayState.OPEN:
            self._write(NewAct(BEGUN))

    def reopen(self, reason: str, note: str) -> None:
        """Have everything go on, and the steps done again.

        Raises:
            ClosingRefusedError: captures were removed already, or no reason is given.
        """
        if self._day.is_purged:
            raise ClosingRefusedError("purged")
        _require(reason, REOPEN_REASONS, note)
        if self._day.state is not DayState.OPEN:
            self._write(NewAct(REOPENED, reason=reason, note=note[:MAX_NOTE]))

    def carry(self, person: Person, to_day: date | None, reason: str) -> None:
        """Somebody who is still inside comes another day.

        Raises:
            ClosingRefusedError: no day after this one, or no reason.
        """
        if to_day is None or not timedelta() < to_day - self._day.window.day <= LONGEST_CARRY:
            raise ClosingRefusedError("no_day")
        _require(reason, CARRY_REASONS, "-")
        detail = {"seq": person.visit.last_seq, "to": to_day.isoformat()}
        self._decide(person, NewAct(CARRIED, "settle", person.visit.id, reason, detail=detail, told=detail))

    def absent(self, person: Person) -> None:
        """Somebody has left, or does not answer."""
        detail = {"seq": person.visit.last_seq}
        self._decide(person, NewAct(ABSENT, "settle", person.visit.id, detail=detail, told=detail))

    def settle(self) -> None:
        """Nobody is inside any more, and nothing is left to look at.

        Raises:
            ClosingRefusedError: somebody or something is.
        """
        self._require_turn("settle")
        if not self._day.people.reckoning.adds_up:
            raise ClosingRefusedError("open_people")
        if not self._day.matters.is_clear:
            raise ClosingRefusedError("open_matters")
        self._write(NewAct(DONE, "settle", told=self._figures()))

    def reconcile(self) -> Balance:
        """Look at every object and receipt; the step is done if nothing is missing."""
        self._require_turn("reconcile")
        mark = self._venue.auditor.mark(self._day.window)  # before: what comes meanwhile is looked at again
        balance = self._venue.auditor.balance(self._day.window)
        unsealed = self.unsealed()
        numbers = {
            "records": balance.records,
            "accepted": len(balance.accepted),
            "sent": balance.sent,
            "saved": balance.saved,
            "objects": balance.objects,
            "unsealed": len(unsealed),
            "earlier": self._venue.auditor.kept.left_before(self._day.window.begins_at),
        }
        told = {**numbers, "missing": len(balance.troubles)}
        detail = {**numbers, "mark": mark, "digest": balance.digest, "troubles": _kept(balance.troubles)}
        detail |= {"missing": len(balance.troubles), "unsealed_tickets": unsealed}
        is_done = not balance.troubles and not unsealed
        self._write(NewAct(DONE if is_done else TRIED, "reconcile", detail=detail, told=told))
        return balance

    def unsealed(self) -> list[str]:
        """Return the numbers of those who are finished and of whom there is no sealed record as they stand."""
        finished = [one for one in self._day.people.came if one.place.way.is_finished]
        sealed = self._venue.days.sealed([one.visit.id for one in finished])
        return [one.ticket for one in finished if sealed.get(one.visit.id) != one.visit.last_seq]

    def back_up(self) -> None:
        """Make a backup unless there is one of everything, and read it whole.

        Raises:
            BackupError: there is none.
            ClosingRefusedError: it does not read back.
        """
        self._require_turn("backup")
        backups = self._venue.backups
        if not backups.state().name or backups.state().upto < backups.newest(*CHANGES):
            backups.make(self._origin)
        if backups.check():
            raise ClosingRefusedError("backup_damaged")
        state, disk = backups.state(), backups.plan.disk if backups.plan else ""
        detail = {"name": state.name, "files": state.files, "upto": state.upto, "made_at": state.made_at}
        self._write(NewAct(DONE, "backup", detail={**detail, "disk": str(disk)}, told=detail))

    def confirm(self) -> str:
        """Have the region confirm the day; return "" or the code of why it is not confirmed."""
        self._require_turn("confirm")
        window = self._day.window
        mark = self._venue.auditor.mark(window)
        found = acknowledge(self._venue, window, self._venue.auditor.balance(window))
        kept = {**found.facts, "mark": mark}
        told: dict[str, Any] = {key: kept[key] for key in ("code", "records", "digest", "incomplete") if key in kept}
        self._write(NewAct(TRIED if found.code else DONE, "confirm", detail=kept, told=told))
        return found.code

    def waive(self, step: str, reason: str, note: str) -> None:
        """Leave a step undone for a reason; the report says so.

        Raises:
            ClosingRefusedError: it is not this step's turn, it cannot be left out, or no reason is given.
        """
        self._require_turn(step)
        if step not in WAIVABLE:
            raise ClosingRefusedError("not_waivable")
        if not self.was_tried(step):
            raise ClosingRefusedError("try_first")
        if not self._day.people.reckoning.adds_up:
            raise ClosingRefusedError("open_people")
        _require(reason, WAIVE_REASONS, note)
        self._write(NewAct(WAIVED, step, reason=reason, note=note[:MAX_NOTE]))

    def was_tried(self, step: str) -> bool:
        """Tell whether a step was tried in this round and did not come out: only then can it be left undone."""
        if step == "settle":
            return not self._day.matters.is_clear
        if step == "backup":
            return self._venue.backups.plan is None or bool(self._venue.backups.state().error)
        found = self._day.found(step)
        return found is not None and found.act == TRIED

    def _decide(self, person: Person, act: NewAct) -> None:
        if self._day.state is not DayState.CLOSING:
            raise ClosingRefusedError("order")
        self._write(act)

    def _require_turn(self, step: str) -> None:
        """Make sure that a step can be done now: those before it are, and the day is not closed.

        Raises:
            ClosingRefusedError: it cannot.
        """
        before = self._day.steps[: STEPS.index(step)] if step in STEPS else ()
        is_turn = step in STEPS and all(one.state in ("done", "waived") for one in before)
        if not is_turn or self._day.state is not DayState.CLOSING:
            raise ClosingRefusedError("order")

    def _write(self, act: NewAct) -> None:
        self._venue.days.add(self._day.window, act, self._origin, self._day.after)

    def _figures(self) -> dict[str, int]:
        counted = self._day.people.reckoning.appointments
        names = ("total", "finished", "returned", "carried", "absent")
        return {name: getattr(counted, name) for name in names} | {
            "walk_ins": self._day.people.reckoning.walk_ins.total
        }


def _kept(troubles: Sequence[Trouble]) -> list[dict[str, Any]]:
    return [asdict(one) for one in troubles[:KEPT_TROUBLES]]


def _require(reason: str, known: Container[str], note: str) -> None:
    if reason not in known:
        raise ClosingRefusedError("no_reason")
    if reason == "other" and not note.strip():
        raise ClosingRefusedError("no_note")
