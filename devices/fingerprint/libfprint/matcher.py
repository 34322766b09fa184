"""libfprint's matcher, for pictures: its virtual reader in a second process, to which the pictures are fed."""

import base64
import shutil
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from devices.base import Pixels
from devices.errors import CaptureRejectedError
from devices.fingerprint.libfprint.process import LibfprintProcess
from devices.fingerprint.libfprint.template import Template

ANSWER_S = 8.0


class Matcher:
    """Makes and compares templates. Not for two threads at once."""

    def __init__(self, python: str) -> None:
        """Take the Python that has `gi`; nothing runs yet."""
        self._python = python
        self._folder: Path | None = None
        self._process: LibfprintProcess | None = None

    def template(self, pixels: Pixels) -> Template:
        """Return the template of a press.

        Raises:
            CaptureRejectedError: there is too little to be made one of.
            NotRespondingError: libfprint's process died of it.
        """
        made = base64.b64decode(self._ask("enrol", pixels)["print"])
        return Template(made, pixels)

    def is_same(self, first: Template, second: Template) -> bool:
        """Tell whether libfprint takes the second press for the first one's finger.

        Raises:
            NotRespondingError: libfprint's process died of it.
        """
        try:
            found = self._ask("verify", second.pixels, print=base64.b64encode(first.made).decode())
        except CaptureRejectedError:
            return False
        return bool(found["same"])

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
        self._process = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._folder = None

    def _ask(self, do: str, pixels: Pixels, **words: Any) -> dict[str, Any]:
        if self._process is None:
            self._folder = Path(mkdtemp(prefix="kaodian-"))
            self._process = LibfprintProcess(self._python, {"FP_VIRTUAL_IMAGE": str(self._folder / "glass")})
        self._process.ask("open", ANSWER_S, device="virtual_image")
        picture = base64.b64encode(pixels.tobytes()).decode()
        return self._process.ask(do, ANSWER_S, width=pixels.shape[1], pixels=picture, **words)
