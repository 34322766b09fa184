"""Where administrators see the profile's versions, and who has which; drafts are in `region.publishing.draft_pages`."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from region.desk.office import asking
from region.publishing import draft_pages, screen
from region.publishing.adoption import held
from region.publishing.difference import difference
from region.publishing.drafting import begin_draft, begin_from, drafts, text_of_file
from region.publishing.errors import UnknownDraftError, UnreadableTextError
from region.publishing.versions import states, text_in_force, texts, version_names, version_of, versions
from region.publishing.words import unreadable
from region.reviewers import reviewer_names
from region.settings import Settings
from region.store import Store
from region.venues import venue_names

Answer = str | BaseResponse | tuple[str, int]


def blueprint(store: Store, settings: Settings) -> Blueprint:
    """Return the routes; only administrators get here (`region.access`)."""
    pages = Blueprint("publishing", __name__, url_prefix="/profiles")

    @pages.get("/")
    def show() -> Answer:
        return _overview(store)

    @pages.post("/drafts")
    def begin() -> Answer:
        return _begin(store)

    @pages.get("/<digest>")
    def version(digest: str) -> Answer:
        return _version(store, digest)

    @pages.get("/<digest>/text")
    def text(digest: str) -> Answer:
        row = version_of(store, digest)
        return Response(row.source, mimetype="text/plain; charset=utf-8")

    @pages.errorhandler(UnknownDraftError)
    def unknown(_error: UnknownDraftError) -> Answer:
        words = _("There is no such draft or version. Go back to the list.")
        return render_template("region/problem.html", text=words), 404

    draft_pages.install(pages, store, settings)
    return pages


def _overview(store: Store, problems: dict[str, str] | None = None) -> str:
    rows, standing, now = versions(store), text_in_force(store), store.now()
    found = states(rows, now)
    names = names_of(store)
    has = held(store)
    return render_template(
        "region/publishing/show.html",
        standing=standing,
        is_shipped=all(row.digest != standing.digest for row in rows),
        versions=[screen.version_line(row, found[row.digest], names) for row in rows],
        drafts=[screen.draft_line(row, names) for row in drafts(store)],
        venues=[screen.venue_line(name, has.get(venue), standing, names) for venue, name in venue_names(store).items()],
        problems=problems or {},
    )


def _begin(store: Store) -> Answer:
    """Begin a draft: with a file, or with the text of a version."""
    digest = request.form.get("digest", "")
    try:
        if request.form.get("with") == "file":
            file = request.files.get("file")
            text, name = (text_of_file(file.read()), file.filename or "") if file else ("", "")
            seq = begin_draft(store, asking(), text, name)
        else:
            standing = text_in_force(store)
            row = version_of(store, digest) if digest and digest != standing.digest else standing
            seq = begin_from(store, asking(), row.source, row.version)
    except UnreadableTextError as error:
        return _overview(store, {"file": unreadable(error)}), 422
    flash(_("A draft. Nothing holds before it is published."), "good")
    return redirect(url_for("publishing.draft", seq=seq), 303)


def _version(store: Store, digest: str) -> str:
    row, rows = version_of(store, digest), versions(store)
    before = texts(store).get(row.supersedes)
    return render_template(
        "region/publishing/version.html",
        line=screen.version_line(row, states(rows, store.now())[digest], names_of(store)),
        digest=digest,
        before=before.version if before else "",
        lines=difference(before.source, row.source) if before else (),
    )


def names_of(store: Store) -> screen.Names:
    """Return how people and versions are called."""
    return screen.Names(reviewer_names(store), version_names(store))
