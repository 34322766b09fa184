"""The screens of the staff's accounts: the list, one of them, adding one, another role, a new password, closing it."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import format_datetime
from flask_babel import gettext as _

from region.access import areas_of
from region.administration.forms import Answer, Typed
from region.administration.reading import acts_on
from region.administration.staff import State, Wanted, account, list_accounts, state_of
from region.administration.words import STATES, TIME, area_words, history, refusal_words
from region.guard import reviewer
from region.labels import ROLES
from region.models import Reviewer
from region.office_errors import OfficeRefusedError
from region.reviewers import (
    ONE_TIME_FOR,
    VENUE_ROLES,
    add_reviewer,
    change_role,
    close_account,
    new_secret,
    reset_password,
    reviewer_names,
)
from region.store import Store
from region.venues import venue_names

MAX_ACCOUNT_NAME = 100
FORMS = {"role": "role", "venue": "role", "reason-role": "role", "reason-close": "close", "reason-password": "password"}
"""In which of the forms of an account's page a problem is."""
LISTED = {State.OPEN: "open", State.LOCKED: "locked", State.CLOSED: "closed"}


def add(pages: Blueprint, store: Store) -> None:
    """Add the routes."""
    _add_list(pages, store)
    _add_one(pages, store)


def _add_list(pages: Blueprint, store: Store) -> None:

    @pages.get("/accounts")
    def accounts() -> Answer:
        return _list(store)

    @pages.get("/accounts/new")
    def new_account() -> Answer:
        return _form(store, {}, {})

    @pages.post("/accounts/new")
    def make_account() -> Answer:
        return _make(store)


def _add_one(pages: Blueprint, store: Store) -> None:
    @pages.get("/accounts/<account_id>", endpoint="account")
    def show(account_id: str) -> Answer:
        return _show(store, account(store, account_id), {}, {})

    @pages.post("/accounts/<account_id>/role")
    def set_role(account_id: str) -> Answer:
        return _set_role(store, account(store, account_id))

    @pages.post("/accounts/<account_id>/close")
    def shut(account_id: str) -> Answer:
        return _close(store, account(store, account_id))

    @pages.post("/accounts/<account_id>/password")
    def reset(account_id: str) -> Answer:
        return _reset(store, account(store, account_id))


def _list(store: Store) -> str:
    given = {name: request.args.get(name, "") for name in ("role", "venue", "state", "after")}
    venues = venue_names(store)
    wanted = Wanted(
        given["role"] if given["role"] in ROLES else "",
        given["venue"] if given["venue"] in venues else "",
        given["state"] if given["state"] in LISTED.values() else "",
    )
    rows, after = list_accounts(store, wanted, given["after"][:32])
    kept: dict[str, Any] = {"role": wanted.role or None, "venue": wanted.venue or None, "state": wanted.state or None}
    return render_template(
        "region/administration/accounts.html",
        lines=[_line(row, store, venues) for row in rows],
        wanted=wanted,
        roles=[("", _("All roles")), *ROLES.items()],
        venues=[("", _("All venues")), *venues.items()],
        states=[("", _("All accounts")), *((LISTED[state], STATES[state][1]) for state in LISTED)],
        next_url=url_for("administration.accounts", after=after, **kept) if after else "",
    )


def _line(row: Reviewer, store: Store, venues: Mapping[str, str]) -> dict[str, object]:
    return {
        "name": row.name,
        "url": url_for("administration.account", account_id=row.id),
        "role": ROLES.get(row.role, row.role),
        "venue": venues.get(row.venue or "", row.venue or ""),
        "badge": STATES[state_of(row, store.now())],
    }


def _form(store: Store, typed: Mapping[str, str], problems: Mapping[str, str]) -> str:
    return render_template(
        "region/administration/new_account.html",
        typed=typed,
        problems=problems,
        roles=[("", _("Please choose")), *ROLES.items()],
        venues=[("", _("The region")), *venue_names(store).items()],
        days=ONE_TIME_FOR.days,
    )


def _make(store: Store) -> Answer:
    typed, form, secret = Typed(), request.form, new_secret()
    name = typed.text("name", MAX_ACCOUNT_NAME, _("Type how this person is called."))
    role, venue = _office(typed)
    if not typed.problems:
        try:
            add_reviewer(store, name, secret, role, venue, by=reviewer().id, is_one_time=True)
        except OfficeRefusedError as error:
            field = "name" if error.code == "name_known" else "venue"
            typed.problems[field] = refusal_words(error)
    if typed.problems:
        return _form(store, form, typed.problems), 422
    return _secret(_("Account made"), name, secret)


def _office(typed: Typed) -> tuple[str, str | None]:
    """Return role and venue of a form; what does not fit is a problem of the field that has to change."""
    role, venue = request.form.get("role", ""), request.form.get("venue", "") or None
    if role not in ROLES:
        typed.problems["role"] = _("Choose a role.")
    elif role in VENUE_ROLES and venue is None:
        typed.problems["venue"] = _("Choose the venue whose reviewer this is.")
    elif role not in VENUE_ROLES and venue is not None:
        typed.problems["venue"] = _("This role is the region's. Choose “The region” here, or a role of a venue.")
    return role, venue


def _show(store: Store, row: Reviewer, typed: Mapping[str, str], problems: Mapping[str, str]) -> str:
    venues, words = venue_names(store), area_words()
    return render_template(
        "region/administration/account.html",
        account=row,
        **_line(row, store, venues),
        closed=format_datetime(row.closed_at, TIME) if row.closed_at else "",
        locked=format_datetime(row.locked_until, TIME) if state_of(row, store.now()) is State.LOCKED else "",
        until=format_datetime(row.secret_until, TIME) if row.secret_until else "",
        is_own=row.id == reviewer().id,
        areas=[words[area] for area in words if area in areas_of(row.role)],
        typed={"role": row.role, "venue": row.venue or "", **typed},
        problems=problems,
        at=FORMS.get(next(iter(problems), ""), ""),
        roles=list(ROLES.items()),
        venues=[("", _("The region")), *venues.items()],
        days=ONE_TIME_FOR.days,
        acts=history(acts_on(store, row.id), reviewer_names(store), venues),
    )


def _set_role(store: Store, row: Reviewer) -> Answer:
    typed = Typed()
    (role, venue), reason = _office(typed), typed.reason("reason-role")
    if typed.problems:
        return _show(store, row, request.form, typed.problems), 422

    def act() -> None:
        change_role(store, row.name, role, venue, by=reviewer().id, reason=reason, seen=typed.seen)

    done = _("Done. The new role counts from this person's next click on.")
    return _do(store, row, act, "role", done)


def _close(store: Store, row: Reviewer) -> Answer:
    typed = Typed()
    reason = typed.reason("reason-close")
    if typed.problems:
        return _show(store, row, request.form, typed.problems), 422

    def act() -> None:
        close_account(store, row.name, by=reviewer().id, reason=reason, seen=typed.seen)

    return _do(store, row, act, "reason-close", _("Closed. Whoever is at work with it is shut out at the next click."))


def _do(store: Store, row: Reviewer, act: Callable[[], None], field: str, done: str) -> Answer:
    """Do something to an account; what is refused is said on its page, which shows how the account stands now."""
    try:
        act()
    except OfficeRefusedError as error:
        return _show(store, account(store, row.id), request.form, {field: refusal_words(error)}), 409
    flash(done, "good")
    return redirect(url_for("administration.account", account_id=row.id), 303)


def _reset(store: Store, row: Reviewer) -> Answer:
    typed = Typed()
    reason, field = typed.reason("reason-password"), "reason-password"
    if typed.problems:
        return _show(store, row, request.form, typed.problems), 422
    if row.id == reviewer().id:
        return _show(
            store,
            row,
            request.form,
            {field: _("Change your own password under “Own password” at the top of the page.")},
        ), 409
    try:
        secret = reset_password(store, row.name, by=reviewer().id, reason=reason, seen=typed.seen)
    except OfficeRefusedError as error:
        return _show(store, account(store, row.id), request.form, {field: refusal_words(error)}), 409
    return _secret(_("New one-time password"), row.name, secret)


def _secret(title: str, name: str, secret: str) -> str:
    days = ONE_TIME_FOR.days
    return render_template("region/administration/made_password.html", title=title, name=name, secret=secret, days=days)
