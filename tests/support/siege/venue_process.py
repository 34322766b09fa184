"""The venue as a process under siege: the real store, journey, sealing, sender and caretaker; emulated captures."""

import logging
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

from devices.bench import Bench
from kiosk.step import Actor, Answers
from kiosk.steps.photo.take import ACCEPTED
from kiosk.steps.photo.take import TAKE as TAKEN
from kiosk.venue import Venue, open_venue
from local_db.errors import StaleVisitError
from local_db.sending import SendingBook
from local_db.store import Origin
from local_db.visits import Visit
from records.evidence import Attachment, Evidence
from tests.support.siege.orders import ACCEPT, ARRIVE, CONSENT, HURRY, RETAKE, SIGN, TAKE, TELL, Order, Reply
from tests.support.siege.places import Places

STATIONS = 3
EVERY = 100_000
ORIGIN = Origin("S-SIEGE", "desk-1")
NOBODY = Bench("演练台", {})
logger = logging.getLogger(__name__)


def run_venue(pipe: Connection, folder: str, region_url: str) -> None:
    """Open the venue, begin what goes on in the background, and obey until we are killed or left alone."""
    places = Places(Path(folder))
    venue = open_venue(places.settings(region_url), places.key())
    venue.start()
    staff, speaking = _Staff(venue), threading.Lock()

    def serve(order: Order) -> None:
        reply = staff.obey(order)
        with speaking:
            pipe.send(reply)

    stations = ThreadPoolExecutor(STATIONS)
    while True:
        try:
            stations.submit(serve, pipe.recv())
        except (EOFError, OSError):
            sys.stderr.flush()
            os._exit(0)


class _Staff:
    """Does what is ordered, the way the screens do it."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue
        self._journey = venue.journey
        self._sending = SendingBook(venue.database)

    def obey(self, order: Order) -> Reply:
        """Do it and return what the screen says."""
        try:
            return self._obey(order)
        except Exception as error:  # whatever it is, the siege has to hear of it
            logger.exception("order %s", order.act)
            return Reply(order, error=f"{order.act} of {order.reg_no}: {error!r}")

    def _obey(self, order: Order) -> Reply:
        if order.act == TELL:
            objects, _bytes = self._sending.left()
            records, checkpoints = self._venue.outbox.not_accepted(), self._venue.checkpoints.unsent()
            return Reply(order, left=objects + len(records) + len(checkpoints))
        if order.act == HURRY:
            return self._hurry(order)
        if order.act == ARRIVE:
            return self._told(order, self._arrive(order.reg_no))
        visit = self._venue.store.visit_of(order.reg_no)
        assert visit is not None, "confirmed at the door, and gone"
        if visit.last_seq == order.after:
            with suppress(StaleVisitError):
                return self._told(order, self._act(order, visit))
        return self._told(order, self._venue.store.visit(visit.id), is_stale=True)

    def _arrive(self, reg_no: str) -> Visit:
        now = self._venue.clock.now()
        arrival = Evidence("arrival", now, {"slot": "on_time", "found_by": "reg_no", "priority": False})
        pinned, today = self._journey.profiles.pinned, now.astimezone(self._venue.settings.zone).date()
        return self._venue.store.open_visit(reg_no, pinned, today, "normal", arrival, ORIGIN)[0]

    def _act(self, order: Order, visit: Visit) -> Visit:
        if order.act == CONSENT:
            step = self._journey.profile(visit).step("consent")
            assert step is not None
            answers = Answers({"general": "read", "face": "agree"}, Actor("S-SIEGE", ("LEAD",)))
            return self._journey.submit(visit, step, order.after, answers, NOBODY, ORIGIN)
        if order.act == RETAKE:
            return self._journey.have_done_again(visit, "photo", "blurred", order.after, ORIGIN)
        done = self._journey.add(visit, self._evidence(order, visit), order.after, ORIGIN)
        if self._venue.worker:
            self._venue.worker.wake()
        return done

    def _evidence(self, order: Order, visit: Visit) -> Evidence:
        now, files = self._venue.clock.now(), order.captures
        if order.act == ACCEPT:
            taken = visit.entries[-1].evidence
            return Evidence("photo", now, {"accepted": True}, part=ACCEPTED, attachments=taken.attachments)
        kept = tuple(
            Attachment.of(role, "application/octet-stream", content)
            for role, content in zip(("picture", "original"), files, strict=True)
        )
        if order.act == TAKE:
            return Evidence("photo", now, {"try": 1, "ok": True, "discarded": False}, part=TAKEN, attachments=kept)
        assert order.act == SIGN
        return Evidence("signature", now, {"strokes": 3}, part=f"page-{order.after}", attachments=kept)

    def _hurry(self, order: Order) -> Reply:
        objects = [one for record in self._sending.journeys(EVERY, open_only=False) for one in record.objects]
        parked = [one.digest for one in objects if one.parked_at]
        self._venue.outbox.send_again(parked)
        self._venue.outbox.retry_now()
        if self._venue.worker:
            self._venue.worker.wake()
        self._venue.checkpoint_sender.round(now=True)
        return Reply(order, parked=len(parked))

    @staticmethod
    def _told(order: Order, visit: Visit, is_stale: bool = False) -> Reply:
        return Reply(order, visit.id, visit.last_seq, tuple(one.digest for one in visit.versions), is_stale)
