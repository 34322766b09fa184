"""What reads fingers."""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from devices.base.device import Device, Pixels


@dataclass(frozen=True, slots=True)
class FingerScan:
    """One press on a fingerprint reader.

    Attributes:
        pixels: rows × columns grey, 0 black ridge to 255 white.
        template: the sensor's own template, opaque bytes; b"" if it gives none.
        resolution_ppi: pixels per inch of `pixels`.
        device_id: what the reader says it is, for the evidence.
        device_quality: the reader's own score if it has one; recorded, not trusted.
    """

    pixels: Pixels
    template: bytes
    resolution_ppi: int
    device_id: str
    taken_at: datetime
    device_quality: int | None = None


@dataclass(frozen=True, slots=True)
class ScanProgress:
    """How far a scan has come.

    Attributes:
        is_pressed: a finger has been felt and its print is being read; until then it is waited for.
        rows_done: rows of the print that have arrived, counted from the top.
        rows: rows of the whole print.
        pixels: the whole print as it is so far, rows × columns grey; what has not arrived is white.
            Not to be written to.
    """

    is_pressed: bool
    rows_done: int
    rows: int
    pixels: Pixels


OnProgress = Callable[[ScanProgress], None]
"""Told how a scan goes, in the thread that scans. What it raises ends the scan and comes out of it unchanged."""


class FingerprintReader(Device):
    """Reads one finger at a time."""

    heals_by_opening = True
    readings = frozenset({"scan"})

    @abstractmethod
    def scan(self, timeout_s: float, on_progress: OnProgress | None = None) -> FingerScan:
        """Wait for a finger, read it and return the print with its template, both from this one press.

        Args:
            on_progress: called at least every half second while a finger is waited for, as often as rows arrive
                while its print is read (a reader that gives pictures in one piece: once), and last with all rows.
                It ends the scan by raising, e.g. CaptureRejectedError for a press that is bad already; the reader
                is then fit for the next scan.

        Raises:
            what `on_progress` raises.
            NotConnectedError: nobody holds the reader open, or the cable came out.
            NotRespondingError: it is silent or out of step.
            CaptureRejectedError: `code` is `no_finger` (nobody pressed in `timeout_s`), `messy`,
                `too_few_features` or `unusable`.
        """

    @abstractmethod
    def is_same_finger(self, first: bytes, second: bytes) -> bool:
        """Tell whether two templates of this reader's kind are of one finger, by the reader's own matcher."""
