"""What an administrator's act is refused for."""

from region.errors import RegionError


class OfficeRefusedError(RegionError):
    """What was to be done to a venue, a key or an account is not done; nothing has changed. `code` says why."""

    code = "refused"

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code or self.code


class AlreadyKnownError(OfficeRefusedError):
    """A venue, key or reviewer of that name exists."""


class UnfitRoleError(OfficeRefusedError):
    """A venue's role without a venue that exists, or a role of the region with one."""

    code = "unfit_role"


class UnknownReviewerError(OfficeRefusedError):
    """No reviewer has that name."""

    code = "unknown_account"
