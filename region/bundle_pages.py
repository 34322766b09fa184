"""The lead's screen for sticks: what lies on them, reading it in, and what became of every object."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from werkzeug.wrappers import Response as BaseResponse

from records.stick import drives
from region.bundle_desk import BundleDesk, Outcome
from region.bundles import KNOWN, MISSING, NEW, REFUSED, Fate, find_bundles
from region.errors import BundleError
from region.guard import reviewer
from region.store import Store
from region.venues import venue_names

SHOWN = 50

TROUBLES: Mapping[str, LazyString] = {
    "missing": _l("The stick is not there, or was pulled out. Plug it in and read it in again; what was taken stays."),
    "none": _l("No bundle lies on this stick."),
    "malformed": _l("The bundle's list is damaged. Nothing was taken. Have the venue write the bundle once more."),
    "unreadable": _l("The stick does not give what is on it. Have the venue write the bundle onto another one."),
    "unknown_signer": _l(
        "No venue here has the key that signed this bundle. Nothing was taken. Call the venue and compare the key; "
        "once the administrator has enrolled it, read the stick in again."
    ),
    "revoked_key": _l("This venue's key was revoked. Nothing was taken. Call the venue."),
    "bad_signature": _l("This bundle's list was changed after the venue signed it. Nothing was taken. Call the venue."),
    "storage_full": _l(
        "The region's disk is full. What was taken stays. Tell the administrator, then read the stick in again."
    ),
    "storage_failed": _l("The region's disk does not take it now. What was taken stays; read the stick in again."),
    "full": _l("The stick is full: the receipts are not on it. Make room on it and read it in again."),
    "read_only": _l("The stick is locked: the receipts are not on it. Unlock it and read it in again."),
    "unwritable": _l("The stick cannot be written: the receipts are not on it. Read it in again."),
    "fault": _l("The system could not do this now. What was taken stays. Read the stick in again."),
}
REFUSALS: Mapping[str, LazyString] = {
    "digest_mismatch": _l("Damaged on the stick: have the venue write the bundle once more"),
    "unreadable": _l("The stick does not give it: have the venue write the bundle once more"),
    "not_announced": _l("Its record was not taken"),
    "other_venue": _l("Names another venue"),
    "unknown_signer": _l("Signed with a key that is not enrolled"),
    "revoked_key": _l("Signed with a key that was revoked"),
    "bad_signature": _l("The signature does not fit"),
    "unknown_recipient": _l("Sealed to a key that is none of this region's"),
    "cannot_be_opened": _l("Does not open: the venue has to seal it again"),
    "malformed": _l("Not a record of a known kind"),
    "too_large": _l("Too large"),
}
RESULTS: Mapping[str, tuple[str, LazyString]] = {
    NEW: ("good", _l("New")),
    KNOWN: ("good", _l("Already here")),
    REFUSED: ("bad", _l("Refused")),
    MISSING: ("attention", _l("Not on the stick")),
}


def blueprint(store: Store, desk: BundleDesk, named: tuple[str, ...]) -> Blueprint:
    """Return the lead's routes; `named` are the places of the settings."""
    pages = Blueprint("bundles", __name__, url_prefix="/bundles")
    places = [Path(one) for one in named]

    def state() -> dict[str, object]:
        return _context(store, desk, places)

    @pages.get("")
    def show() -> str:
        return render_template("region/bundles.html", **state())

    @pages.get("/part")
    def part() -> BaseResponse:
        response = make_response(render_template("region/bundles_part.html", **state()))
        response.add_etag()
        return response.make_conditional(request)

    @pages.post("/import")
    def read_in() -> BaseResponse:
        wanted = request.form.get("place", "")
        place = next((one.path for one in drives(places) if str(one.path) == wanted), None)
        if place is None:
            flash(TROUBLES["missing"], "bad")
        elif not desk.start(place, reviewer().id):
            flash(_("Another stick is being read in. Wait until that is finished."), "attention")
        return redirect(url_for("bundles.show"), 303)

    return pages


def _context(store: Store, desk: BundleDesk, places: list[Path]) -> dict[str, object]:
    state, names = desk.state, venue_names(store)
    return {
        "is_running": desk.is_running,
        "state": state,
        "trouble": TROUBLES.get(state.trouble, TROUBLES["fault"]) if state.trouble else "",
        "outcomes": [_shown(one, names) for one in state.outcomes],
        "sticks": [] if desk.is_running else [(str(one.path), _lying(one.path)) for one in drives(places)],
    }


def _lying(place: Path) -> list[str]:
    try:
        return [folder.name for folder in find_bundles(place)]
    except (BundleError, OSError):
        return []


def _shown(outcome: Outcome, names: Mapping[str, str]) -> dict[str, object]:
    """Return what the screen says about one bundle."""
    taken = outcome.taken
    troubles = [outcome.refusal, taken.trouble if taken else "", outcome.answer_trouble]
    shown: dict[str, object] = {
        "title": outcome.folder,
        "troubles": [TROUBLES.get(one, TROUBLES["fault"]) for one in dict.fromkeys(troubles) if one],
        "is_answered": taken is not None and not outcome.answer_trouble,
        "counts": [],
    }
    if taken is None:
        return shown
    counts = Counter(one.result for one in taken.fates)
    contents = taken.contents
    return shown | {
        "title": names.get(contents.venue, contents.venue),
        "number": contents.number,
        "code": contents.code,
        "records": len(contents.records),
        "objects": len(contents.objects),
        "counts": [(*RESULTS[result], counts[result]) for result in RESULTS if counts[result]],
        "lines": [_line(one) for one in (*taken.of(REFUSED), *taken.of(MISSING))[:SHOWN]],
        "more": max(0, counts[REFUSED] + counts[MISSING] - SHOWN),
    }


def _line(fate: Fate) -> tuple[str, str, str, object, object]:
    state, word = RESULTS[fate.result]
    return fate.digest[:12], fate.kind, state, word, REFUSALS.get(fate.code, fate.code)
