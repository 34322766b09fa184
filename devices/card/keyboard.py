"""Readers and scanners that type: what they type is heard by the station's page and handed to this driver."""

import queue
import re

from devices.base import Card
from devices.card.reader import PatientReader
from devices.errors import CaptureRejectedError, ConfigurationError

CITIZEN = r"(?P<id_no>\d{17}[\dX])"
"""What the listener of the page lets through: digits and X, because an input method eats everything else."""


class KeyboardCardReader(PatientReader):
    """A reader that is a keyboard to its computer. It cannot be told from one that is not plugged in."""

    driver = "card.keyboard"

    def __init__(self, pattern: str = CITIZEN) -> None:
        r"""Take what a typed line looks like.

        Args:
            pattern: regular expression with a group `id_no`, and `name` where the reader types names, e.g.
                `(?P<id_no>\d{17}[\dX])` or `.*\|(?P<id_no>[0-9A-Z]+)`.

        Raises:
            ConfigurationError: it is no pattern, or has no group `id_no`.
        """
        super().__init__()
        try:
            self._pattern = re.compile(pattern)
        except re.error as error:
            raise ConfigurationError(f"pattern: {error}") from error
        if "id_no" not in self._pattern.groupindex:
            raise ConfigurationError("pattern: no group (?P<id_no>…)")
        self._typed: queue.Queue[str] = queue.Queue(maxsize=8)

    def take_line(self, line: str) -> None:
        if self._typed.full():  # nobody reads: the oldest is of somebody who has gone
            self._typed.get_nowait()
        self._typed.put(line)

    def _look(self, timeout_s: float) -> Card | None:
        try:
            line = self._typed.get_nowait() if timeout_s <= 0 else self._typed.get(timeout=timeout_s)
        except queue.Empty:
            return None
        # A line of the listener is a card laid on anew; the one before has gone.
        self._lying = b""
        match = self._pattern.fullmatch(line.strip().upper())
        if match is None:
            raise CaptureRejectedError("what was typed is no number of a document", "half_card")
        return Card(match["id_no"], name=match.groupdict(default="").get("name", ""))
