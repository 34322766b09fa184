"""Why a correction is not asked for. Nothing has changed when it is raised."""

from region.registry.errors import ActRefusedError


class RequestRefusedError(ActRefusedError):
    """The request is not taken; `why`: `phase`, `field`, `value`, `same`, `open` or `evidence`."""

    code = "correction"

    def __init__(self, why: str) -> None:
        super().__init__(f"correction refused: {why}")
        self.why = why
