"""Who acts by a command: an administrator, named as at the sign-in, so that the audit says who it was."""

from sqlalchemy import select

from region.models import Reviewer
from region.office_errors import UnknownReviewerError
from region.registry.changing import Actor
from region.registry.errors import NotAllowedError
from region.registry.status import Role
from region.store import Store


def administrator(store: Store, name: str) -> Actor:
    """Return who has this name.

    Raises:
        UnknownReviewerError: nobody has it, or the account is closed.
        NotAllowedError: it is no administrator's.
    """
    with store.read() as session:
        row = session.scalar(select(Reviewer).where(Reviewer.name == name, Reviewer.closed_at.is_(None)))
    if row is None:
        raise UnknownReviewerError(f"nobody of the name {name!r} may sign in")
    if row.role != Role.ADMIN:
        raise NotAllowedError(f"{name} is no administrator")
    return Actor(row.id, Role.ADMIN)
