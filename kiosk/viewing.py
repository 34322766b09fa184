"""Puts on record that staff looked at a candidate's data, and who was the first to see what the region decided."""

import logging
import threading
from datetime import timedelta

from flask import Flask, Response, g, request

from kiosk.step import Actor
from kiosk.views.here import origin
from local_db.clock import Clock
from local_db.errors import StoreError
from local_db.store import Origin, Store
from local_db.verdicts import VerdictBook

logger = logging.getLogger(__name__)

VIEWED = "data:viewed"
ONCE_IN = timedelta(minutes=10)
"""A page with twenty pictures is one look; so is going back and forth in it."""
_SHOWS_VERDICTS = frozenset({"visits", "journey", "identity"})


class ViewLog:
    """Notes looks at visits, each once in a while a person and station."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._last: dict[tuple[Origin, str], int] = {}
        self._lock = threading.Lock()

    def note(self, visit: str, origin: Origin, page: str) -> None:
        """Add a look to the audit log unless the same one was added just now."""
        now = self._clock.monotonic_ns()
        with self._lock:
            self._last = {key: at for key, at in self._last.items() if now - at < ONCE_IN.total_seconds() * 1e9}
            if (origin, visit) in self._last:
                return
            self._last[origin, visit] = now
        self._store.note(VIEWED, visit, origin, page=page)


def install(app: Flask, views: ViewLog, verdicts: VerdictBook) -> None:
    """Look at every page about a visit that was shown to staff, whichever it was."""

    @app.after_request
    def note(response: Response) -> Response:
        visit = (request.view_args or {}).get("visit_id")
        actor: Actor | None = g.get("actor")
        if visit and actor and actor.is_staff and request.method == "GET" and response.status_code == 200:
            try:
                views.note(visit, origin(), str(request.endpoint))
                if request.blueprint in _SHOWS_VERDICTS:
                    verdicts.note_seen(visit, origin())
            except StoreError:  # what was asked for is shown all the same: work goes on
                logger.exception("a look at visit %s could not be put on record", visit)
        return response
