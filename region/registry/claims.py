"""Takes registrations out of the hands of somebody who may no longer review them."""

from sqlalchemy import select

from region.registry.changing import Actor, Key, changing
from region.registry.models import RegistrationRow
from region.registry.status import Role
from region.store import Store

ACCOUNTS = Actor("accounts", Role.SYSTEM)


def release_all(store: Store, reviewer: str) -> int:
    """Put back whatever a reviewer has in hand, so that colleagues need not wait; return how many that were."""
    with store.read() as session:
        held = select(RegistrationRow.exam_year, RegistrationRow.id).where(RegistrationRow.claimed_by == reviewer)
        keys = [Key(year, id_) for year, id_ in session.execute(held)]
    released = 0
    for key in keys:
        with changing(store, key, ACCOUNTS) as change:
            if change.row.claimed_by == reviewer:
                change.release()
                change.note("released")
                released += 1
    return released
