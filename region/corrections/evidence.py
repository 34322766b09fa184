"""The picture that goes with a request: read, turned upright, and written anew without anything but the picture."""

import io

from PIL import Image, ImageOps, UnidentifiedImageError

from region.corrections.errors import RequestRefusedError

MAX_BYTES = 4 * 1024 * 1024
MAX_PIXELS = 50_000_000
LONGEST_PX = 2400
QUALITY = 85


def clean_picture(content: bytes) -> bytes:
    """Return the picture as JPEG; its metadata are gone and it is no longer than `LONGEST_PX`.

    Raises:
        RequestRefusedError: `evidence`: too large, or neither JPEG nor PNG whatever its name says.
    """
    if len(content) > MAX_BYTES:
        raise RequestRefusedError("evidence")
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as image:
            if image.width * image.height > MAX_PIXELS:  # asked before a single pixel is decoded
                raise RequestRefusedError("evidence")
            picture = ImageOps.exif_transpose(image).convert("RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        raise RequestRefusedError("evidence") from error
    picture.thumbnail((LONGEST_PX, LONGEST_PX))
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=QUALITY)
    return target.getvalue()
