"""The screens of a venue's keys: enrolled, revoked, and the access key made anew or cut."""

from collections.abc import Mapping

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from records.errors import UnusableKeyError
from records.signing import key_id
from region.administration.forms import Answer, Typed
from region.administration.reading import VenueView, venue_view
from region.administration.venue_screen import bearer_key, signing_key
from region.administration.words import grouped, refusal_words
from region.guard import reviewer
from region.office_errors import OfficeRefusedError
from region.signers import enrol, public_in, require_enrollable, revoke
from region.store import Store
from region.venues import cut_key, new_key, replace_key

MAX_DOCUMENT_BYTES = 16 * 1024


def add(pages: Blueprint, store: Store) -> None:
    """Add the routes."""

    @pages.get("/venues/<venue_id>/signing-keys/new")
    def new_signing_key(venue_id: str) -> Answer:
        return _enrolling(venue_view(store, venue_id), {}, {})

    @pages.post("/venues/<venue_id>/signing-keys/new")
    def enrol_key(venue_id: str) -> Answer:
        return _enrol(store, venue_view(store, venue_id))

    @pages.get("/venues/<venue_id>/signing-keys/<key>/revoke")
    def revoking(venue_id: str, key: str) -> Answer:
        return _revoking(venue_view(store, venue_id), key, {}, {})

    @pages.post("/venues/<venue_id>/signing-keys/<key>/revoke")
    def revoke_key(venue_id: str, key: str) -> Answer:
        return _revoke(store, venue_view(store, venue_id), key)

    @pages.get("/venues/<venue_id>/access-key")
    def access_key(venue_id: str) -> Answer:
        return _access(venue_view(store, venue_id), {}, {})

    @pages.post("/venues/<venue_id>/access-key")
    def change_access_key(venue_id: str) -> Answer:
        return _change_access(store, venue_view(store, venue_id))


def _enrolling(view: VenueView, typed: Mapping[str, str], problems: Mapping[str, str], public: str = "") -> str:
    return render_template(
        "region/administration/enrol.html",
        venue=view.row,
        typed=typed,
        problems=problems,
        public=public,
        name=grouped(key_id(public)) if public else "",
        others=[signing_key(key, use) for key, use in view.in_force],
    )


def _enrol(store: Store, view: VenueView) -> Answer:
    """Look at what was sent, show the key's name to be compared, and only then enrol it."""
    sent, venue_id = _sent(), view.row.id
    try:
        public = public_in(sent)
        with store.read() as session:
            require_enrollable(session, venue_id, public)
        if request.form.get("step") != "confirm":
            return _enrolling(view, {}, {}, public)
        if request.form.get("compared") != "yes":
            problem = _("Compare the key's name with the venue first, on the telephone or face to face.")
            return _enrolling(view, {}, {"compared": problem}, public), 422
        enrol(store, venue_id, public, by=reviewer().id)
    except (OfficeRefusedError, UnusableKeyError) as error:
        # A secret key does not come back in a page that somebody may print, or leave open.
        shown = "" if isinstance(error, OfficeRefusedError) and error.code == "secret" else sent
        return _enrolling(view, {"key": shown}, {"key": refusal_words(error)}), 422
    flash(_("Enrolled. What this key signs is taken as this venue's from now on."), "good")
    return redirect(url_for("administration.venue", venue_id=venue_id), 303)


def _sent() -> str:
    """Return what was pasted, or what is in the file where nothing was."""
    pasted, file = request.form.get("key", "").strip(), request.files.get("file")
    if pasted or file is None:
        return pasted[:MAX_DOCUMENT_BYTES]
    return str(file.read(MAX_DOCUMENT_BYTES).decode("utf-8-sig", "replace")).strip()


def _revoking(view: VenueView, key: str, typed: Mapping[str, str], problems: Mapping[str, str]) -> str:
    found = next((signing_key(row, use) for row, use in view.signing if row.key_id == key), None)
    if found is None:
        abort(404)
    is_last = len(view.in_force) == 1 and not found["revoked"]
    return render_template(
        "region/administration/revoke.html",
        venue=view.row,
        key=found,
        is_last=is_last,
        typed=typed,
        problems=problems,
    )


def _revoke(store: Store, view: VenueView, key: str) -> Answer:
    typed = Typed()
    reason = typed.reason()
    page = _revoking(view, key, request.form, typed.problems)
    if typed.problems:
        return page, 422
    if revoke(store, key, reason, by=reviewer().id):
        flash(_("Revoked. What was received before stays; what still comes with this key is held."), "good")
    else:
        flash(_("This key had been revoked before. Nothing was changed."), "attention")
    return redirect(url_for("administration.venue", venue_id=view.row.id), 303)


def _access(view: VenueView, typed: Mapping[str, str], problems: Mapping[str, str]) -> str:
    return render_template(
        "region/administration/access_key.html",
        venue=view.row,
        key=next(bearer_key(key) for key in view.bearers if key.key_hash == view.row.key_hash),
        typed=typed,
        problems=problems,
    )


def _change_access(store: Store, view: VenueView) -> Answer:
    typed, venue_id, by = Typed(), view.row.id, reviewer().id
    reason, act, key = typed.reason(), request.form.get("act"), new_key()
    if act not in ("replace", "cut"):
        typed.problems["act"] = _("Choose what is to happen.")
    if typed.problems:
        return _access(view, request.form, typed.problems), 422
    try:
        if act == "cut":
            cut_key(store, venue_id, reason, by=by, seen=typed.seen)
            flash(_("Cut. Nothing of this venue comes in over the line until it has a new access key."), "good")
            return redirect(url_for("administration.venue", venue_id=venue_id), 303)
        replace_key(store, venue_id, key, by=by, reason=reason, seen=typed.seen)
    except OfficeRefusedError as error:
        return _access(venue_view(store, venue_id), request.form, {"reason": refusal_words(error)}), 409
    return render_template("region/administration/made_key.html", venue=view.row, key=key)
