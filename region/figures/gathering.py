"""Everything that one look at the dashboard asks the database for."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from region.conflicts import find_open
from region.figures import board
from region.figures.contacts import Contacts
from region.figures.days import Counts
from region.models import Venue
from region.settings import Settings
from region.store import Store

VENUES_A_PAGE, DAYS_SHOWN = 20, 14


@dataclass(frozen=True, slots=True)
class Dashboard:
    """What the dashboard is made of."""

    store: Store
    settings: Settings
    contacts: Contacts


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was found.

    Attributes:
        shown: id and name of the venues of this page.
        together, happened, oldest_of_all: of all venues.
        progress, on_site, oldest: of those that are shown.
    """

    at: datetime
    today: date
    shown: Mapping[str, str]
    page: int
    last_page: int
    faces: board.Faces
    together: board.Stages
    progress: Mapping[str, board.Stages]
    on_site: Mapping[str, board.OnSite]
    happened: Counts
    oldest: Mapping[str, board.Oldest]
    oldest_of_all: board.Oldest
    heard: Mapping[str, datetime]
    conflicts: Mapping[str, int]


def gathered(dashboard: Dashboard, year: int, page: int) -> Gathered:
    """Return what a page shows, all of it of one moment; a page beyond the last is the last."""
    with dashboard.store.read() as session:
        return _gathered(dashboard, session, year, page)


def _gathered(dashboard: Dashboard, session: Session, year: int, page: int) -> Gathered:
    now = dashboard.store.now()
    today = now.astimezone(dashboard.settings.zone).date()
    names: dict[str, str] = dict(session.execute(select(Venue.id, Venue.name).order_by(Venue.id)).all())
    last_page = max(1, -(-len(names) // VENUES_A_PAGE))
    page = min(page, last_page)
    shown = dict(list(names.items())[(page - 1) * VENUES_A_PAGE : page * VENUES_A_PAGE])
    return Gathered(
        at=now,
        today=today,
        shown=shown,
        page=page,
        last_page=last_page,
        faces=board.faces_of(session, dashboard.settings.faces_limit),
        together=board.progress_together(session, year),
        progress=board.progress_of(session, year, list(shown)),
        on_site=board.on_site(session, year, today, list(shown)),
        happened=board.over_days(session, year, today, DAYS_SHOWN),
        oldest=board.oldest_of(session, year, list(shown)),
        oldest_of_all=board.oldest_in_region(session, year),
        heard=dashboard.contacts.last_in(session),
        conflicts=Counter(conflict.venue for conflict in find_open(session)),
    )
