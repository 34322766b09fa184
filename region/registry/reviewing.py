"""What reviewers do: take a registration in hand, note what they find about each item, and conclude.

Notes are kept at once and seen by reviewers only; nothing of them counts or is unlocked until the conclusion.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from region.registry.box import Box
from region.registry.changing import Actor, Change, Key, changing, is_claimed
from region.registry.errors import (
    ClaimedError,
    NotAllowedError,
    NotReadyError,
    ReasonMissingError,
    ReviewOverError,
    SecondPersonError,
    UnknownRegistrationError,
)
from region.registry.locks import ItemState
from region.registry.reading import registration_of
from region.registry.rules import Rules, is_past
from region.registry.status import AT_REGION, AT_VENUE, Act, Role, Status
from region.store import Store

Mark = Literal["", "pass", "return"]
_LEVEL = {Status.FILLING: AT_VENUE, Status.VENUE_PASSED: AT_REGION}
"""Who reviews, by where a registration stands; otherwise nobody does."""


@dataclass(frozen=True, slots=True)
class Said:
    """Why, as the candidate may read it: a code of the profile's opinions, words, or both."""

    opinion: str = ""
    text: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is said."""
        return not self.opinion and not self.text.strip()


NOTHING = Said()


class Review:
    """The reviewers' side of registrations."""

    def __init__(self, store: Store, box: Box, rules: Rules) -> None:
        self._store, self._box, self._rules = store, box, rules

    def claim(self, key: Key, actor: Actor) -> None:
        """Take a registration in hand, or keep it for as long again.

        Raises:
            NotAllowedError: it is not at this reviewer's level.
            ReviewOverError: the venues' review is over, also for everything else a venue's reviewer does.
            ClaimedError: somebody else has it.
        """
        with changing(self._store, key, actor) as change:
            self._require_level(change)
            row = change.row
            if is_claimed(row, change.now) and row.claimed_by != actor.id and row.claimed_until is not None:
                raise ClaimedError(row.claimed_by, row.claimed_until)
            is_new = row.claimed_by != actor.id
            row.claimed_by = actor.id
            row.claimed_until = change.now + timedelta(minutes=self._rules.online.claim_minutes)
            if is_new:
                change.note("claimed")

    def release(self, key: Key, actor: Actor) -> None:
        """Let a registration go that one has in hand; what was noted stays. Of somebody else's: nothing happens."""
        with changing(self._store, key, actor) as change:
            if change.row.claimed_by == actor.id:
                change.release()
                change.note("released")

    def mark(self, key: Key, code: str, mark: Mark, said: Said, actor: Actor) -> None:
        """Note what is found about an item; "" takes the note back.

        Raises:
            NotAllowedError, NotClaimedError, ClaimedError: it is not in this reviewer's hands.
            ReasonMissingError: sending something back takes an opinion.
            UnknownRegistrationError: no such item on the list.
        """
        with changing(self._store, key, actor) as change:
            self._require_in_hand(change)
            if code not in {asked.code for asked in self._rules.asked(registration_of(self._box, change.row))}:
                raise UnknownRegistrationError(f"no item {code}")
            if mark == "return" and said.is_empty:
                raise ReasonMissingError(code)
            item = change.item(code)
            item.mark, item.marked_by = mark, actor.id if mark else ""
            item.mark_opinion, item.mark_text = (said.opinion, said.text) if mark == "return" else ("", "")
            change.note(f"marked_{mark or 'nothing'}", code=code, opinion=item.mark_opinion, text=item.mark_text)

    def pass_at_venue(self, key: Key, actor: Actor, revision: int) -> None:
        """考点通过: every item counts as noted; the region is next.

        Raises:
            NotReadyError: required items are not noted as passed, or some are noted to be sent back; names them.
            SecondPersonError: somebody proposes a refusal, which is to be decided first.
            NotAllowedError, NotClaimedError, ClaimedError, ChangedMeanwhileError: it cannot be concluded so.
        """
        with changing(self._store, key, actor, revision) as change:
            self._require_in_hand(change)
            self._require_no_proposal(change)
            self._require_all_pass(change)
            apply_marks(change)
            change.move(Act.PASS_AT_VENUE)
            self._hand_over(change)

    def send_back(self, key: Key, actor: Actor, revision: int, said: Said = NOTHING) -> None:
        """Send what is noted to be sent back to the candidate; from the region with nothing noted: to the venue.

        Raises:
            NotReadyError: at the venue, nothing is noted to be sent back.
            ReasonMissingError: the region says nothing.
            NotAllowedError, NotClaimedError, ClaimedError, ChangedMeanwhileError: it cannot be concluded so.
        """
        with changing(self._store, key, actor, revision) as change:
            self._require_in_hand(change)
            returned = [code for code, item in change.items().items() if item.mark == "return"]
            if change.status is Status.VENUE_PASSED:
                words = said if not said.is_empty or not returned else Said(text="/".join(returned))
                apply_marks(change)
                change.move(Act.SEND_BACK, opinion=words.opinion, text=words.text)
            elif not returned:
                raise NotReadyError([])
            else:
                apply_marks(change)
                change.note("returned", opinion=said.opinion, text=said.text)
            if returned:
                change.row.submitted_at = change.row.waiting_since = None
                change.release()
            else:
                self._hand_over(change)

    def approve(self, key: Key, actor: Actor, revision: int) -> None:
        """审核通过, by the region. Raises as `pass_at_venue`."""
        with changing(self._store, key, actor, revision) as change:
            self._require_in_hand(change)
            self._require_no_proposal(change)
            returned = [code for code, item in change.items().items() if item.mark == "return"]
            if returned:
                raise NotReadyError(returned)
            apply_marks(change)
            change.move(Act.APPROVE)
            change.row.waiting_since = None
            change.release()

    def propose_refusal(self, key: Key, actor: Actor, revision: int, said: Said) -> None:
        """Propose that it be refused; a second person of the region decides.

        Raises:
            ReasonMissingError: it takes an opinion.
            SecondPersonError: it is proposed already.
            NotAllowedError, NotClaimedError, ClaimedError, ChangedMeanwhileError: it cannot be concluded so.
        """
        with changing(self._store, key, actor, revision) as change:
            self._require_in_hand(change)
            self._require_no_proposal(change)
            if said.is_empty:
                raise ReasonMissingError("propose_refusal")
            change.row.proposed_by = actor.id
            change.note("refusal_proposed", opinion=said.opinion, text=said.text)
            self._hand_over(change)

    def refuse(self, key: Key, actor: Actor, revision: int, said: Said) -> None:
        """审核拒绝, by a lead of the region who is not who proposed it. Raises as `Change.move`, or as `claim`."""
        with changing(self._store, key, actor, revision) as change:
            change.require_claim()
            change.move(Act.REFUSE, opinion=said.opinion, text=said.text)
            change.row.proposed_by, change.row.waiting_since = "", None
            change.release()

    def dismiss_refusal(self, key: Key, actor: Actor, revision: int, said: Said) -> None:
        """Turn a proposal down; the review goes on where it was.

        Raises:
            SecondPersonError: nobody proposed it, or whoever acts did.
            NotAllowedError: only a lead may, of the region or of the venue.
            ReasonMissingError, NotClaimedError, ClaimedError, ChangedMeanwhileError: it cannot be concluded so.
        """
        with changing(self._store, key, actor, revision) as change:
            change.require_claim()
            if actor.role not in (Role.LEAD, Role.VENUE_LEAD):
                raise NotAllowedError("a lead turns proposals down")
            if change.row.proposed_by in ("", actor.id):
                raise SecondPersonError("dismiss_refusal")
            if said.is_empty:
                raise ReasonMissingError("dismiss_refusal")
            change.row.proposed_by = ""
            change.note("refusal_dismissed", opinion=said.opinion, text=said.text)
            self._hand_over(change)

    def decide(self, key: Key, act: Act, actor: Actor, revision: int, said: Said = NOTHING) -> None:
        """Do one of the acts that need no look at the items: reconsider, or withdraw an approval.

        Raises:
            NotAllowedError, ReasonMissingError, ChangedMeanwhileError: it cannot be done (so).
        """
        if act not in (Act.RECONSIDER, Act.WITHDRAW_APPROVAL):
            raise NotAllowedError(f"{act} is concluded in its own way")
        with changing(self._store, key, actor, revision) as change:
            change.move(act, opinion=said.opinion, text=said.text)
            change.row.waiting_since = change.now

    def _require_level(self, change: Change) -> None:
        roles = _LEVEL.get(change.status, frozenset())
        may_decide_proposal = bool(change.row.proposed_by) and change.actor.role is Role.LEAD
        if change.actor.role not in roles and not may_decide_proposal:
            raise NotAllowedError(f"{change.actor.role} does not review what is {change.status}")
        _require_in_time(change)

    def _require_in_hand(self, change: Change) -> None:
        if change.actor.role not in _LEVEL.get(change.status, frozenset()):
            raise NotAllowedError(f"{change.actor.role} does not review what is {change.status}")
        _require_in_time(change)
        change.require_claim()

    def _require_no_proposal(self, change: Change) -> None:
        if change.row.proposed_by:
            raise SecondPersonError("a refusal is proposed")

    def _require_all_pass(self, change: Change) -> None:
        items = change.items()
        open_ones = [
            code for code, item in items.items() if item.mark == "return" or _is_undecided(item.state, item.mark)
        ]
        for asked in self._rules.asked(registration_of(self._box, change.row)):
            row = items.get(asked.code)
            passed = row is not None and (row.mark == "pass" or row.state == ItemState.PASSED)
            if asked.required and not passed and asked.code not in open_ones:
                open_ones.append(asked.code)
        if open_ones:
            raise NotReadyError(open_ones)

    def _hand_over(self, change: Change) -> None:
        change.row.waiting_since = change.now
        change.release()


def _require_in_time(change: Change) -> None:
    row = change.row
    if change.actor.role in AT_VENUE and is_past(change.session, row.exam_year, row.venue, "venue_review", change.now):
        raise ReviewOverError("the venues' review has ended")


def apply_marks(change: Change) -> None:
    """Let what is noted about the items count."""
    for code, item in change.items().items():
        if not item.mark:
            continue
        passed = item.mark == "pass"
        item.state = (ItemState.PASSED if passed else ItemState.RETURNED).value
        item.opinion, item.opinion_text = item.mark_opinion, item.mark_text
        item.decided_by, item.decided_at, item.decided_version = item.marked_by, change.now, item.version
        item.mark = item.mark_opinion = item.mark_text = item.marked_by = ""
        change.note(
            "item_passed" if passed else "item_returned", code=code, opinion=item.opinion, text=item.opinion_text
        )


def _is_undecided(state: str, mark: str) -> bool:
    return not mark and state in (ItemState.OPEN, ItemState.WAITING, ItemState.RETURNED)
