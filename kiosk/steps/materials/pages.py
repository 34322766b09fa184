"""Makes pages of a material out of files and of what the document camera sees."""

from collections.abc import Callable, Sequence

from flask_babel import gettext as _

from devices.bench import Bench
from devices.errors import CaptureRejectedError
from devices.quality.page import Picture, fit_jpeg, load_picture, picture_from
from kiosk.pictures import refusal_words
from kiosk.step import StepRejectedError, Upload
from kiosk.steps.materials.checked import Checked
from kiosk.steps.materials.required import Asked
from records.evidence import Attachment

ROLE = "page"


def field_of(code: str) -> str:
    """Return the name of the file field of a material."""
    return f"pages-{code}"


def with_uploads(asked: Asked, found: Checked, uploads: Sequence[Upload]) -> tuple[Attachment, ...]:
    """Return the pages with the uploaded ones behind them.

    Raises:
        StepRejectedError: a file cannot be used, or there are more than the region takes.
    """
    sent = [upload for upload in uploads if upload.content]
    _ensure_room(asked, found, len(sent))
    return (*found.pages, *(_page(asked, _loader(upload), upload.name) for upload in sent))


def with_shot(asked: Asked, found: Checked, bench: Bench) -> tuple[Attachment, ...]:
    """Return the pages with what the document camera sees now behind them.

    Raises:
        StepRejectedError: there are as many as the region takes.
        devices.errors.DeviceError: the camera has no picture to give.
    """
    _ensure_room(asked, found, 1)
    with bench.document_camera as camera:
        frame = camera.frame()
    return (*found.pages, _page(asked, lambda: picture_from(frame.pixels)))


def _loader(upload: Upload) -> Callable[[], Picture]:
    return lambda: load_picture(upload.content)


def _page(asked: Asked, load: Callable[[], Picture], name: str = "") -> Attachment:
    try:
        fitted = fit_jpeg(load(), asked.min_kb, asked.max_kb)
    except CaptureRejectedError as error:
        words = refusal_words(error)
        shown = f"{name[:60]}: {words}" if name else words
        raise StepRejectedError({field_of(asked.code): shown}) from error
    return Attachment.of(ROLE, fitted.media_type, fitted.content)


def _ensure_room(asked: Asked, found: Checked, more: int) -> None:
    if not more:
        return
    if asked.images == "never":
        words = _("Papers of this kind are only checked. No picture may be kept.")
        raise StepRejectedError({field_of(asked.code): words})
    if len(found.pages) + more > asked.max:
        words = _("At most %(most)s pictures are kept here. Remove one first.", most=asked.max)
        raise StepRejectedError({field_of(asked.code): words})
