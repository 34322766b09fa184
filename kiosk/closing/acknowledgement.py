"""The region's word on the day, compared with what is kept here."""

from contextlib import closing
from dataclasses import asdict, dataclass
from typing import Any

from kiosk.closing.accounts import Balance
from kiosk.venue import Venue
from records.day import DayWindow, SignedStatement
from sync.days import DayLine, HttpDayLine
from sync.errors import RefusedError, SyncError
from sync.replies import UnknownError

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What the region said.

    Attributes:
        code: "" if it confirms the day. `no_region`, `unreachable`, `refused`: it said nothing; `differs`: it holds
            other records; `incomplete`: it confirms what it has, and not everything is there; `no_checkpoint`: the
            records are confirmed, the audit log's checkpoint is not.
        missing_there: records whose acceptance is kept here and that the region does not name, the first few.
    """

    code: str
    statement: SignedStatement | None = None
    missing_there: tuple[str, ...] = ()

    @property
    def facts(self) -> dict[str, Any]:
        """What the closing remembers of it: numbers, codes, and the signed words as they came."""
        found: dict[str, Any] = {"code": self.code, "missing_there": list(self.missing_there)}
        if self.statement:
            said = asdict(self.statement.statement)
            found |= {name: said[name] for name in ("records", "digest", "incomplete")}
            found |= {"at": self.statement.at.isoformat(), "key": self.statement.key_id}
            found["document"] = self.statement.document.decode("utf-8")
        return found


def acknowledge(venue: Venue, window: DayWindow, balance: Balance) -> Acknowledgement:
    """Send the audit log's checkpoint, ask the region about the day, and compare."""
    if venue.enrolment is None:
        return Acknowledgement("no_region")
    has_checkpoint = venue.checkpoint_sender.round(now=True)
    with closing(HttpDayLine(venue.enrolment)) as line:
        try:
            found = line.confirm(window)
        except (RefusedError, UnknownError):
            return Acknowledgement("refused")
        except SyncError:
            return Acknowledgement("unreachable")
        return Acknowledgement(_code(found, balance, has_checkpoint), found, _missing(line, found, balance))


def _code(found: SignedStatement, balance: Balance, has_checkpoint: bool) -> str:
    said = found.statement
    if (said.records, said.digest) != (len(balance.accepted), balance.digest):
        return "differs"
    if said.incomplete or balance.troubles or len(balance.accepted) != balance.records:
        return "incomplete"
    return "" if has_checkpoint else "no_checkpoint"


def _missing(line: DayLine, found: SignedStatement, balance: Balance) -> tuple[str, ...]:
    """Return which of our accepted records the region does not name, if the two differ and it says so now."""
    if found.statement.digest == balance.digest:
        return ()
    try:
        return tuple(sorted(balance.accepted - line.held())[:SHOWN])
    except SyncError:
        return ()
