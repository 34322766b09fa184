"""Why a correction is not asked for. Nothing has changed when it is raised.

ActRefusedError
└── RequestRefusedError      the request is not taken; `why` is what the screens have words for
    └── PictureRefusedError  one of its pictures cannot be kept
"""

from region.registry.errors import ActRefusedError


class RequestRefusedError(ActRefusedError):
    """The request is not taken; `why`: `phase`, `field`, `value`, `same`, `open`, `too_many` or `evidence`."""

    code = "correction"

    def __init__(self, why: str) -> None:
        super().__init__(f"correction refused: {why}")
        self.why = why


class PictureRefusedError(RequestRefusedError):
    """A picture cannot be kept; `name` is the file's, `reason` a code of `devices.quality.upload.REFUSALS`."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__("evidence")
        self.name, self.reason = name, reason
