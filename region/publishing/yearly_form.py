"""The form of what changes every year: what it shows, and what came back."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, get_args

from flask_babel import gettext as _

from region.desk.words import said
from region.publishing.yearly import NOT_ASKED, OPTIONAL, REQUIRED, Yearly
from rules.materials.catalogue import catalogue
from rules.online import OnlineOptions

LEAST_KB, MOST_KB = 10, 5000
MAX_VERSION_CHARS = 64


def shown(now: Yearly, typed: Mapping[str, str]) -> dict[str, Any]:
    """Return what the form holds: what was typed, else what the draft says."""
    names = ("version", "mode", "lock", "shown", "min_kb", "max_kb")
    values = {name: typed.get(name, str(getattr(now, name))) for name in names}
    needs = [(REQUIRED, _("Asked for")), (OPTIONAL, _("If there is one")), (NOT_ASKED, _("Not asked for"))]
    known = catalogue().materials
    return {
        "values": {**values, "upload": typed.get("upload") == "yes" if typed else now.upload},
        "modes": [
            ("on_site", _("Review on site; nothing is uploaded")),
            ("combined", _("Upload online, confirmation on site")),
            ("online", _("Review online; nobody comes")),
        ],
        "locks": [
            ("on_submit", _("When they submit")),
            ("on_review", _("When a reviewer has acted")),
            ("on_deadline", _("When the window of upload closes")),
        ],
        "showns": [
            ("when_over", _("When the whole review is over")),
            ("at_once", _("At once")),
        ],
        "needs": needs,
        "materials": [
            (code, said(known[code].name) if code in known else code, typed.get(f"need-{code}", need))
            for code, need in now.materials.items()
        ],
    }


def read_form(form: Mapping[str, str], now: Yearly) -> tuple[Yearly, dict[str, str]]:
    """Return what is wished, and what is wrong with it by field."""
    problems: dict[str, str] = {}
    sizes: dict[str, int] = {}
    for name, least in (("min_kb", 0), ("max_kb", LEAST_KB)):
        text = form.get(name, "").strip()
        if not (text.isascii() and text.isdigit() and len(text) < 6 and least <= int(text) <= MOST_KB):
            problems[name] = _("Write a number from %(least)s to %(most)s.", least=least, most=MOST_KB)
        else:
            sizes[name] = int(text)
    if not problems and sizes["min_kb"] >= sizes["max_kb"]:
        problems["min_kb"] = _("The least has to be smaller than the most.")
    version = form.get("version", "").strip()
    if not version or len(version) > MAX_VERSION_CHARS or not version.isprintable():
        problems["version"] = _("Write a version of at most 64 characters, e.g. 2028-1.")
    chosen = {name: form.get(name, "") for name in ("mode", "lock", "shown")}
    problems |= {name: _("Choose one.") for name, value in chosen.items() if value not in _choices(name)}
    if problems:
        return now, problems
    materials = {code: _need(form.get(f"need-{code}"), need) for code, need in now.materials.items()}
    wish = replace(
        now,
        version=version,
        upload=form.get("upload") == "yes",
        mode=chosen["mode"],
        lock=chosen["lock"],
        shown=chosen["shown"],
        min_kb=sizes["min_kb"],
        max_kb=sizes["max_kb"],
        materials=materials,
    )
    return wish, {}


def _choices(name: str) -> tuple[str, ...]:
    return get_args(OnlineOptions.model_fields[name].annotation)


def _need(given: str | None, need: str) -> str:
    return given if given in (REQUIRED, OPTIONAL, NOT_ASKED) else need
