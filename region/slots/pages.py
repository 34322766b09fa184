"""The candidate's pages: choose an appointment, move it, give it back, and the slip to bring along."""

from collections.abc import Callable
from itertools import groupby

from flask import Blueprint, flash, redirect, render_template, request, url_for
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
from region.venues import card_of

WORDS = {
    "not_offered": _l("No appointments can be booked here at present."),
    "not_for_you": _l("This appointment is not for you. Choose one of the list."),
    "full": _l("The last place was taken a moment ago. Choose another appointment, or wait for this one."),
    "too_late": _l("It is too late to change this appointment. Come as booked, or call the venue."),
    "nothing": _l("You have no appointment that was booked here."),
}
"""What a refusal says and what to do; by its code."""
DONE = {
    "book": _l("Booked. Print the slip, or keep it on your phone."),
    "wait": _l("Noted. The place is yours by itself when one becomes free."),
    "cancel": _l("Given back."),
}
"""What is said once it is done."""

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
    counter = _Counter(store, settings, layout)

    @pages.get("/")
    def choose() -> Answer:
        return counter.screen(signed_in())

    @pages.post("/<any(book, wait, cancel):act>")
    def change(act: str) -> Answer:
        return counter.attempt(signed_in(), act, request.form.get("slot", ""))

    @pages.get("/slip")
    def slip() -> Answer:
        return counter.slip(signed_in())

    return pages


class _Counter:
    """What is shown of a candidate's appointments, and what a button does."""

    def __init__(self, store: Store, settings: Settings, layout: str) -> None:
        self._store, self._settings, self._layout = store, settings, layout

    @property
    def booking(self) -> Booking:
        """Under the profile in force at this moment."""
        return Booking(self._store, rules_in_force(self._store).booking, self._settings.zone)

    def screen(self, key: Key, problem: str = "") -> str:
        """Return the page of appointments."""
        rules, held = rules_in_force(self._store).booking, self.booking.held(key)
        offers = self.booking.offers(key) if rules.offered else []
        return render_template(
            "region/slots/choose.html",
            layout=self._layout,
            held=held,
            slot=slot_of(held.text),
            days=[(day, list(slots)) for day, slots in groupby(offers, key=lambda offer: offer.day)],
            rules=rules,
            problems={"": problem} if problem else {},
        )

    def attempt(self, key: Key, act: str, slot: str) -> Answer:
        """Do what a button says, or show the page again with what is in the way."""
        try:
            match act:
                case "book":
                    self.booking.book(key, slot)
                case "wait":
                    self.booking.wait(key, slot)
                case _:
                    self.booking.cancel(key)
        except BookingRefusedError as error:
            return self.screen(key, str(WORDS[error.code])), 409
        flash(DONE[act], "good")
        return redirect(url_for("slots.choose"), 303)

    def slip(self, key: Key) -> Answer:
        """Return the slip to print; where there is no appointment, lead to choosing one."""
        found = slip_for(self._store, self._settings, key)
        if found is None:
            return redirect(url_for("slots.choose"), 303)
        return render_template("region/slots/slip.html", layout=self._layout, slip=found)


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
    return slip_of(case.person, slot, card_of(store, case.row.venue), bring, store.now().astimezone(settings.zone))
