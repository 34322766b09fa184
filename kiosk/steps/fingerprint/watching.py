"""Watches a print while it is read: shows it, and gives a press up that cannot become anything."""

from devices.base import ScanProgress
from devices.errors import CaptureRejectedError
from devices.live import LivePrint
from devices.quality.finger import judge

JUDGED_SHARE = 0.5
"""By then the rows hold the middle of the fingertip."""

HOPELESS_PCT = 5


class Watcher:
    """Told by the reader how the scan goes.

    A press is given up half-way if the glass is empty (the finger was lifted), or if it is hopelessly dry or wet and
    a better press of this finger is kept already: a candidate's only print is never thrown away.
    """

    def __init__(self, live: LivePrint, ppi: int, *, has_better: bool) -> None:
        """Take where to show the print.

        Args:
            ppi: of the reader, near enough to judge half a print.
        """
        self._live, self._ppi = live, ppi
        self._hopeless = {"blank", "too_dry", "too_wet"} if has_better else {"blank"}
        self._is_judged = False

    def __call__(self, progress: ScanProgress) -> None:
        """Show the print as it is.

        Raises:
            CaptureRejectedError: nothing can come of this press; `code` is the reason.
        """
        self._live.show(progress)
        if self._is_judged or not JUDGED_SHARE * progress.rows <= progress.rows_done < progress.rows:
            return
        self._is_judged = True
        half = judge(progress.pixels[: progress.rows_done], self._ppi)
        reason = next((reason for reason in half.reasons if reason in self._hopeless), "")
        if reason and half.score_pct <= HOPELESS_PCT:
            raise CaptureRejectedError(f"given up after {progress.rows_done} rows", reason)
