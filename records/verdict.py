"""What the region answers."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Decision(StrEnum):
    """The region's decision on one version of a record; only the first three judge the person."""

    PASSED = "passed"
    RETURNED = "returned"
    REFUSED = "refused"
    SET_ASIDE = "set_aside"
    REINSTATED = "reinstated"
    """It was set aside, and that was taken back: it waits again as if it had not been."""


class Code(StrEnum):
    """Why a record was set aside: what counts instead of it."""

    OTHER_VISIT = "other_visit"
    OTHER_VERSION = "other_version"
    NOT_GENUINE = "not_genuine"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One decision of the region.

    Attributes:
        seq: the region's running number for this venue; the venue asks for what comes after the last it has.
        record_digest: the very version that was judged.
        step: for RETURNED, the step to be done again; "" otherwise.
        code: for SET_ASIDE, and where that is taken back, one of `Code`; "" otherwise.
    """

    seq: int
    reg_no: str
    record_digest: str
    decision: Decision
    step: str
    reason: str
    decided_at: datetime
    code: str = ""
