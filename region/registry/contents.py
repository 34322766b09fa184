"""Opens the pictures of items, wherever they came from: uploaded by the candidate, or sealed in a venue's record."""

from sqlalchemy import select

from records.age import decrypt
from records.errors import RecordError
from region.errors import DamagedHereError
from region.keys import identities
from region.opening import encrypted
from region.registry.box import Box
from region.registry.changing import Key
from region.registry.errors import UnknownRegistrationError
from region.registry.models import PictureRow, RegistrationRow
from region.store import Store

CANDIDATE, VENUE = "candidate", "venue"
"""The words of `PictureRow.source`. A venue's picture is an encrypted object of its record, with no other original."""


def open_picture(store: Store, box: Box, picture: PictureRow) -> bytes:
    """Return a picture's bytes as people view them.

    Raises:
        DamagedHereError: it is gone, was changed, or does not open.
    """
    if picture.source != VENUE:
        return box.get(store, picture.object, str(Key(picture.exam_year, picture.registration)))
    try:
        return decrypt(encrypted(store, picture.object), identities(store.vault))
    except RecordError as error:
        raise DamagedHereError(picture.object) from error


def picture_of_venue(store: Store, venue: str, year: int, picture_id: str) -> PictureRow:
    """Return a picture that stands in a registration of this venue.

    Raises:
        UnknownRegistrationError: there is none, it was removed, or it is another venue's.
    """
    query = (
        select(PictureRow)
        .join(
            RegistrationRow,
            (RegistrationRow.exam_year == PictureRow.exam_year) & (RegistrationRow.id == PictureRow.registration),
        )
        .where(PictureRow.exam_year == year, PictureRow.id == picture_id, PictureRow.removed_at.is_(None))
        .where(RegistrationRow.venue == venue)
    )
    with store.read() as session:
        row = session.scalar(query)
    if row is None:
        raise UnknownRegistrationError("no such picture of this venue")
    return row
