"""What reviewers get to see of a picture: never the untouched original, for that see `region.originals`."""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import format_date
from sqlalchemy import select

from region.desk.words import said
from region.registry.box import Box
from region.registry.changing import Actor, Key
from region.registry.contents import open_picture
from region.registry.errors import UnknownRegistrationError
from region.registry.models import PictureRow, RegistrationRow
from region.registry.rules import Rules
from region.store import Store
from region.watermark import watermarked

SAFE_TYPES = frozenset({"image/jpeg", "image/png"})


def read_picture(
    store: Store, box: Box, rules: Rules, key: Key, picture_id: str, actor: Actor
) -> tuple[PictureRow, bytes]:
    """Return a picture as people view it, removed ones too.

    Raises:
        UnknownRegistrationError: there is none, or it is of a registration that is not this reviewer's.
        DamagedHereError: it does not open.
    """
    row = _row(store, key, picture_id, actor)
    return row, viewed(open_picture(store, box, row), row.added_at, rules)


def viewed(content: bytes, added_at: datetime, rules: Rules) -> bytes:
    """Return what is shown of a picture's content, with purpose and day written across it: the one place for that."""
    day = format_date(added_at.date(), "yyyy-MM-dd")
    return watermarked(content, said(rules.online.watermark).replace("{date}", day))


def earlier_pictures(store: Store, key: Key) -> Mapping[str, tuple[PictureRow, ...]]:
    """Return the pictures that were taken out, by item, newest first."""
    query = select(PictureRow).where(
        PictureRow.exam_year == key.year, PictureRow.registration == key.id, PictureRow.removed_at.is_not(None)
    )
    found: dict[str, tuple[PictureRow, ...]] = {}
    with store.read() as session:
        for row in session.scalars(query.order_by(PictureRow.removed_at.desc(), PictureRow.position)):
            found[row.code] = (*found.get(row.code, ()), row)
    return found


def _row(store: Store, key: Key, picture_id: str, actor: Actor) -> PictureRow:
    with store.read() as session:
        row = session.get(PictureRow, (key.year, picture_id))
        owner = session.get(RegistrationRow, (key.year, key.id))
    is_theirs = owner is not None and (actor.venue is None or owner.venue == actor.venue)
    if row is None or row.registration != key.id or not is_theirs:
        raise UnknownRegistrationError(f"no picture {picture_id}")
    return row
