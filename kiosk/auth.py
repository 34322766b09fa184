"""Who may open which page. A page that does not say is closed to everybody."""

from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, TypeVar

import argon2
from flask import Flask, Request, g, redirect, request, url_for
from werkzeug import Response
from werkzeug.exceptions import Forbidden

from kiosk.errors import LockedOutError, WrongPinError
from kiosk.step import Actor
from local_db.clock import Clock
from local_db.staff import SESSION_LIFE, Browser, StaffBook, StaffMember

COOKIE = "kaodian_browser"
TRIES = 5
LOCKED_FOR = timedelta(minutes=5)

FLOOR = ("GUIDE", "REVIEW1", "REVIEW2", "CAPTURE", "LEAD")
"""Roles that deal with candidates. Administrators keep devices and accounts, auditors read the log."""
SEES_PICTURES = ("REVIEW1", "REVIEW2", "CAPTURE", "LEAD")

READS_LOG = ("LEAD", "ADMIN", "AUDIT")
"""Roles that read the audit log; an auditor opens nothing else."""

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Access:
    """What a page demands: `public`, a `paired` browser, or `staff` with one of the roles (none: any staff)."""

    level: Literal["public", "paired", "staff"]
    roles: tuple[str, ...] = ()


def public(view: View) -> View:
    """Open a page to any browser."""
    view.access = Access("public")  # type: ignore[attr-defined]
    return view


def paired(view: View) -> View:
    """Open a page to every browser that was paired with a station."""
    view.access = Access("paired")  # type: ignore[attr-defined]
    return view


def staff(*roles: str) -> Callable[[View], View]:
    """Open a page to staff who have one of the roles; without roles, to all staff."""

    def mark(view: View) -> View:
        view.access = Access("staff", roles)  # type: ignore[attr-defined]
        return view

    return mark


class Doorkeeper:
    """Checks PINs."""

    def __init__(self, book: StaffBook, clock: Clock) -> None:
        # OWASP's first choice for argon2id (19 MiB, 2 passes, 1 lane): 40 ms here, so a desk can change hands quickly.
        self._hasher = argon2.PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
        self._nobody = self._hasher.hash("nobody")
        self._book = book
        self._clock = clock

    def hash(self, pin: str) -> str:
        """Return what the book keeps of a PIN."""
        return self._hasher.hash(pin)

    def check(self, staff_id: str, pin: str) -> Actor:
        """Return who this is.

        Raises:
            WrongPinError: no such person or another PIN; the words and the time taken are the same for both.
            LockedOutError: five wrong PINs in a row shut the door for five minutes.
        """
        member = self._book.get(staff_id)
        if member is None:
            self._is_right(self._nobody, pin)
            raise WrongPinError("wrong name or PIN")
        # Counted before the PIN is looked at: many guesses at once must not share one count.
        is_open, locked_until = self._book.note_try(member.id, TRIES, LOCKED_FOR)
        if is_open and self._is_right(member.pin_hash, pin):
            self._book.note_sign_in(member.id)
            return actor_of(member)
        if locked_until:
            raise LockedOutError(locked_until)
        raise WrongPinError("wrong name or PIN")

    def _is_right(self, pin_hash: str, pin: str) -> bool:
        try:
            return self._hasher.verify(pin_hash, pin)
        except argon2.exceptions.VerificationError:
            return False


def actor_of(member: StaffMember) -> Actor:
    """Return the member of staff as an actor."""
    return Actor(member.id, member.name, member.roles)


def is_auditor(actor: Actor) -> bool:
    """Return whether the actor may read the log and open nothing else."""
    return actor.roles == {"AUDIT"}


def guard(app: Flask, book: StaffBook, stations: Container[str]) -> None:
    """Check every request before its page runs: `g.browser` and `g.actor` are set, or the answer is no.

    A browser whose station the settings no longer have is to be paired anew.
    """

    @app.before_request
    def check() -> Any:
        browser = book.browser(request.cookies.get(COOKIE, ""))
        g.browser = browser if browser and browser.station in stations else None
        member = book.get(g.browser.staff_id) if g.browser and g.browser.staff_id else None
        g.actor = actor_of(member) if member else Actor()
        return _verdict(app, request, g.browser, g.actor)


def _verdict(app: Flask, asked: Request, browser: Browser | None, actor: Actor) -> Any:
    if asked.endpoint in (None, "static"):  # a wrong address is answered by 404; static files hold nothing personal
        return None
    access: Access | None = getattr(app.view_functions[str(asked.endpoint)], "access", None)
    if access is None:
        raise Forbidden
    if access.level == "public":
        return None
    if browser is None:
        return redirect(url_for("home.pair"), 303)
    if access.level == "staff" and not actor.is_staff:
        return redirect(url_for("home.sign_in"), 303)
    if access.roles and not actor.may(*access.roles):
        raise Forbidden
    if access.level == "staff" and not access.roles and is_auditor(actor):
        raise Forbidden
    return None


def set_cookie(response: Response, token: str, is_secure: bool) -> None:
    """Give the browser its secret: not for scripts, not for other sites."""
    response.set_cookie(
        COOKIE, token, max_age=SESSION_LIFE, httponly=True, samesite="Strict", secure=is_secure, path="/"
    )
