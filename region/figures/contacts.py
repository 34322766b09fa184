"""When each venue's computer was last heard from: noted in memory with every request, written down now and then.

Requests never wait for this, and none fails because of it. `region.payment.scheduler` writes it down.
"""

import threading
from collections.abc import Mapping
from datetime import datetime

from flask import Flask, Response, g
from sqlalchemy import select
from sqlalchemy.orm import Session

from region.database import inserting
from region.figures.models import ContactRow
from region.guard import is_api
from region.models import Venue
from region.store import Store


class Contacts:
    """What this process has heard, and what all of them have written down."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._heard: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def install(self, app: Flask) -> None:
        """Note every request that came with a venue's key."""

        @app.after_request
        def note(response: Response) -> Response:
            if is_api() and (venue := g.get("venue")):
                with self._lock:
                    self._heard[venue] = self._store.now()
            return response

    def write_down(self) -> None:
        """Keep what was heard since the last time."""
        with self._lock:
            heard, self._heard = self._heard, {}
        if not heard:
            return
        try:
            self._write(heard)
        except BaseException:
            with self._lock:  # what came meanwhile is newer
                self._heard = {**heard, **self._heard}
            raise

    def last(self) -> Mapping[str, datetime]:
        """Return when each venue was last heard from; those that never were are not among them."""
        with self._store.read() as session:
            return self.last_in(session)

    def last_in(self, session: Session) -> Mapping[str, datetime]:
        """Return the same as it is in a transaction."""
        found = dict(session.execute(select(ContactRow.venue, ContactRow.heard_at)).all())
        with self._lock:
            for venue, at in self._heard.items():
                found[venue] = max(at, found.get(venue, at))
        return found

    def _write(self, heard: Mapping[str, datetime]) -> None:
        row = ContactRow
        with self._store.write() as session:
            known = set(session.scalars(select(Venue.id).where(Venue.id.in_(heard))))
            for venue, at in sorted(heard.items()):
                if venue not in known:
                    continue
                statement = inserting(session, row).values(venue=venue, heard_at=at)
                is_newer = row.heard_at < statement.excluded.heard_at
                values = {"heard_at": statement.excluded.heard_at}
                session.execute(statement.on_conflict_do_update(index_elements=["venue"], set_=values, where=is_newer))
