"""Pictures of pages as they are uploaded, and what becomes of them."""

from io import BytesIO

import cv2
from PIL import Image

from devices.camera.paper import paper_on_desk
from devices.errors import CaptureRejectedError
from devices.quality.page import FittedPicture, fit_jpeg, load_picture

MIN_KB, MAX_KB = 10, 200


def page(width: int = 900, height: int = 1200) -> Image.Image:
    paper = cv2.cvtColor(paper_on_desk(1), cv2.COLOR_BGR2RGB)
    return Image.fromarray(cv2.resize(paper, (width, height), interpolation=cv2.INTER_AREA))


def coded(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    target = BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def fitted_or_refused(content: bytes) -> FittedPicture | str:
    try:
        return fit_jpeg(load_picture(content), 1, MAX_KB)
    except CaptureRejectedError as error:
        return error.code


def opened(fitted: FittedPicture) -> Image.Image:
    image = Image.open(BytesIO(fitted.content))
    image.load()
    return image
