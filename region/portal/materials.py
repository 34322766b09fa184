"""上传相关材料: the list, its pictures, and 提交审核. Works without scripts; a script sends one picture at a time."""

from collections.abc import Callable, Sequence

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from devices.errors import CaptureRejectedError
from devices.quality.upload import MOST_BYTES
from region import picture_words
from region.portal import presenting, words
from region.portal.desk import Desk
from region.portal.guard import candidate
from region.portal.samples import sample
from region.registry.errors import ActRefusedError, ItemLockedError, NoRoomError, NotReadyError
from region.registry.reading import Case
from region.registry.rules import Rules

MAX_FILES = 20
MOST_RESULTS = 8
"""They travel in the session's cookie, which holds 4 KB."""

TURNS = ("1", "2", "3")
"""Quarters clockwise, as the buttons send them."""

_RESULTS = "results"
Answer = str | BaseResponse | tuple[str | Response, int]
Result = tuple[str, str]
"""Colour and words."""

Change = Callable[[Rules], str | None]
"""Does something, and returns the code of the item to go back to."""


def blueprint(desk: Desk) -> Blueprint:
    """Return the routes."""
    pages = Blueprint("materials", __name__)
    counter = _Counter(desk)
    pages.add_url_rule("/materials", "show", counter.show)
    pages.add_url_rule("/materials/<code>/pictures", "add", counter.add, methods=["POST"])
    pages.add_url_rule("/materials/<code>/sample.jpg", "sample", counter.sample)
    pages.add_url_rule("/pictures/<picture_id>.jpg", "picture", counter.picture)
    pages.add_url_rule("/pictures/<picture_id>/remove", "remove", counter.remove, methods=["POST"])
    pages.add_url_rule("/pictures/<picture_id>/move", "move", counter.move, methods=["POST"])
    pages.add_url_rule("/pictures/<picture_id>/turn", "turn", counter.turn, methods=["POST"])
    pages.add_url_rule("/submit", "confirm", counter.confirm)
    pages.add_url_rule("/submit", "submit", counter.submit, methods=["POST"])
    return pages


class _Counter:
    """Where materials are handed in."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def show(self) -> Answer:
        rules = self._desk.rules()
        return self._page(self._case(rules), rules)

    def add(self, code: str) -> Answer:
        rules = self._desk.rules()
        item = self._case(rules).item(code)
        if item is None:
            raise NotFound
        files = [file for file in request.files.getlist("pictures") if file.filename][:MAX_FILES]
        found = [(file.filename or "", self._take(file, code, rules)) for file in files]
        results = [(state, f"{name[-60:]}: {text}") for name, (state, text) in found]
        results = results or [("attention", _("Choose a picture first."))]
        _remember(code, results)
        if request.accept_mimetypes.best == "application/json":
            return jsonify(results=[{"state": state, "text": text} for _name, (state, text) in found])
        return self._back(code)

    def sample(self, code: str) -> Answer:
        rules = self._desk.rules()
        if code not in {item.code for item in rules.materials.items}:
            raise NotFound
        return as_picture(sample(code))

    def picture(self, picture_id: str) -> Answer:
        pictures = self._desk.pictures(self._desk.rules())
        return as_picture(pictures.viewed(candidate().key, picture_id, is_small=request.args.get("small") == "1"))

    def remove(self, picture_id: str) -> Answer:
        return self._changed(
            lambda rules: self._desk.wardrobe(rules).remove(candidate().key, picture_id),
            _("The picture is deleted. You can upload another one."),
        )

    def move(self, picture_id: str) -> Answer:
        place = request.form.get("place", "")
        if not (place.isascii() and place.isdigit() and len(place) < 4):
            raise NotFound
        return self._changed(
            lambda rules: self._desk.wardrobe(rules).move(candidate().key, picture_id, int(place)),
            _("The order is changed."),
        )

    def turn(self, picture_id: str) -> Answer:
        quarters = request.form.get("quarters", "")
        if quarters not in TURNS:
            raise NotFound
        return self._changed(
            lambda rules: self._turn(rules, picture_id, int(quarters)),
            _("The picture is turned. What you uploaded is kept untouched."),
        )

    def confirm(self) -> Answer:
        rules = self._desk.rules()
        case = self._case(rules)
        if not presenting.can_submit(case):
            return redirect(url_for("materials.show"), 303)
        return render_template("region/portal/submit.html", screen=presenting.materials(case, rules))

    def submit(self) -> Answer:
        rules = self._desk.rules()
        try:
            self._desk.wardrobe(rules).submit(candidate().key)
        except NotReadyError as error:
            case = self._case(rules)
            problems = presenting.missing_words(case, error.missing, error.unchanged)
            return self._page(case, rules, dict(problems)), 422
        except ItemLockedError as error:
            flash(str(words.LOCKS[error.lock]), "bad")
        return redirect(url_for("materials.show"), 303)

    def _changed(self, change: Change, done: str) -> Answer:
        rules = self._desk.rules()
        try:
            code = change(rules)
        except (ActRefusedError, CaptureRejectedError) as error:
            flash(refused_words(error), "bad")
            return redirect(url_for("materials.show"), 303)
        flash(done, "good")
        return self._back(code or "")

    def _turn(self, rules: Rules, picture_id: str, quarters: int) -> str:
        """Make the picture anew from what was uploaded, so that turning costs no sharpness however often."""
        wardrobe, key = self._desk.wardrobe(rules), candidate().key
        source = wardrobe.source(key, picture_id)
        item = self._case(rules).item(source.code)
        if item is None:
            raise NotFound
        picture = self._desk.preparer.prepare(source.content, item.asked, source.quarters + quarters)
        return wardrobe.replace(key, picture_id, picture)

    def _take(self, file: FileStorage, code: str, rules: Rules) -> Result:
        """Keep one picture or say why not; whatever comes of it, it is said."""
        try:
            item = self._case(rules).item(code)
            if item is None:
                raise NotFound
            wardrobe, key = self._desk.wardrobe(rules), candidate().key
            wardrobe.require_room(key, code)
            picture = self._desk.preparer.prepare(file.stream.read(MOST_BYTES + 1), item.asked)
            wardrobe.add(key, code, picture)
        except (ActRefusedError, CaptureRejectedError) as error:
            return "bad", refused_words(error)
        if picture.warnings:
            warned = " ".join(str(picture_words.WARNINGS[code]) for code in picture.warnings)
            return "attention", _("Uploaded, but look at it: %(warned)s", warned=warned)
        return "good", _("Uploaded.")

    def _case(self, rules: Rules) -> Case:
        return self._desk.case(candidate().key, rules)

    def _page(self, case: Case, rules: Rules, problems: dict[str, str] | None = None) -> str:
        screen = presenting.materials(case, rules)
        results = session.pop(_RESULTS, {"code": "", "lines": []})
        return render_template("region/portal/materials.html", screen=screen, problems=problems or {}, results=results)

    def _back(self, code: str) -> Answer:
        return redirect(url_for("materials.show", _anchor=f"item-{code}" if code else None), 303)


def refused_words(error: ActRefusedError | CaptureRejectedError) -> str:
    """Return why something was not done, for the candidate."""
    if isinstance(error, CaptureRejectedError):
        return picture_words.refused_words(error.code)
    if isinstance(error, ItemLockedError):
        return str(words.LOCKS[error.lock])
    if isinstance(error, NoRoomError) and error.most:
        return str(
            ngettext(
                "Only %(num)s picture is taken here. Delete it first to upload another one.",
                "At most %(num)s pictures are taken here. Delete one first.",
                error.most,
            )
        )
    return str(_("No picture is taken of this: it is checked on site."))


def _remember(code: str, results: Sequence[Result]) -> None:
    """Keep what came of the last uploads, so that it stands beside the item when the page is shown again."""
    kept = session.get(_RESULTS, {"code": code, "lines": []})
    before = kept["lines"] if kept["code"] == code else []
    session[_RESULTS] = {"code": code, "lines": [*before, *results][-MOST_RESULTS:]}


def as_picture(content: bytes) -> Response:
    """Return a JPEG as an answer that can do nothing but be seen."""
    response = Response(content, mimetype="image/jpeg")
    # Browsers lay a picture that stands alone out with a style of their own.
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response
