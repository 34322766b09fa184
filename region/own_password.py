"""Where everybody who is signed in chooses a password; after a one-time password nothing else opens."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from region.access import home_of
from region.errors import SignInRefusedError
from region.guard import SESSION, reviewer
from region.office_errors import OfficeRefusedError
from region.reviewers import MIN_SECRET_CHARS
from region.sessions import Accounts

MAX_SECRET_CHARS = 200

Answer = str | Response | tuple[str, int]


def add(pages: Blueprint, accounts: Accounts) -> None:
    """Add the routes."""

    @pages.get("/password")
    def choose() -> Answer:
        return _screen({})

    @pages.post("/password")
    def take() -> Answer:
        return _take(accounts)


def _take(accounts: Accounts) -> Answer:
    given = {name: request.form.get(name, "")[:MAX_SECRET_CHARS] for name in ("present", "chosen", "again")}
    if given["chosen"] != given["again"]:
        return _screen({"again": _("The two are not the same. Type the new password twice.")}), 422
    try:
        accounts.choose_password(session.get(SESSION, ""), reviewer(), given["present"], given["chosen"])
    except SignInRefusedError:
        text = _(
            "This is not your present password. After five failures in a row the account is locked for five minutes."
        )
        return _screen({"present": text}), 422
    except OfficeRefusedError as error:
        same = _("Choose another password than the one you have.")
        weak = _("Choose at least %(count)s characters, and not your name.", count=MIN_SECRET_CHARS)
        return _screen({"chosen": same if error.code == "same_secret" else weak}), 422
    flash(_("Your new password counts from now on. Wherever else you were signed in, you no longer are."), "good")
    return redirect(url_for(home_of(reviewer().role)), 303)


def _screen(problems: dict[str, str]) -> str:
    return render_template("region/password.html", is_first=reviewer().must_choose, problems=problems)
