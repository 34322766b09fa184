"""Which venue has which version: what venues say when they ask for the profile."""

import re
from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from region.publishing.models import HeldRow
from region.store import Store

_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
EVERY = timedelta(minutes=10)
"""A venue that asks more often and says the same is written down only as often."""


def note_asked(store: Store, venue: str, known: Iterable[str], in_use: str) -> None:
    """Keep what a venue has by its own words.

    Args:
        known: digests it has fetched; what is no digest is left out.
        in_use: digest of the version that new visits there begin with.
    """
    fetched = next((digest for digest in known if _DIGEST.fullmatch(digest)), "")
    used, now = in_use if _DIGEST.fullmatch(in_use) else "", store.now()
    with store.read() as session:
        row = session.get(HeldRow, venue)
    if row is not None and (row.fetched, row.in_use) == (fetched, used) and now - row.asked_at < EVERY:
        return

    def keep(session: Session) -> None:
        session.merge(HeldRow(venue=venue, fetched=fetched, in_use=used, asked_at=now))

    store.write_together(keep)


def held(store: Store) -> dict[str, HeldRow]:
    """Return what each venue said, by its id; one that never asked is not among them."""
    with store.read() as session:
        return {row.venue: row for row in session.scalars(select(HeldRow))}
