"""The candidate's pages: choose an appointment, move it, give it back, and the slip to bring along."""

from collections.abc import Callable
from itertools import groupby

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from records.online import slot_of
from region.registry.box import open_box
from region.registry.changing import Key
from region.registry.reading import read_case
from region.registry.rules import rules_in_force
from region.settings import Settings
from region.slots.booking import Booking
from region.slots.errors import BookingRefusedError
from region.slots.slip import Slip, slip_of
from region.store import Store
from region.venues import venue_names

WORDS = {
    "not_offered": _l("No appointments can be booked here at present."),
    "not_for_you": _l("This appointment is not for you. Choose one of the list."),
    "full": _l("The last place was taken a moment ago. Choose another appointment, or wait for this one."),
    "too_late": _l("It is too late to change this appointment. Come as booked, or call the venue."),
    "nothing": _l("You have no appointment that was booked here."),
}
"""What a refusal says and what to do; by its code."""

Answer = str | Response | tuple[str, int]


def blueprint(
    store: Store,
    settings: Settings,
    signed_in: Callable[[], Key],
    layout: str = "region/slots/layout.html",
    prefix: str = "/appointment",
) -> Blueprint:
    """Return the pages under `prefix`.

    Args:
        signed_in: returns the registration of who asks; raises, or aborts the request, where nobody is signed in.
        layout: template that these extend, with the blocks `title` and `screen`.
    """
    pages = Blueprint("slots", __name__, url_prefix=prefix)

    def booking() -> Booking:
        return Booking(store, rules_in_force(store).booking, settings.zone)

    def screen(key: Key, problem: str = "") -> str:
        rules, held = rules_in_force(store).booking, booking().held(key)
        offers = booking().offers(key) if rules.offered else []
        return render_template(
            "region/slots/choose.html",
            layout=layout,
            held=held,
            slot=slot_of(held.text),
            days=[(day, list(slots)) for day, slots in groupby(offers, key=lambda offer: offer.day)],
            rules=rules,
            problems={"": problem} if problem else {},
        )

    def attempt(act: Callable[[Key, str], None], done: str) -> Answer:
        key = signed_in()
        try:
            act(key, request.form.get("slot", ""))
        except BookingRefusedError as error:
            return screen(key, str(WORDS[error.code])), 409
        flash(done, "good")
        return redirect(url_for("slots.choose"), 303)

    @pages.get("/")
    def choose() -> Answer:
        return screen(signed_in())

    @pages.post("/book")
    def book() -> Answer:
        return attempt(booking().book, _("Booked. Print the slip, or keep it on your phone."))

    @pages.post("/wait")
    def wait() -> Answer:
        return attempt(booking().wait, _("Noted. The place is yours by itself when one becomes free."))

    @pages.post("/cancel")
    def cancel() -> Answer:
        return attempt(lambda key, _slot: booking().cancel(key), _("Given back."))

    @pages.get("/slip")
    def slip() -> Answer:
        found = slip_for(store, settings, signed_in())
        if found is None:
            return redirect(url_for("slots.choose"), 303)
        return render_template("region/slots/slip.html", layout=layout, slip=found)

    return pages


def slip_for(store: Store, settings: Settings, key: Key) -> Slip | None:
    """Return the slip of a registration's appointment, None while it has none.

    Raises:
        UnknownRegistrationError: there is no such registration.
    """
    rules = rules_in_force(store)
    case = read_case(store, open_box(store), key, rules)
    slot = slot_of(case.row.slot)
    if slot is None:
        return None
    bring = tuple(item.asked.name for item in case.items if item.asked.required and item.asked.original)
    venue = venue_names(store).get(case.row.venue, case.row.venue)
    return slip_of(case.person, slot, venue, bring, store.now().astimezone(settings.zone))
