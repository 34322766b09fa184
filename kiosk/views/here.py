"""The venue, the station and the people of the request at hand."""

from datetime import date, timedelta
from typing import cast

from flask import current_app, g
from werkzeug.exceptions import Forbidden

from devices.bench import Bench
from kiosk.filters import words
from kiosk.settings import Station
from kiosk.step import Actor
from kiosk.venue import Venue
from local_db.staff import Browser
from local_db.store import Origin

EXTENSION = "kaodian"
LOOKS_BACK = timedelta(days=30)
"""How long a day that was not closed is shown: after that there is nothing left that a closing could mend."""


def venue() -> Venue:
    """Return the venue that serves this request."""
    return cast("Venue", current_app.extensions[EXTENSION])


def browser() -> Browser:
    """Return the paired browser that asks."""
    return cast("Browser", g.browser)


def actor() -> Actor:
    """Return who is signed in, the candidate if nobody is."""
    return cast("Actor", g.actor)


def station() -> Station:
    """Return the station of the browser that asks.

    Raises:
        Forbidden: the settings no longer have it.
    """
    found = venue().settings.stations.get(browser().station)
    if found is None:
        raise Forbidden
    return found


def station_label(name: str) -> str:
    """Return what a station is called, its name in the settings if they no longer have it."""
    found = venue().settings.stations.get(name)
    return words(found.label) if found else name


def bench() -> Bench:
    """Return the devices that the browser's station works with: its own, and what others lend it."""
    return venue().lending.bench(browser().station)


def origin() -> Origin:
    """Return who acts, and where, as evidence keeps it."""
    return Origin(actor().id, browser().station)


def today() -> date:
    """Return the venue's calendar day."""
    return venue().clock.now().astimezone(venue().settings.zone).date()


def first_unclosed() -> date | None:
    """Return the oldest day of the last weeks on which people came and that nobody has closed."""
    days = venue().days.unclosed(today() - LOOKS_BACK, today())
    return days[0] if days else None
