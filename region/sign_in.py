"""The reviewers' sign-in and sign-out."""

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from region import own_password
from region.access import home_of
from region.errors import SignInRefusedError
from region.guard import SESSION, reviewer, visitor
from region.own_password import MAX_SECRET_CHARS
from region.sessions import Accounts

Answer = str | Response | tuple[str, int]


def blueprint(accounts: Accounts) -> Blueprint:
    """Return the routes of signing in and out."""
    pages = Blueprint("sign_in", __name__)

    @pages.get("/sign-in")
    def show() -> Answer:
        person = visitor()
        if person is not None and person.role:
            return redirect(url_for(home_of(person.role)), 303)
        return render_template("region/sign_in.html", name="")

    @pages.get("/")
    def home() -> Answer:
        return redirect(url_for(home_of(reviewer().role)), 303)

    @pages.post("/sign-in")
    def submit() -> Answer:
        name = request.form.get("name", "").strip()[:100]
        try:
            token = accounts.sign_in(name, request.form.get("secret", "")[:MAX_SECRET_CHARS])
        except SignInRefusedError:
            text = _("Name or password is wrong. After five failures in a row the account is locked for five minutes.")
            return render_template("region/sign_in.html", name=name, error_summary=[{"field": "", "text": text}]), 422
        session.clear()
        session[SESSION] = token
        person = accounts.person_of(token)
        return redirect(url_for(home_of(person.role) if person and person.role else "sign_in.show"), 303)

    @pages.post("/sign-out")
    def leave() -> Answer:
        accounts.sign_out(session.get(SESSION, ""))
        session.clear()
        return redirect(url_for("sign_in.show"), 303)

    own_password.add(pages, accounts)
    return pages
