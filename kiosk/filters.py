"""What templates can do with values, and what every template knows."""

from datetime import date, datetime
from typing import Any

from flask import Flask, g
from flask_babel import format_date, format_time
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from kiosk import preferences
from kiosk.venue import Venue
from kiosk.wording import field_label, role_label, state_label, step_label
from rules.kinds import kinds_words
from rules.words import Words


def register(app: Flask, venue: Venue) -> None:
    """Add filters and the variables of every page."""
    app.jinja_env.globals["csrf_token"] = generate_csrf
    app.jinja_env.filters.update(
        words=words,
        local_day=local_day,
        local_time=local_time,
        mask_id=mask_id,
        mask_mobile=mask_mobile,
        mask_name=mask_name,
        field_label=field_label,
        step_label=step_label,
        state_label=state_label,
        role_label=role_label,
        kinds_label=kinds_label,
        spaced=spaced,
    )

    @app.context_processor
    def everywhere() -> dict[str, Any]:
        browser = g.get("browser")
        station = venue.settings.stations.get(browser.station) if browser else None
        return {
            "ui": preferences.current(),
            "venue_name": words(venue.settings.venue.name),
            "station_id": browser.station if browser else "",
            "station_kind": station.kind if station else "",
            "station_name": words(station.label) if station else "",
            "actor": g.get("actor"),
            "is_demo": venue.settings.demo,
            "venue_zone": venue.settings.venue.timezone,
            "stations": venue.settings.stations,
        }


def kinds_label(flags: str) -> str:
    """Return the words for flags as the roster keeps them, in the language of the page."""
    return words(kinds_words(flags))


def words(text: Words | None) -> str:
    """Return a text of the profile or the settings in the language of the page."""
    if text is None:
        return ""
    return text.en if preferences.current().locale == "en" else text.zh


def local_day(value: date | datetime | str | None) -> str:
    """Return a day as it is read here, e.g. 2027年2月18日星期四."""
    if isinstance(value, str):
        value = date.fromisoformat(value) if value else None
    return format_date(value, "full") if value else ""


def local_time(value: datetime | None) -> str:
    """Return the venue's time of day, e.g. 09:30."""
    return format_time(value, "HH:mm") if value else ""


def mask_id(number: str) -> str:
    """Return a document number without its middle.

    >>> mask_id("990101199001010022")
    '990101********0022'
    """
    if len(number) <= 6:
        return "*" * len(number)
    head = 6 if len(number) >= 15 else 2
    return (
        number[:head]
        + "*" * (len(number) - head - 4 if len(number) >= 10 else len(number) - head - 2)
        + (number[-4:] if len(number) >= 10 else number[-2:])
    )


def mask_mobile(number: str) -> str:
    """Return a mobile number without its middle.

    >>> mask_mobile("10000001234")
    '100****1234'
    """
    return f"{number[:3]}****{number[-4:]}" if len(number) >= 8 else "*" * len(number)


def mask_name(name: str) -> str:
    """Return a name as strangers may see it.

    >>> mask_name("欧阳测试"), mask_name("甲")
    ('欧***', '*')
    """
    return name[:1] + "*" * (len(name) - 1) if len(name) > 1 else "*" * len(name)


def spaced(number: str) -> Markup:
    """Return digits with their check digit set apart, as tickets show them."""
    return Markup("{}<wbr>{}").format(number[:-1], number[-1:])
