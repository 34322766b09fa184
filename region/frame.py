"""What the layout shows around every screen: who is signed in, and where this person may go."""

from flask import Flask, render_template, request, session, url_for
from flask_babel import gettext as _

from region.access import may_open
from region.conflicts import find_open
from region.guard import SESSION, visitor
from region.labels import ROLES
from region.reviewers import Person
from region.sessions import Accounts
from region.store import Store

KEPT_FIELDS = ("text", "reason", "words", "new", "address", "directions", "source")
"""Form fields in which people write sentences."""


def install(app: Flask, store: Store) -> None:
    """Give every template the frame."""
    app.context_processor(lambda: _frame(store))


def shut_out(accounts: Accounts) -> tuple[str, int]:
    """Tell somebody that the screen is not, or no longer, theirs; what was just typed is shown, to be handed on."""
    person = visitor()
    is_closed = person is not None and not person.role
    if is_closed:
        accounts.sign_out(session.get(SESSION, ""))
        session.clear()
    typed = [request.form[name].strip() for name in KEPT_FIELDS if request.form.get(name, "").strip()]
    return render_template("region/shut_out.html", is_closed=is_closed, typed=typed), 403


def _frame(store: Store) -> dict[str, object]:
    person = visitor()
    if person is None or not person.role:
        return {}
    with store.read() as session:
        conflicts = len(find_open(session)) if may_open(person.role, "conflicts") else 0
    return _around(person, conflicts)


def places(conflicts: int) -> list[tuple[str, str, str]]:
    """Return the areas that stand in the menu: each with its name, and the page on which it begins.

    Args:
        conflicts: how many are open.
    """
    return [
        ("administration", _("Administration"), "administration.start"),
        ("desk", _("Registrations"), "desk.worklist"),
        ("judging", _("Records"), "judging.worklist"),
        ("conflicts", _("Conflicts (%(count)s)", count=conflicts), "conflicts.worklist"),
        ("corrections", _("Corrections"), "corrections.worklist"),
        ("appointments", _("Group bookings"), "appointments.show"),
        ("payment", _("Payment"), "payment.show"),
        ("results", _("Results"), "results.show"),
        ("publishing", _("Profile"), "publishing.show"),
        ("windows", _("Review windows"), "windows.show"),
        ("figures", _("Figures"), "figures.show"),
        ("taking", _("Rosters and appointments"), "taking.show"),
        ("checkpoints", _("Venues' logs"), "checkpoints.show"),
        ("bundles", _("Sticks"), "bundles.show"),
    ]


def _around(person: Person, conflicts: int) -> dict[str, object]:
    if person.must_choose:
        return {"reviewer": {"name": person.name, "role": ROLES[person.role]}, "sign_out_url": url_for("sign_in.leave")}
    return {
        "reviewer": {"name": person.name, "role": ROLES[person.role]},
        "sign_out_url": url_for("sign_in.leave"),
        "password_url": url_for("sign_in.choose"),
        "nav": [
            (label, url_for(endpoint), _mark(area, endpoint))
            for area, label, endpoint in places(conflicts)
            if may_open(person.role, area)
        ],
    }


def _mark(area: str, endpoint: str) -> str:
    """Say of a place in the menu whether it is this page, or the area that the page belongs to (aria-current)."""
    if request.endpoint == endpoint:
        return "page"
    return "true" if request.blueprint == area else ""
