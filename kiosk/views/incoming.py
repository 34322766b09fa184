"""What has come from the region before the candidates: how much is here, what is missing, and a newer profile."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from kiosk.adopting import adopt, is_news
from kiosk.auth import staff
from kiosk.errors import NothingToAdoptError, SettingsError
from kiosk.strips import desk_context
from kiosk.views.here import origin, today, venue
from rules.errors import ProfileError

blueprint = Blueprint("incoming", __name__, url_prefix="/lead/incoming")


@blueprint.get("/")
@staff("LEAD", "REVIEW2", "ADMIN")
def show() -> str:
    """How much of what the region has is here."""
    newest = venue().online.newest_profile()
    return render_template(
        "kiosk/incoming.html",
        **desk_context(),
        **_context(),
        newest=newest,
        is_news=is_news(venue()),
        in_use=venue().journey.profiles.today,
    )


@blueprint.get("/list")
@staff("LEAD", "REVIEW2", "ADMIN")
def part() -> Response:
    """The part of the page that changes by itself; 304 while nothing has changed."""
    response = make_response(render_template("kiosk/parts/incoming.html", **_context()))
    response.add_etag()
    return response.make_conditional(request)


@blueprint.post("/again")
@staff("LEAD", "ADMIN")
def again() -> Response:
    """Try again to fetch the pictures that were given up."""
    venue().online.fetch_again()
    venue().store.note("pictures_again", "", origin())
    if worker := venue().worker:
        worker.wake()
    flash(_("They are fetched again."), "good")
    return redirect(url_for("incoming.show"), 303)


@blueprint.post("/profile")
@staff("LEAD", "ADMIN")
def profile() -> Response:
    """Use the region's newest profile for the visits that begin from now on."""
    try:
        adopt(venue(), request.form.get("digest", ""), origin())
        flash(_("Visits that begin from now on follow the new profile; those under way keep theirs."), "good")
    except NothingToAdoptError:
        flash(_("The region has published another profile meanwhile. Look at it, then decide."), "attention")
    except (ProfileError, SettingsError) as error:
        words = _("This venue cannot work by that profile. Nothing was changed. Tell the region: %(why)s", why=error)
        flash(words, "bad")
    return redirect(url_for("incoming.show"), 303)


def _context() -> dict[str, object]:
    worker, region = venue().worker, venue().settings.region
    return {
        "progress": venue().online.progress(today()),
        "has_region": worker is not None,
        "is_private": region is None or region.is_private,
        "is_paused": worker is not None and worker.is_paused,
        "pull_error": venue().outbox.recall("pull_error"),
    }
