"""What the venue has confirmed to its screens: the model that the disk and the region are compared with."""

from dataclasses import dataclass, field

from tests.support.siege.orders import ACCEPT, ARRIVE, CONSENT, ENTRIES, RETAKE, SIGN, TAKE, Reply


@dataclass(slots=True)
class Candidate:
    """One candidate as the screens have shown it.

    Attributes:
        acts: what was confirmed, in order, with the digests of what was captured.
        records: digests of the sealed versions, oldest first.
    """

    reg_no: str
    visit: str = ""
    last_seq: int = 0
    acts: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    records: tuple[str, ...] = ()

    @property
    def is_finished(self) -> bool:
        """Whether the last act sealed the visit."""
        return bool(self.acts) and self.acts[-1][0] == ACCEPT

    @property
    def trail(self) -> list[tuple[str, ...]]:
        """The digests of each entry that has to be there; what is accepted names the take's files again."""
        entries: list[tuple[str, ...]] = []
        for act, digests in self.acts:
            repeated = entries[-1] if act == ACCEPT else digests
            entries += [repeated] * ENTRIES[act]
        return entries

    def may(self) -> tuple[str, ...]:
        """Return the acts that can come next, those that lead on first."""
        if not self.acts:
            return (ARRIVE,)
        last = self.acts[-1][0]
        if last == TAKE:
            return (ACCEPT,)
        if last == ACCEPT:
            return (RETAKE,)
        if last == ARRIVE:
            return (CONSENT,)
        return (TAKE, SIGN) if last in (CONSENT, RETAKE) or not self.records else (TAKE,)


class Ledger:
    """Everybody who was here."""

    def __init__(self) -> None:
        self.candidates: dict[str, Candidate] = {}
        self.contradictions: list[str] = []

    def candidate(self, reg_no: str) -> Candidate:
        """Return somebody, new or known."""
        return self.candidates.setdefault(reg_no, Candidate(reg_no))

    def note(self, reply: Reply) -> None:
        """Take down what a screen has confirmed.

        An order whose answer was lost in a kill is given again. "It is done already" then means that it was.
        """
        order, one = reply.order, self.candidate(reply.order.reg_no)
        if reply.error:
            self.contradictions.append(reply.error)
            return
        if order.act == ARRIVE and one.acts:
            return
        wanted = one.last_seq + ENTRIES[order.act]
        if reply.last_seq != wanted or (one.visit and one.visit != reply.visit):
            self.contradictions.append(f"{order}: the visit is at {reply.last_seq} of {reply.visit}, not at {wanted}")
        seals = order.act == ACCEPT
        if reply.records[: len(one.records)] != one.records or len(reply.records) != len(one.records) + seals:
            self.contradictions.append(f"{order}: sealed were {one.records}, now {reply.records}")
        one.visit, one.last_seq, one.records = reply.visit, reply.last_seq, reply.records
        one.acts.append((order.act, order.digests))

    @property
    def records(self) -> dict[str, tuple[str, int]]:
        """Digest of every sealed version: visit and version."""
        return {
            digest: (one.visit, number)
            for one in self.candidates.values()
            for number, digest in enumerate(one.records, start=1)
        }

    @property
    def captures(self) -> int:
        """How many files were confirmed."""
        return sum(len(digests) for one in self.candidates.values() for _act, digests in one.acts)
