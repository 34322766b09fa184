"""Somebody who has been through a running demo, quickly: over HTTP, without a browser's window."""

from contextlib import closing
from random import Random

from kiosk.simulation.browser import Browser, Patience
from kiosk.simulation.crew import pair
from kiosk.simulation.door import arrive, leave
from kiosk.simulation.people import Candidate, Habits
from kiosk.simulation.tally import Tally
from kiosk.simulation.walking import Halt, walk
from records.registration import Registration
from tests.support import demo_candidates
from tests.support.server import RunningVenue

PATIENCE = Patience(timeout_s=60, tries=200, pause_s=0.1)


def finish(venue: RunningVenue, person: demo_candidates.Candidate) -> None:
    """Lead somebody of the demo's roster from the door to the end."""
    registration = Registration(person.reg_no, {"name": person.name, "id_no": person.id_no}, None)
    one = Candidate(registration, Habits(found_by="reg_no", clumsy=0.0), Random(7))
    tally = Tally()
    with closing(Browser(venue.url, tally, PATIENCE)) as kiosk, closing(Browser(venue.url, tally, PATIENCE)) as desk:
        pair(kiosk, "kiosk-2", "guide")
        pair(desk, "desk-9", "lead")
        assert arrive(kiosk, one)
        assert walk(kiosk, one) is Halt.ELSEWHERE
        leave(kiosk)
        assert walk(desk, one) is Halt.DONE
