"""A card reader without hardware: for the demo, for training, and for tests. Says what its control file lays on it."""

import base64
import io
import json
from collections.abc import Mapping
from typing import Any

import cv2
from PIL import Image

from devices.base import Card
from devices.camera.subjects import subject
from devices.card.answer import KNOWN, AnswerMap
from devices.card.reader import PatientReader
from devices.control import OrderFile
from devices.errors import NotConnectedError, NotRespondingError

FAULTS = (
    "unplugged",  # the reader is gone
    "silence",  # it answers nothing
    "half",  # the card was lifted too soon: the answer breaks off
    "no_name",  # the answer is whole, and the name is not in it
    "garbage",  # no answer of any kind, just bytes
    "encoding",  # the text is in another encoding than it says
)
PHOTO_PX = (102, 126)
"""As the chip has it."""

_WORDS = tuple(name for name in KNOWN if name != "photo")


class SimulatedCardReader(PatientReader):
    """Reads the card that its control file describes, through the same code that reads a vendor's answers.

        {"card": {"name": "…", "id_no": "…", "born_on": "1990-01-01"}, "subject": 3, "fault": null}

    `subject` is the demo person whose picture the chip holds; no `card` means that nothing lies there.
    """

    driver = "card.simulated"

    def __init__(self, control: str = "") -> None:
        """Take the path of the control file; it need not exist yet."""
        super().__init__()
        self._orders = OrderFile(control, FAULTS)
        self._map = AnswerMap({name: name for name in KNOWN}, {"card": [None]})

    def _open(self) -> None:
        self._check_plugged()

    def _look(self, timeout_s: float) -> Card | None:
        self._check_plugged()
        orders = self._orders()
        if orders.get("fault") == "silence":
            raise NotRespondingError("the simulated reader is silent by its control file")
        card = orders.get("card")
        if not isinstance(card, Mapping):
            return None
        return self._map.card(_answer(card, orders.get("subject"), str(orders.get("fault") or "")))

    def _check_plugged(self) -> None:
        if self._orders().get("fault") == "unplugged":
            raise NotConnectedError("the simulated reader is unplugged by its control file")


def _answer(card: Mapping[str, Any], number: Any, fault: str) -> bytes:
    """Return what a reading service would answer."""
    said: dict[str, Any] = {name: card[name] for name in _WORDS if name in card} | {"card": 1}
    if isinstance(number, int):
        said["photo"] = base64.b64encode(_portrait(number)).decode("ascii")
    if fault == "no_name":
        said["name"] = ""
    text = json.dumps(said, ensure_ascii=False)
    if fault == "garbage":
        return bytes(range(255, 127, -1))
    if fault == "encoding":
        return text.encode("utf-8").decode("latin-1").encode("utf-8")
    content = text.encode("utf-8")
    return content[: len(content) // 2] if fault == "half" else content


def _portrait(number: int) -> bytes:
    """Return the demo person's head and shoulders on white, as the chip has it."""
    colour, cover = subject(number)
    share = cover[..., None].astype("float32") / 255
    pixels = (colour * share + 245 * (1 - share)).astype("uint8")
    width = min(pixels.shape[1], round(pixels.shape[0] * PHOTO_PX[0] / PHOTO_PX[1]))
    left = (pixels.shape[1] - width) // 2
    height = round(width * PHOTO_PX[1] / PHOTO_PX[0])
    small = cv2.resize(pixels[:height, left : left + width], PHOTO_PX, interpolation=cv2.INTER_AREA)
    target = io.BytesIO()
    Image.fromarray(small[:, :, ::-1].copy()).save(target, "JPEG", quality=85)
    return target.getvalue()
