"""Makes pages of a material out of files and of what the document camera sees; turns them and takes them again."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from flask_babel import gettext as _

from devices.bench import Bench
from devices.errors import CaptureRejectedError
from devices.quality.page import FittedPicture, PictureLimits, fit_jpeg, load_picture
from devices.quality.page_cut import turned
from devices.quality.upload import PictureRule, take_upload
from kiosk.papers import page_words, refused_page, shot_page
from kiosk.pictures import refusal_words
from kiosk.step import StepRejectedError, Upload
from kiosk.steps.materials.checked import Checked
from records.evidence import Attachment
from rules.materials.required import Asked

ROLE = "page"

_KEPT = PictureLimits(min_side_px=1)
"""What was kept once may be turned, however small it is."""


def field_of(code: str) -> str:
    """Return the name of the file field of a material."""
    return f"pages-{code}"


def with_uploads(asked: Asked, found: Checked, uploads: Sequence[Upload]) -> Checked:
    """Return the material with the uploaded pages behind its others, each cut out of its desk and straight.

    Raises:
        StepRejectedError: a file cannot be used, or there are more than the region takes.
    """
    sent = [upload for upload in uploads if upload.content]
    if not sent:
        return found
    _ensure_room(asked, found, len(sent))
    rule = PictureRule(asked.min_kb, asked.max_kb, is_paper=asked.original, is_looked_at=False)
    pages = tuple(_page(asked, _taker(upload, rule), upload.name) for upload in sent)
    return replace(found, pages=(*found.pages, *pages))


def with_shot(asked: Asked, found: Checked, bench: Bench, *, upright: bool, whole: bool = False) -> Checked:
    """Return the material with the page that the document camera sees now behind its others.

    Raises:
        StepRejectedError: there are as many as the region takes, or no page can be made out.
        devices.errors.DeviceError: the camera has no picture to give.
    """
    _ensure_room(asked, found, 1)
    return replace(found, pages=(*found.pages, _shot(asked, bench, upright=upright, whole=whole)))


def taken_again(asked: Asked, found: Checked, digest: str, bench: Bench, *, upright: bool) -> Checked:
    """Return the material with one page replaced by what the document camera sees now.

    Raises:
        StepRejectedError, devices.errors.DeviceError: as `with_shot`.
    """
    _ensure_there(asked, found, digest)
    return _with(found, digest, _shot(asked, bench, upright=upright, whole=False))


def turned_page(asked: Asked, found: Checked, digest: str, stored: Callable[[str], bytes]) -> Checked:
    """Return the material with one page turned a quarter clockwise.

    Raises:
        StepRejectedError: the page is not there any more.
    """
    _ensure_there(asked, found, digest)

    def take() -> FittedPicture:
        return fit_jpeg(turned(load_picture(stored(digest), _KEPT), 1), asked.min_kb, asked.max_kb)

    return _with(found, digest, _page(asked, take))


def without(found: Checked, digest: str) -> Checked:
    """Return the material without one page."""
    return replace(found, pages=tuple(page for page in found.pages if page.digest != digest))


def _with(found: Checked, digest: str, page: Attachment) -> Checked:
    return replace(found, pages=tuple(page if old.digest == digest else old for old in found.pages))


def _shot(asked: Asked, bench: Bench, *, upright: bool, whole: bool) -> Attachment:

    def take() -> FittedPicture:
        picture = shot_page(bench.document_camera, whole=whole, upright=upright)
        return fit_jpeg(picture, asked.min_kb, asked.max_kb)

    return _page(asked, take)


def _taker(upload: Upload, rule: PictureRule) -> Callable[[], FittedPicture]:
    return lambda: take_upload(upload.content, rule).fitted


def _page(asked: Asked, take: Callable[[], FittedPicture], name: str = "") -> Attachment:
    try:
        fitted = take()
    except CaptureRejectedError as error:
        words = refused_page(error.code) if page_words(error.code) != error.code else refusal_words(error)
        shown = f"{name[:60]}: {words}" if name else words
        raise StepRejectedError({field_of(asked.code): shown}) from error
    return Attachment.of(ROLE, fitted.media_type, fitted.content)


def _ensure_there(asked: Asked, found: Checked, digest: str) -> None:
    if digest not in {page.digest for page in found.pages}:
        raise StepRejectedError(
            {field_of(asked.code): _("This picture is not there any more. Look at the page again.")}
        )


def _ensure_room(asked: Asked, found: Checked, more: int) -> None:
    if asked.images == "never":
        words = _("Papers of this kind are only checked. No picture may be kept.")
        raise StepRejectedError({field_of(asked.code): words})
    if len(found.pages) + more > asked.max:
        words = _("At most %(most)s pictures are kept here. Remove one first.", most=asked.max)
        raise StepRejectedError({field_of(asked.code): words})
