"""Hands out the registration that waits longest; two who ask at once get different ones."""

from region.desk.worklist import Cursor, Filter, View, list_registrations
from region.registry.changing import Actor, Key, is_claimed
from region.registry.errors import ActRefusedError, ReviewOverError, UnknownRegistrationError
from region.registry.reviewing import Review
from region.store import Store


def claim_next(store: Store, review: Review, actor: Actor, wanted: Filter, but: Key | None = None) -> Key | None:
    """Take the next one in hand that waits for this reviewer's level and is in nobody's hands; None when none is.

    Proposals are not handed out: they need a lead, and a second person.

    Args:
        wanted: venue, level, category as in the list; its view does not matter.
        but: one that is not wanted, because it has just been put aside.

    Raises:
        ReviewOverError: the venues' review has ended.
    """
    waiting = Filter(wanted.year, View.WAITING, wanted.venue, wanted.level, wanted.category, wanted.has_opinions)
    after: Cursor | None = None
    while True:
        page = list_registrations(store, actor, waiting, after=after)
        for row in page.rows:
            key = Key(row.exam_year, row.id)
            if key == but or row.proposed_by or is_claimed(row, store.now()):
                continue
            try:
                review.claim(key, actor)
            except ReviewOverError:
                raise  # it is over for all of them
            except (ActRefusedError, UnknownRegistrationError):
                continue  # somebody was faster, or it has just moved on
            return key
        if page.after is None:
            return None
        after = page.after
