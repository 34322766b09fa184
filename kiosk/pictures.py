"""Turns what a camera saw or a person uploaded into a file to keep."""

import io
from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from PIL import Image

from devices.base import Camera, Pixels
from devices.errors import CaptureRejectedError
from devices.quality.page import FittedPicture, fit_jpeg, picture_from
from devices.quality.upload import PictureRule, take_upload
from kiosk.step import Answers, StepRejectedError
from records.evidence import Attachment

KEPT_KB = 400
"""A picture beside a decision (an exemption, a correction) is looked at, not measured; this keeps it readable."""

_REFUSALS: Mapping[str, LazyString] = {
    "wrong_type": _l(
        "Only JPEG and PNG pictures can be kept. Save it as one of these, or take a picture of the paper."
    ),
    "too_big": _l("The file is too large: at most 15 MB. Take the picture again with a smaller setting."),
    "not_a_picture": _l("This file is no picture. Choose the picture again."),
    "truncated": _l("The picture did not arrive whole or is damaged. Send or take it again."),
    "too_many_pixels": _l("The picture has too many pixels. Take it again with a smaller setting."),
    "too_small": _l("The picture is too small to be read. Take it again, closer."),
    "animated": _l("A moving picture cannot be kept. Take an ordinary picture."),
    "unreadable": _l(
        "The picture cannot be made small enough and stay readable. Take the page alone, without the desk."
    ),
}


def refusal_words(error: CaptureRejectedError) -> str:
    """Return why a picture cannot be kept and what to do, in the language of the request."""
    return str(_REFUSALS.get(error.code) or _("This picture cannot be used. Take it again."))


def uploaded_picture(answers: Answers, field: str, role: str, *, is_paper: bool = False) -> Attachment | None:
    """Return the picture uploaded in a field, upright and without metadata, None if there is none.

    Args:
        is_paper: whether it should be of a page, which is then cut out of its desk and straightened.

    Raises:
        StepRejectedError: it is broken, too large, or no JPEG or PNG.
    """
    uploads = [upload for upload in answers.files.get(field, ()) if upload.content]
    if not uploads:
        return None
    rule = PictureRule(0, KEPT_KB, is_paper=is_paper, is_looked_at=False)
    try:
        return _attachment(role, take_upload(uploads[0].content, rule).fitted)
    except CaptureRejectedError as error:
        raise StepRejectedError({field: refusal_words(error)}) from error


def photographed(camera: Camera, role: str) -> Attachment:
    """Return what the camera sees now as a JPEG.

    Raises:
        devices.errors.DeviceError: the camera has no picture to give.
    """
    with camera:
        frame = camera.burst(1)[0]
    return _attachment(role, fit_jpeg(picture_from(frame.pixels), 0, KEPT_KB))


def as_image(pixels: Pixels) -> Image.Image:
    """Return a camera's picture (blue, green, red) or a grey one for Pillow."""
    return Image.fromarray(pixels if pixels.ndim == 2 else pixels[:, :, ::-1].copy())


def png_bytes(pixels: Pixels, dpi: int) -> bytes:
    """Return the picture as PNG, without loss."""
    target = io.BytesIO()
    as_image(pixels).save(target, "PNG", dpi=(dpi, dpi))
    return target.getvalue()


def _attachment(role: str, fitted: FittedPicture) -> Attachment:
    return Attachment.of(role, fitted.media_type, fitted.content)
