"""The demo's staff as the simulation uses them: who sits where, and who is asked when a role is missing."""

from kiosk.demo import STAFF
from kiosk.simulation.browser import Browser
from kiosk.simulation.errors import UnexpectedAnswerError

PINS = {person.id: person.pin for person in STAFF}
DESK_STAFF = ("lead", "second", "review")
DECIDERS = ("lead", "second")
"""Who may decide on corrections and refusals."""


def pair(browser: Browser, station: str, staff: str) -> None:
    """Make the browser a station's; at a desk, whoever does it is signed in."""
    page = browser.open("/pair")
    answers = {"station": station, "staff": staff, "pin": PINS[staff]}
    browser.send(page.form("pair-form"), answers)
    browser.staff = staff if station.startswith("desk") else ""


def sign_in(browser: Browser, staff: str) -> None:
    """Let another member of staff work with this browser."""
    page = browser.open("/sign-in")
    browser.send(page.form("sign-in-form"), {"staff": staff, "pin": PINS[staff]})
    browser.staff = staff


def sign_out(browser: Browser) -> None:
    """Leave the browser to candidates again."""
    browser.send(browser.page.form_to("/sign-out"))
    browser.staff = ""


def colleague(staff: str) -> dict[str, str]:
    """Return the fields by which somebody else approves, with name and PIN."""
    second = next(person for person in DECIDERS if person != staff)
    return {"second_staff": second, "second_pin": PINS[second]}


def ensure_demo(browser: Browser) -> None:
    """Check that the venue is a demonstration: nobody's real day is played with.

    Raises:
        UnexpectedAnswerError: it is not, or it does not answer.
    """
    page = browser.open("/pair")
    if ".demo" not in page.texts:
        raise UnexpectedAnswerError("this venue is no demonstration; a day is played on demo venues only")
