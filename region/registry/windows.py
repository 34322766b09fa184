"""The one way in which a window changes: written down with what it was before, who changed it, when and why."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from region.audit import note
from region.database import hold_table
from region.registry.rules import Window
from region.registry.window_models import WindowChangeRow, WindowRow


@dataclass(frozen=True, slots=True)
class Place:
    """Which window; `venue` "" is the one for all venues."""

    year: int
    venue: str
    kind: str

    def __str__(self) -> str:
        return f"{self.year} {self.venue or '*'} {self.kind}"


@dataclass(frozen=True, slots=True)
class Why:
    """Who changes it, when and why; the reason says nothing of any person."""

    actor: str
    at: datetime
    reason: str = ""


def window_at(session: Session, place: Place) -> Window | None:
    """Return exactly this window, also where the one for all would count."""
    row = session.get(WindowRow, (place.year, place.venue, place.kind))
    return Window(row.opens_at, row.closes_at) if row else None


def put_window(session: Session, place: Place, new: Window | None, why: Why, act: str = "window_changed") -> bool:
    """Set a window, or with None take it away; false where that is what it was."""
    hold_table(session, WindowRow)
    before = window_at(session, place)
    if before == new:
        return False
    row = session.get(WindowRow, (place.year, place.venue, place.kind))
    if new is None:
        session.delete(row)
    elif row is None:
        at = {"opens_at": new.opens_at, "closes_at": new.closes_at}
        session.add(WindowRow(exam_year=place.year, venue=place.venue, kind=place.kind, **at))
    else:
        row.opens_at, row.closes_at = new.opens_at, new.closes_at
    session.add(
        WindowChangeRow(
            exam_year=place.year,
            venue=place.venue,
            kind=place.kind,
            opened_at=before.opens_at if before else None,
            closed_at=before.closes_at if before else None,
            opens_at=new.opens_at if new else None,
            closes_at=new.closes_at if new else None,
            changed_by=why.actor,
            changed_at=why.at,
            reason=why.reason,
        )
    )
    session.flush()
    note(session, why.at, why.actor, act, str(place), _times(new))
    return True


def _times(window: Window | None) -> str:
    if window is None:
        return "taken away"
    opens = f"{window.opens_at:%Y-%m-%dT%H:%MZ}" if window.opens_at else ""
    return f"{opens}/{window.closes_at:%Y-%m-%dT%H:%MZ}"
