"""The pictures that go with a request: judged as every upload is, kept with it, and opened again."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from devices.errors import CaptureRejectedError
from devices.quality.upload import MOST_BYTES, PictureRule
from region.corrections.errors import PictureRefusedError, RequestRefusedError
from region.preparing import Preparer
from region.registry.box import Box
from region.registry.candidate import Prepared
from region.registry.errors import UnknownRegistrationError
from region.registry.review_models import CorrectionPictureRow, CorrectionRow
from region.registry.rules import Rules
from region.store import Store

MOST_PICTURES = 3


def read_evidence(preparer: Preparer, rules: Rules, files: Sequence[FileStorage]) -> tuple[Prepared, ...]:
    """Return the pictures of a form, none where none was chosen.

    Raises:
        RequestRefusedError: `too_many`.
        PictureRefusedError: one of them cannot be kept; says which and why.
        TooManyRequestsError: too many pictures are being judged at this moment.
    """
    chosen = [file for file in files if file.filename]
    if len(chosen) > MOST_PICTURES:
        raise RequestRefusedError("too_many")
    rule, found = PictureRule(0, rules.materials.max_kb), []
    for file in chosen:
        try:
            found.append(preparer.fit(file.stream.read(MOST_BYTES + 1), rule))
        except CaptureRejectedError as error:
            raise PictureRefusedError(file.filename or "", error.code) from error
    return tuple(found)


def keep_evidence(session: Session, store: Store, box: Box, row: CorrectionRow, pictures: Sequence[Prepared]) -> None:
    """Add the pictures to a request; only what is viewed of them is kept."""
    for number, picture in enumerate(pictures, start=1):
        session.add(
            CorrectionPictureRow(
                exam_year=row.exam_year,
                correction=row.id,
                number=number,
                object=box.put(store, picture.content, belongs_to(row)),
                media_type=picture.media_type,
                warnings=",".join(picture.warnings),
            )
        )


def evidence_of(store: Store, row: CorrectionRow) -> Sequence[CorrectionPictureRow]:
    """Return the pictures of a request, in order."""
    of_it = CorrectionPictureRow.exam_year == row.exam_year, CorrectionPictureRow.correction == row.id
    with store.read() as session:
        query = select(CorrectionPictureRow).where(*of_it)
        return session.scalars(query.order_by(CorrectionPictureRow.number)).all()


def open_evidence(store: Store, box: Box, row: CorrectionRow, number: int) -> tuple[CorrectionPictureRow, bytes]:
    """Return one of them, and its bytes.

    Raises:
        UnknownRegistrationError: the request has no such picture.
        DamagedHereError: it does not open.
    """
    with store.read() as session:
        picture = session.get(CorrectionPictureRow, (row.exam_year, row.id, number))
    if picture is None:
        raise UnknownRegistrationError("no such evidence")
    return picture, box.get(store, picture.object, belongs_to(row))


def belongs_to(row: CorrectionRow) -> str:
    """Return what a request's words and pictures are sealed to."""
    return f"correction {row.exam_year}/{row.id}"
