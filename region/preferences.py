"""In which language, colours and size the screens are shown; kept in a cookie, changed on every page."""

from dataclasses import dataclass

from flask import Blueprint, Flask, redirect, request
from flask_babel import Babel
from werkzeug.wrappers import Response

from region.settings import Settings

YEAR_S = 365 * 24 * 3600
CHOICES = {
    "locale": ("zh_Hans_CN", "en"),
    "theme": ("normal", "contrast"),
    "size": ("normal", "large"),
}
"""Each preference and its values, the default first."""


@dataclass(frozen=True, slots=True)
class Ui:
    """What the reader prefers."""

    locale: str
    theme: str
    size: str

    @property
    def lang(self) -> str:
        """The language tag for HTML."""
        return "en" if self.locale == "en" else "zh-Hans"


def install(app: Flask, settings: Settings) -> None:
    """Set the translations up and give every template its `ui`."""
    Babel(
        app,
        default_locale=CHOICES["locale"][0],
        default_timezone=settings.timezone,
        default_translation_directories=app.config["TRANSLATIONS"],
        locale_selector=lambda: chosen(settings).locale,
    )
    app.context_processor(lambda: {"ui": chosen(settings)})


def chosen(settings: Settings) -> Ui:
    """Return what this browser asked for; whatever is missing or unknown is the default."""
    given = dict(pair.split(":", 1) for pair in _cookie(settings).split("|") if ":" in pair)
    values = {name: given.get(name, words[0]) for name, words in CHOICES.items()}
    return Ui(**{name: value if value in CHOICES[name] else CHOICES[name][0] for name, value in values.items()})


def blueprint(settings: Settings) -> Blueprint:
    """Return the route that changes a preference and goes back."""
    preferences = Blueprint("preferences", __name__)

    @preferences.post("/preferences")
    def change() -> Response:
        ui = chosen(settings)
        values = {name: getattr(ui, name) for name in CHOICES}
        values |= {name: request.form[name] for name in CHOICES if request.form.get(name) in CHOICES[name]}
        response = redirect(local_path(request.form.get("next", "")), 303)
        response.set_cookie(
            _cookie_name(settings),
            "|".join(f"{name}:{value}" for name, value in values.items()),
            max_age=YEAR_S,
            httponly=True,
            samesite="Strict",
            secure=settings.secure_cookies,
        )
        return response

    return preferences


def local_path(path: str) -> str:
    r"""Return the path if it leads nowhere but to this server, else "/".

    A browser reads `//host` and `/\host` as another host, and drops tabs and line ends before it looks.

    >>> local_path("/records?after=3"), local_path("//elsewhere.example"), local_path("/\\elsewhere.example")
    ('/records?after=3', '/', '/')
    """
    is_local = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if is_local else "/"


def _cookie_name(settings: Settings) -> str:
    return f"kaodian_region_ui_{settings.cookie_suffix}"


def _cookie(settings: Settings) -> str:
    return request.cookies.get(_cookie_name(settings), "")
