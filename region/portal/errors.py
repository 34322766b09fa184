"""What can go wrong between a candidate and the portal.

RegionError
└── SignInFailedError    the registration account did not let somebody in; `code` is what the page has words for
"""

from typing import Literal

from region.errors import RegionError

Trouble = Literal["declined", "stale", "refused", "unreachable", "unknown_person"]


class SignInFailedError(RegionError):
    """Nobody was signed in.

    Attributes:
        code: `declined` (they said no), `stale` (begun too long ago, elsewhere, or used already), `refused` (the answer
            is not what it should be: forged, for others, out of date), `unreachable` (the provider does not answer),
            `unknown_person` (the account has no registration here).
    """

    def __init__(self, code: Trouble, why: str) -> None:
        super().__init__(why)
        self.code: Trouble = code
