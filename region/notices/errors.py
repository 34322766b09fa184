"""Why a notice did not go.

RegionError
└── NotDeliveredError   says a code, whether trying again can help, and whether it may have gone all the same
"""

from region.errors import RegionError


class NotDeliveredError(RegionError):
    """A channel did not take a notice.

    Attributes:
        code: for the log; no personal data.
        retryable: whether trying again can help.
        is_unsure: it was handed over and the answer is not known.
    """

    def __init__(self, code: str, *, retryable: bool, is_unsure: bool = False) -> None:
        super().__init__(code)
        self.code, self.retryable, self.is_unsure = code, retryable, is_unsure
