"""Where administrators begin, what the region itself has, and which role may open what."""

from typing import Any

from flask import Blueprint, render_template, url_for
from flask_babel import format_datetime, ngettext
from flask_babel import gettext as _

from region.access import AREAS, may_open
from region.administration import account_pages, key_pages, venue_pages
from region.administration.reading import VenueLine, venue_lines
from region.administration.staff import accounts_by_role, administrators
from region.administration.words import HINTS, TIME, area_words, grouped
from region.frame import places
from region.guard import reviewer
from region.keys import KeyState, key_history, missing_secrets, recipient_name
from region.labels import ROLES
from region.settings import Settings
from region.signing import public_text, receipt_signer
from region.store import Store

OWN = "administration"


def blueprint(store: Store, settings: Settings) -> Blueprint:
    """Return the routes; only administrators get here (`region.access`)."""
    pages = Blueprint(OWN, __name__, url_prefix="/administration")

    @pages.get("/")
    def start() -> str:
        lines = venue_lines(store)
        return render_template(
            "region/administration/start.html", troubles=_troubles(store, lines), places=_places(store, lines)
        )

    @pages.get("/region")
    def region() -> str:
        signer = receipt_signer(settings.home)
        return render_template(
            "region/administration/region.html",
            venues=len(venue_lines(store)),
            keys=[_key(key, store) for key in reversed(key_history(store))],
            receipt_key=grouped(signer.key_id),
            receipt_line=public_text(signer).splitlines()[-1],
        )

    @pages.get("/roles")
    def roles() -> str:
        words = area_words()
        return render_template(
            "region/administration/roles.html",
            roles=list(ROLES.items()),
            counts=accounts_by_role(store),
            areas=[(words[area], [may_open(role, area) for role in ROLES]) for area in words if area in AREAS],
        )

    venue_pages.add(pages, store, settings)
    key_pages.add(pages, store)
    account_pages.add(pages, store)
    return pages


def _troubles(store: Store, lines: list[VenueLine]) -> list[tuple[str, str]]:
    """Return what somebody should see to, with where."""
    found = []
    if missing_secrets(store):
        text = _("The secret of a key of this region is missing: records that are sealed to it cannot be opened.")
        found.append((text, url_for("administration.region")))
    if not key_history(store):
        text = _("This region has no key yet that venues could seal to.")
        found.append((text, url_for("administration.region")))
    mute = [line.row.id for line in lines if line.row.closed_at is None and not line.signing]
    if mute:
        text = _("No signing key is enrolled, so that nothing is taken from: %(venues)s", venues=", ".join(mute))
        found.append((text, url_for("administration.venues")))
    if administrators(store) < 2:
        text = _("Only one administrator can sign in. Make a second one, for the day on which this one is ill.")
        found.append((text, url_for("administration.new_account")))
    return found


def _places(store: Store, lines: list[VenueLine]) -> list[dict[str, str]]:
    """Return where an administrator may go: the own pages, then all others of the menu."""
    is_open, accounts = sum(line.row.closed_at is None for line in lines), sum(accounts_by_role(store).values())
    own = [
        ("venues", _("Venues"), ngettext("%(num)s venue is open", "%(num)s venues are open", is_open)),
        ("accounts", _("Accounts"), ngettext("%(num)s account is in use", "%(num)s accounts are in use", accounts)),
        ("roles", _("Roles"), _("Which role may open what")),
        ("region", _("Region and its keys"), _("What venues seal to, and what signs receipts")),
    ]
    found = [{"url": url_for(f"{OWN}.{page}"), "label": label, "hint": hint} for page, label, hint in own]
    role = reviewer().role
    return found + [
        {"url": url_for(endpoint), "label": label, "hint": str(HINTS.get(area, ""))}
        for area, label, endpoint in places(0)
        if area != OWN and may_open(role, area)
    ]


def _key(key: KeyState, store: Store) -> dict[str, Any]:
    days = (store.now() - key.made_at).days
    return {
        "recipient": key.recipient,
        "name": grouped(recipient_name(key.recipient)),
        "made": format_datetime(key.made_at, TIME),
        "age": ngettext("%(num)s day", "%(num)s days", days),
        "retired": format_datetime(key.retired_at, TIME) if key.retired_at else "",
        "is_here": key.is_here,
    }
