"""Turns an uploaded file into a picture of the registry: judged by the rules that venues go by, a few at a time."""

import threading

from devices.quality.upload import PictureRule, take_upload
from region.errors import TooManyRequestsError
from region.registry.candidate import Prepared
from rules.materials.required import Asked

AT_ONCE = 2
"""A phone's picture takes a second of a processor and up to 300 MB; the other threads serve everybody else."""

WAIT_S, COME_BACK_S = 20.0, 15


class Preparer:
    """Judges and fits pictures."""

    def __init__(self, at_once: int = AT_ONCE, wait_s: float = WAIT_S) -> None:
        self._turns, self._wait_s = threading.BoundedSemaphore(at_once), wait_s

    def prepare(self, content: bytes, asked: Asked, quarters: int = 0) -> Prepared:
        """Return the picture of a material as the registry keeps it; arguments and errors as of `fit`."""
        return self.fit(content, PictureRule(asked.min_kb, asked.max_kb, is_paper=asked.original), quarters)

    def fit(self, content: bytes, rule: PictureRule, quarters: int = 0) -> Prepared:
        """Return a picture within a rule.

        Args:
            quarters: by how many quarters clockwise somebody has turned it.

        Raises:
            devices.errors.CaptureRejectedError: it cannot be kept; a code of `devices.quality.upload.REFUSALS`.
            TooManyRequestsError: too many are waiting.
        """
        if not self._turns.acquire(timeout=self._wait_s):
            raise TooManyRequestsError(COME_BACK_S)
        try:
            taken = take_upload(content, rule, quarters=quarters)
        finally:
            self._turns.release()
        fitted = taken.fitted
        return Prepared(
            fitted.content,
            content,
            fitted.media_type,
            fitted.width_px,
            fitted.height_px,
            warnings=taken.warnings,
            quarters=quarters,
            advised=taken.advised,
        )
