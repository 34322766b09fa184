"""What happened at one moment of a visit. Evidence is added, never edited."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from records.canonical import digest_bytes

CANDIDATE = "candidate"
"""The actor of what the candidate did without a member of staff."""

ARRIVAL = "arrival"
CORRECTION = "correction"
"""Pseudo-step: part is the field; data has state (requested | accepted | rejected), old, new, reason."""
RETAKE = "retake"
"""Pseudo-step: a member of staff has a step done again; `withdraws` names it, data has the reason."""
RETURN = "return"
"""Pseudo-step: the region sent the record back; `withdraws` names the step, data has reason and verdict."""

IDENTITY = "identity"
"""Pseudo-step: staff compared the person with the document; data has result, reason, compared_with, second."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that belongs to evidence; `content` is there when it was just captured, None when read back."""

    role: str
    media_type: str
    digest: str
    size_bytes: int
    content: bytes | None = field(default=None, repr=False)

    @classmethod
    def of(cls, role: str, media_type: str, content: bytes) -> "Attachment":
        """Return the attachment of freshly captured bytes; `role` says what it is, e.g. `picture` or `template`."""
        return cls(role, media_type, digest_bytes(content), len(content), content)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One act in one step.

    Attributes:
        step: id of the step, or one of the pseudo-steps above.
        taken_at: aware UTC.
        data: JSON values only; no bytes, no floats that matter.
        part: what within the step (a finger position code, a material code); the latest of each part stands.
        covers: steps whose standing data the candidate was shown besides the facts; see `records.standing`.
        bound_to: digest of exactly the data shown, "" where nothing was shown to be agreed to.
        withdraws: steps of which everything earlier no longer stands.
        attachments: files, by digest.
    """

    step: str
    taken_at: datetime
    data: Mapping[str, Any]
    part: str = ""
    covers: tuple[str, ...] = ()
    bound_to: str = ""
    withdraws: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """Evidence as it stands in the store.

    Attributes:
        seq: 1, 2, 3 … within the visit, in the order of saving.
        actor: id of the member of staff, or `CANDIDATE`.
        station: id of the station it was done at.
        monotonic_ns: the computer's steady clock, comparable only within one `boot`.
        boot: id of the computer's run; with `monotonic_ns` it orders events whatever the wall clock does.
        clock: how far `taken_at` can be believed: `ok`, `back`, `ahead`, or `unknown` where nobody looked.
    """

    seq: int
    evidence: Evidence
    actor: str
    station: str
    monotonic_ns: int = 0
    boot: str = ""
    clock: str = "unknown"
