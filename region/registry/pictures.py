"""Hands pictures out: with their watermark to everybody who may see them, untouched to a few, who are written down."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from region.audit import note
from region.models import Reviewer
from region.registry.box import Box
from region.registry.changing import Key
from region.registry.contents import VENUE, open_picture
from region.registry.errors import NotAllowedError, UnknownRegistrationError
from region.registry.models import PictureRow
from region.registry.rules import Rules
from region.registry.status import Role
from region.store import Store
from region.watermark import THUMBNAIL_PX, watermarked

ENTITLED = frozenset({Role.LEAD})
"""Who may have a picture as it came in, without a watermark, e.g. for the police. Leads of the region."""


class Pictures:
    """The pictures of registrations."""

    def __init__(self, store: Store, box: Box, rules: Rules, timezone: str) -> None:
        self._store, self._box, self._rules, self._zone = store, box, rules, ZoneInfo(timezone)

    def viewed(self, key: Key, picture_id: str, *, is_small: bool = False) -> bytes:
        """Return a JPEG with purpose and day of upload across it.

        Raises:
            UnknownRegistrationError: no such picture stands in this registration.
            DamagedHereError: it is gone, or was changed on the disk.
        """
        with self._store.read() as session:
            row = _standing(session, key, picture_id)
        content = open_picture(self._store, self._box, row)
        return watermarked(content, self._text(row.added_at), within_px=THUMBNAIL_PX if is_small else 0)

    def original(self, key: Key, picture_id: str, reviewer_id: str) -> bytes:
        """Return the bytes as they came in, removed pictures' too; who had them is written down first.

        Raises:
            NotAllowedError: this reviewer may not, or not any more. Written down as well.
            UnknownRegistrationError, DamagedHereError: as `viewed`.
        """
        with self._store.write() as session:
            reviewer = session.get(Reviewer, reviewer_id)
            is_entitled = reviewer is not None and reviewer.venue is None and reviewer.role in ENTITLED
            row = session.get(PictureRow, (key.year, picture_id))
            if row is None or row.registration != key.id:
                raise UnknownRegistrationError(f"no picture {picture_id}")
            act = "original_viewed" if is_entitled else "original_denied"
            note(session, self._store.now(), reviewer_id, act, key.id, picture_id)
        if not is_entitled:
            raise NotAllowedError("only a lead of the region has originals")
        if row.source == VENUE or not row.original:
            return open_picture(self._store, self._box, row)
        return self._box.get(self._store, row.original, str(key))

    def _text(self, at: datetime) -> str:
        return self._rules.online.watermark.zh.replace("{date}", f"{at.astimezone(self._zone):%Y-%m-%d}")


def _standing(session: Session, key: Key, picture_id: str) -> PictureRow:
    row = session.get(PictureRow, (key.year, picture_id))
    if row is None or row.registration != key.id or row.removed_at is not None:
        raise UnknownRegistrationError(f"no picture {picture_id}")
    return row
