"""Language, contrast and size of one browser; a kiosk forgets them after each candidate."""

from dataclasses import dataclass

from flask import Request, has_request_context, request
from werkzeug import Response

LOCALES = ("zh_Hans_CN", "en")
_CHOICES = {"locale": LOCALES, "theme": ("normal", "contrast"), "size": ("normal", "large")}
_LANGS = {"zh_Hans_CN": "zh-Hans", "en": "en"}
COOKIE = "kaodian_ui"


@dataclass(frozen=True, slots=True)
class Preferences:
    """What the person before the screen has chosen."""

    locale: str = LOCALES[0]
    theme: str = "normal"
    size: str = "normal"

    @property
    def lang(self) -> str:
        """The language as HTML names it."""
        return _LANGS[self.locale]


def current() -> Preferences:
    """Return the choice of the browser that is asking, Chinese and normal outside a request."""
    return of(request) if has_request_context() else Preferences()


def of(asked: Request) -> Preferences:
    """Return the choice in a request's cookie; what does not fit counts as not chosen."""
    chosen = {}
    for pair in asked.cookies.get(COOKIE, "").split("|"):
        key, _, value = pair.partition("=")
        if value in _CHOICES.get(key, ()):
            chosen[key] = value
    return Preferences(**chosen)


def locale() -> str:
    """Return the language to translate into."""
    return current().locale


def change(response: Response, asked: Request) -> None:
    """Keep what a preference button sent."""
    old = of(asked)
    values = {key: getattr(old, key) for key in _CHOICES}
    for key, allowed in _CHOICES.items():
        if asked.form.get(key) in allowed:
            values[key] = asked.form[key]
    text = "|".join(f"{key}={value}" for key, value in values.items())
    response.set_cookie(COOKIE, text, httponly=True, samesite="Strict", max_age=16 * 3600)


def forget(response: Response) -> None:
    """Return to Chinese, normal contrast and size for the next person."""
    response.delete_cookie(COOKIE, httponly=True, samesite="Strict")
