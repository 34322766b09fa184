"""Turns a venue, with its keys, stations and accounts, into what its screen lays out."""

from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import format_datetime
from flask_babel import gettext as _

from region.administration.reading import Use, VenueLine, VenueView
from region.administration.staff import state_of
from region.administration.words import STATES, TIME, grouped
from region.labels import ROLES
from region.models import Venue
from region.venue_models import BearerKey, VenueKey
from region.venues import key_name


def line(one: VenueLine) -> dict[str, Any]:
    """Return a venue's line in the list."""
    return {
        "id": one.row.id,
        "name": one.row.name,
        "url": url_for("administration.venue", venue_id=one.row.id),
        "badge": venue_badge(one.row),
        "signing": one.signing,
        "stations": one.stations,
        "heard": when(one.bearer.last_used_at),
        "is_cut": one.bearer.ended_at is not None,
    }


def venue_badge(row: Venue) -> tuple[str, str]:
    """Return the badge of whether a venue is open."""
    return ("off", _("Closed")) if row.closed_at else ("good", _("In operation"))


def screen(view: VenueView, now: datetime) -> dict[str, Any]:
    """Return what `administration/venue.html` lays out."""
    row = view.row
    return {
        "venue": row,
        "badge": venue_badge(row),
        "closed": when(row.closed_at),
        "signing": [signing_key(key, use) for key, use in view.signing],
        "in_force": len(view.in_force),
        "bearers": [bearer_key(key) for key in view.bearers],
        "is_cut": all(key.ended_at is not None for key in view.bearers),
        "stations": [(one.name, when(one.first_at), when(one.last_at)) for one in view.stations],
        "accounts": [
            (
                one.name,
                url_for("administration.account", account_id=one.id),
                ROLES.get(one.role, one.role),
                STATES[state_of(one, now)],
            )
            for one in view.accounts
        ],
    }


def signing_key(key: VenueKey, use: Use) -> dict[str, Any]:
    """Return a key that the venue signs with, and how it was used."""
    is_revoked = key.revoked_at is not None
    return {
        "id": key.key_id,
        "name": grouped(key.key_id),
        "enrolled": when(key.enrolled_at),
        "first": when(use.first_at),
        "last": when(use.last_at),
        "records": use.records,
        "waiting": use.waiting,
        "revoked": when(key.revoked_at),
        "reason": key.reason,
        "badge": ("bad", _("Revoked")) if is_revoked else ("good", _("In force")),
    }


def bearer_key(key: BearerKey) -> dict[str, Any]:
    """Return a key by which the venue is let in, or was."""
    return {
        "name": grouped(key_name(key.key_hash)),
        "made": when(key.made_at),
        "first": when(key.first_used_at),
        "last": when(key.last_used_at),
        "ended": when(key.ended_at),
        "reason": key.reason,
        "badge": ("off", _("Opens nothing")) if key.ended_at else ("good", _("In use")),
    }


def when(at: datetime | None) -> str:
    """Return a time in the region's zone, "" for none."""
    return format_datetime(at, TIME) if at else ""
