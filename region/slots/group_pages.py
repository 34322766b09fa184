"""A lead's pages of group bookings: choose an appointment, name the group, look, book, list, cancel."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from region.desk.office import Office, asking
from region.desk.words import LEVELS
from region.desk.worklist import newest_year
from region.registry.errors import UnknownRegistrationError
from region.settings import Settings
from region.slots.errors import GroupRefusedError
from region.slots.grouping import MOST_NUMBERS, Groups, Member
from region.slots.models import SlotRow
from region.slots.reading import numbers_in, read_numbers
from region.venues import venue_names
from rules.roster.errors import RosterError
from rules.roster.words import Language, describe_fault

WHY = {
    "past": _l("This day is over."),
    "unknown": _l("No registration of this venue and year has this number."),
    "twice": _l("Named before in this list."),
    "here": _l("Has this appointment already."),
    "refused": _l("The registration was refused."),
    "level": _l("This appointment is for another exam level."),
    "other": _l("Has another appointment, which has to be given back first."),
    "full": _l("No place is left."),
}
"""Why somebody of a list is not booked."""

Answer = str | Response | tuple[str, int]


def blueprint(office: Office, settings: Settings) -> Blueprint:
    """Return the routes."""
    pages, counter = Blueprint("appointments", __name__, url_prefix="/appointments"), _Counter(office, settings)
    pages.add_url_rule("/", "show", counter.show)
    pages.add_url_rule("/<slot_id>", "slot", counter.slot)
    pages.add_url_rule("/<slot_id>/look", "look", counter.look, methods=["POST"])
    pages.add_url_rule("/<slot_id>/book", "book", counter.book, methods=["POST"])
    pages.add_url_rule("/<slot_id>/cancel", "cancel", counter.cancel, methods=["POST"])

    @pages.errorhandler(UnknownRegistrationError)
    def unknown(_error: UnknownRegistrationError) -> Answer:
        return render_template("region/problem.html", text=_("There is no such appointment here.")), 404

    return pages


class _Counter:
    """Where groups are booked."""

    def __init__(self, office: Office, settings: Settings) -> None:
        self._office, self._settings = office, settings

    @property
    def groups(self) -> Groups:
        """As whoever asks may book them."""
        return Groups(self._office.store, self._office.box, asking(), self._settings.zone)

    def show(self) -> Answer:
        names, own = venue_names(self._office.store), asking().venue
        chosen = own or request.args.get("venue", "")
        venue = chosen if chosen in names else next(iter(names), "")
        slots = self.groups.slots(newest_year(self._office.store), venue)
        return render_template(
            "region/slots/groups.html",
            venues=[] if own else list(names.items()),
            venue=venue,
            venue_name=names.get(venue, venue),
            lines=[self._line(slot) for slot in slots],
        )

    def slot(self, slot_id: str) -> Answer:
        return self._page(slot_id)

    def look(self, slot_id: str) -> Answer:
        """Show what would become of the list; what was pasted stays in the form."""
        text = request.form.get("text", "")
        self.groups.slot(slot_id)
        try:
            numbers = [*numbers_in(text), *self._uploaded()]
        except RosterError as error:
            language = Language.EN if str(get_locale()) == "en" else Language.ZH
            words = describe_fault(error.fault, error.missing, language)
            return self._page(slot_id, text, problems={"file": words}), 422
        if not numbers or len(numbers) > MOST_NUMBERS:
            words = _("Paste or upload the registration numbers, at most %(num)s.", num=MOST_NUMBERS)
            return self._page(slot_id, text, problems={"text": words}), 422
        return self._page(slot_id, text, self.groups.look(slot_id, numbers))

    def book(self, slot_id: str) -> Answer:
        """Book exactly those that were shown as bookable; if one of them no longer is, nobody, and show them anew."""
        ids, numbers = request.form.getlist("id")[:MOST_NUMBERS], request.form.getlist("number")[:MOST_NUMBERS]
        groups = self.groups
        groups.slot(slot_id)
        try:
            booked = groups.book(slot_id, {*ids}) if ids else 0
        except GroupRefusedError:
            words = _("Something has changed in the meantime. Nobody was booked; look at the list again.")
            looked = groups.look(slot_id, numbers)
            return self._page(slot_id, "\n".join(numbers), looked, problems={"": words}), 409
        flash(ngettext("One person is booked.", "%(num)s people are booked.", booked), "good")
        return redirect(url_for("appointments.slot", slot_id=slot_id), 303)

    def cancel(self, slot_id: str) -> Answer:
        ids = request.form.getlist("id")[:MOST_NUMBERS]
        if not ids:
            return self._page(slot_id, problems={"": _("Tick who is to lose the appointment.")}), 422
        done = self.groups.cancel(slot_id, {*ids})
        text = ngettext("One appointment is cancelled.", "%(num)s appointments are cancelled.", done)
        flash(text, "good")
        return redirect(url_for("appointments.slot", slot_id=slot_id), 303)

    def _uploaded(self) -> list[str]:
        file = request.files.get("file")
        return read_numbers(file.read()) if file is not None and file.filename else []

    def _page(
        self,
        slot_id: str,
        typed: str = "",
        looked: Sequence[Member] = (),
        problems: dict[str, str] | None = None,
    ) -> str:
        slot = self.groups.slot(slot_id)
        return render_template(
            "region/slots/group.html",
            slot=self._line(slot),
            venue_name=venue_names(self._office.store).get(slot.venue, slot.venue),
            members=self.groups.members(slot_id),
            typed=typed,
            looked=looked,
            bookable=[member for member in looked if not member.problem],
            why=WHY,
            problems=problems or {},
        )

    def _line(self, slot: SlotRow) -> dict[str, object]:
        return {
            "id": slot.id,
            "url": url_for("appointments.slot", slot_id=slot.id),
            "day": slot.day,
            "hours": f"{slot.starts}–{slot.ends}",
            "level": LEVELS.get(slot.level, slot.level),
            "party": slot.party,
            "taken": slot.taken,
            "quota": slot.quota,
            "left": max(0, slot.quota - slot.taken),
            "back_url": url_for("appointments.show", venue=slot.venue),
        }
