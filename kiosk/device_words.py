"""How a device is and what to do about it, in words. For pages in their language; for the command line in English."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from devices.base import DeviceStatus
from devices.errors import CaptureRejectedError, DeviceError
from devices.incidents import RESTARTED

_TROUBLE: Mapping[str, LazyString] = {
    "not_connected": _l("Not connected: check the cable"),
    "not_responding": _l("No answer: unplug it and plug it in again"),
    "frozen": _l("The picture stands still: unplug it and plug it in again"),
    "green": _l("The picture is green: the USB cable or port is too slow. Use another port, without a hub"),
    "black": _l("The picture is black: take off the cap, switch on the light"),
    "busy": _l("In use on another page"),
    "configuration": _l("Wrong setting: tell the administrator"),
    "no_agent": _l("The desk's own computer does not answer: is it on, and its device program running?"),
    "claimed_twice": _l("Two stations name the same port: tell the administrator"),
    "not_allowed": _l("The browser may not use the camera: click the camera beside the address and allow it"),
    "insecure": _l("The browser gives its camera only to a secure page: open it as http://127.0.0.1 or https"),
    "no_paper": _l("No paper, or the cover is open: put a roll in and close it"),
}
_SERVICE: Mapping[str, LazyString] = {
    "not_connected": _l("Not connected: check the cable, and that the reader's own program is running on this desk"),
    "not_responding": _l("No answer: start the reader's own program again, or plug the reader in again"),
}
_WARNINGS: Mapping[str, LazyString] = {"low_paper": _l("Works; the paper is nearly used up, have a roll ready")}
_NOTHING: Mapping[str, LazyString] = {
    "no_finger": _l("Works; nobody put a finger on it"),
    "no_card": _l("Works; no card was on it"),
    "same_card": _l("Works; a card has been left on it, take it away"),
    "half_card": _l("Works, but gave half a card: lay one on for two seconds and test again"),
    "garbled": _l("Answers what nobody can read: its encoding or fields are set wrongly; tell the administrator"),
}
_CARD: Mapping[str, LazyString] = {
    "half_card": _l("The card was not read whole. Leave it on the reader until the page changes."),
    "garbled": _l("The card reader's answer cannot be read. Use the buttons below, or call the staff."),
    "same_card": _l("Please take the card off the reader; lay it on again to read it once more."),
}


_INCIDENTS: Mapping[str, LazyString] = {
    RESTARTED: _l("Hung; started anew by the program"),
    "not_connected": _l("Unplugged, or not found"),
    "not_responding": _l("Stopped answering"),
    "frozen": _l("The picture stood still"),
    "green": _l("The picture was green"),
    "black": _l("The picture was black"),
    "configuration": _l("Set wrongly"),
    "no_agent": _l("The desk's own computer did not answer"),
    "claimed_twice": _l("Named by two stations"),
    "no_paper": _l("No paper"),
}


def incident_word(code: str) -> str:
    """Return what happened to a device, for the day report; a code that has no words stays as it is."""
    return str(_INCIDENTS.get(code, code))


def device_word(status: DeviceStatus) -> str:
    """Return how a device is, in words that say what to do."""
    if status.state in ("ready", "standby"):
        return str(_WARNINGS.get(status.code) or _("Ready"))
    return str(_TROUBLE.get(status.code) or _("Not working: tell the administrator"))


def device_badge(status: DeviceStatus) -> str:
    """Return the badge of a device: good, attention or bad."""
    if status.state not in ("ready", "standby"):
        return "bad"
    return "attention" if status.code in _WARNINGS else "good"


def device_advice(role: str, result: str, code: str) -> str:
    """Return how a test of a device went, and what to do."""
    if result == "works":
        return str(_WARNINGS.get(code) or _("Works"))
    if result == "nothing":
        return str(_NOTHING.get(code) or _("Works, but saw nothing to capture"))
    special = _SERVICE.get(code) if role == "card" else None
    return str(special or _TROUBLE.get(code) or _("Not working: tell the administrator"))


def card_words(error: DeviceError) -> str:
    """Return what a person who lays a card on the reader is to do."""
    if isinstance(error, CaptureRejectedError):
        return str(_CARD.get(error.code) or _("Lay the card on the reader again."))
    return str(_("The card reader does not work at the moment. Use the buttons below, or call the staff."))


def print_words(code: str) -> str:
    """Return why a sheet did not come out, and what to do; the page shows everything that would stand on it."""
    if code == "glyph":
        return str(_("A character of the name is not in our font. Staff write this paper by hand."))
    if code == "no_paper":
        return str(_("The printer has no paper. Staff put a roll in; then press “Print” once more."))
    if code == "busy":
        return str(_("The printer is printing for somebody else. Wait a moment and press “Print” once more."))
    return str(_("The printer does not answer. Staff check its cable; then press “Print” once more."))
