"""The screens of venues: the list, one of them, adding one, closing and revoking it, opening it again."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from records.errors import KeyStoreError
from region.administration.forms import MAX_ADDRESS, MAX_DIRECTIONS, MAX_NAME, MAX_REASON, Answer, Typed
from region.administration.reading import VenueView, acts_on, booked_ahead, venue_lines, venue_view
from region.administration.venue_screen import line, screen
from region.administration.words import history, refusal_words
from region.closing import close_venue, reopen_venue, revoke_venue
from region.desk.worklist import newest_year
from region.guard import reviewer
from region.keys import current_recipient
from region.office_errors import OfficeRefusedError
from region.registry.tallies import figures
from region.reviewers import reviewer_names
from region.settings import Settings
from region.signing import public_text, receipt_signer
from region.store import Store
from region.venues import Card, add_venue, edit_venue, new_key, venue_names


def add(pages: Blueprint, store: Store, settings: Settings) -> None:
    """Add the routes."""
    _add_list(pages, store, settings)
    _add_one(pages, store, settings)


def _add_list(pages: Blueprint, store: Store, settings: Settings) -> None:

    @pages.get("/venues")
    def venues() -> Answer:
        wanted = request.args.get("text", "").strip()[:MAX_NAME]
        found = [one for one in venue_lines(store) if wanted.casefold() in f"{one.row.id} {one.row.name}".casefold()]
        lines = [line(one) for one in found]
        return render_template("region/administration/venues.html", lines=lines, text=wanted)

    @pages.get("/venues/new")
    def new_venue() -> Answer:
        return render_template("region/administration/new_venue.html", typed={}, problems={})

    @pages.post("/venues/new")
    def make_venue() -> Answer:
        return _make(store, settings)


def _add_one(pages: Blueprint, store: Store, settings: Settings) -> None:
    @pages.get("/venues/<venue_id>")
    def venue(venue_id: str) -> Answer:
        return _show(store, venue_view(store, venue_id))

    @pages.post("/venues/<venue_id>")
    def change_venue(venue_id: str) -> Answer:
        return _change(store, venue_id)

    @pages.get("/venues/<venue_id>/close")
    def closing(venue_id: str) -> Answer:
        return _closing(store, settings, venue_id, {}, {})

    @pages.post("/venues/<venue_id>/close")
    def close(venue_id: str) -> Answer:
        return _close(store, settings, venue_id)

    @pages.post("/venues/<venue_id>/open")
    def reopen(venue_id: str) -> Answer:
        return _reopen(store, venue_id)


def _card(typed: Typed) -> Card:
    return Card(
        typed.text("name", MAX_NAME, _("Type the venue's name.")),
        typed.text("address", MAX_ADDRESS),
        typed.text("directions", MAX_DIRECTIONS),
    )


def _make(store: Store, settings: Settings) -> Answer:
    typed = Typed()
    venue_id, card = typed.text("id", 64, _("Type the venue's code, as its own settings have it.")), _card(typed)
    key = new_key()
    try:
        recipient = current_recipient(store)
        if not typed.problems:
            add_venue(store, venue_id, card.name, key, card, by=reviewer().id)
    except KeyStoreError:
        typed.problems[""] = _("This region has no key yet that venues could seal to; make one first (Region).")
    except OfficeRefusedError as error:
        typed.problems["id"] = refusal_words(error)
    if typed.problems:
        page = render_template("region/administration/new_venue.html", typed=request.form, problems=typed.problems)
        return page, 422
    return render_template(
        "region/administration/made_venue.html",
        venue=venue_id,
        name=card.name,
        key=key,
        recipient=recipient,
        receipt_line=public_text(receipt_signer(settings.home)).splitlines()[-1],
    )


def _show(
    store: Store, view: VenueView, typed: Mapping[str, str] | None = None, problems: Mapping[str, str] | None = None
) -> str:
    names, venues = reviewer_names(store), venue_names(store)
    return render_template(
        "region/administration/venue.html",
        **screen(view, store.now()),
        typed=typed or {"name": view.row.name, "address": view.row.address, "directions": view.row.directions},
        is_stale=typed is not None,
        acts=history(acts_on(store, view.row.id), names, venues),
        problems=problems or {},
    )


def _change(store: Store, venue_id: str) -> Answer:
    typed = Typed()
    card, before = _card(typed), venue_view(store, venue_id)
    if typed.problems:
        return _show(store, before, request.form, typed.problems), 422
    try:
        edit_venue(store, venue_id, card, by=reviewer().id, seen=typed.seen)
    except OfficeRefusedError as error:
        return _show(store, venue_view(store, venue_id), request.form, {"name": refusal_words(error)}), 409
    flash(_("Saved."), "good")
    return redirect(url_for("administration.venue", venue_id=venue_id), 303)


def _closing(
    store: Store, settings: Settings, venue_id: str, typed: Mapping[str, str], problems: Mapping[str, str]
) -> str:
    view = venue_view(store, venue_id)
    facts: dict[str, Any] = {
        "keys": len(view.in_force),
        "unjudged": sum(use.waiting for _key, use in view.in_force),
        "booked": booked_ahead(store, venue_id, store.now().astimezone(settings.zone).date()),
    }
    registered = figures(store, newest_year(store), venue_id).get(venue_id)
    return render_template(
        "region/administration/closing.html",
        venue=view.row,
        registered=registered.total if registered else 0,
        typed=typed,
        problems=problems,
        **facts,
    )


def _close(store: Store, settings: Settings, venue_id: str) -> Answer:
    typed, form = Typed(), request.form
    reason, how, by = typed.reason(), form.get("how", ""), reviewer().id
    if how not in ("close", "revoke"):
        typed.problems["how"] = _("Choose what is to happen.")
    if typed.problems:
        return _closing(store, settings, venue_id, form, typed.problems), 422
    try:
        if how == "close":
            close_venue(store, venue_id, reason, by=by, seen=typed.seen)
            flash(_("Closed. Nothing new begins here; what the venue still sends is taken as ever."), "good")
        else:
            cut = form.get("cut") == "yes"
            revoke_venue(store, venue_id, reason, cut_line=cut, by=by, seen=typed.seen)
            said = _("Revoked, and its line is cut: nothing of it comes in over the line any more.")
            flash(said if cut else _("Revoked. What still comes is taken and held."), "good")
    except OfficeRefusedError as error:
        return _closing(store, settings, venue_id, form, {"how": refusal_words(error)}), 409
    return redirect(url_for("administration.venue", venue_id=venue_id), 303)


def _reopen(store: Store, venue_id: str) -> Answer:
    typed = Typed()
    reason = typed.text("reason", MAX_REASON)
    if not reason or typed.problems:
        typed.reason("reason-open")
        return _show(store, venue_view(store, venue_id), None, typed.problems), 422
    try:
        reopen_venue(store, venue_id, reason, by=reviewer().id, seen=typed.seen)
    except OfficeRefusedError as error:
        flash(refusal_words(error), "attention")
    else:
        flash(_("Open again. Keys that were revoked stay so: have a new one enrolled."), "good")
    return redirect(url_for("administration.venue", venue_id=venue_id), 303)
