"""Changes that arrive together share a transaction, and one that fails takes no other with it."""

import threading
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select

from region.audit import note
from region.errors import UnknownObjectError
from region.models import AuditLine


def test_changes_that_share_a_commit_fail_alone(region):
    """One of many is refused in the middle of a shared transaction: the others are kept, it is not."""
    store, started = region.store, threading.Event()

    def change(number):
        def make(session):
            started.wait(5)
            note(session, store.now(), f"actor-{number}", "test")
            session.flush()
            if number == 3:
                raise UnknownObjectError("this one not")
            return number

        return make

    with ThreadPoolExecutor(8) as pool:
        results = [pool.submit(store.write_together, change(number)) for number in range(8)]
        started.set()
        done = [one.exception() or one.result() for one in results]
    assert [one for one in done if isinstance(one, int)] == [0, 1, 2, 4, 5, 6, 7]
    assert isinstance(done[3], UnknownObjectError)
    with store.read() as session:
        actors = set(session.scalars(select(AuditLine.actor).where(AuditLine.act == "test")))
    assert actors == {f"actor-{number}" for number in (0, 1, 2, 4, 5, 6, 7)}
