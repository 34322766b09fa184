"""Which screens somebody of a role may open: a table by blueprint. What is not in it, nobody opens."""

from collections.abc import Mapping

from region.registry.status import AT_REGION, AT_VENUE, Role

_ALL = AT_VENUE | AT_REGION | {Role.ADMIN}

AREAS: Mapping[str, frozenset[Role]] = {
    "sign_in": _ALL,
    "preferences": _ALL,
    "judging": AT_REGION,
    "checkpoints": AT_REGION | {Role.ADMIN},
    "conflicts": AT_REGION,
    "bundles": frozenset({Role.LEAD}),
    "taking": frozenset({Role.LEAD}),
    "originals": AT_REGION,
    "desk": AT_VENUE | AT_REGION,
    "corrections": AT_VENUE | AT_REGION,
    "appointments": frozenset({Role.VENUE_LEAD, Role.LEAD}),
    "payment": frozenset({Role.LEAD}),
    "results": frozenset({Role.LEAD, Role.ADMIN}),
    "windows": frozenset({Role.ADMIN}),
    "publishing": frozenset({Role.ADMIN}),
    "figures": frozenset({Role.LEAD, Role.ADMIN}),
    "exports": frozenset({Role.LEAD}),
    "administration": frozenset({Role.ADMIN}),
}
"""Administrators look after venues, accounts, years and lists, and see no candidate's papers."""

_HOMES: Mapping[Role, str] = {
    Role.REVIEW: "judging.worklist",
    Role.LEAD: "judging.worklist",
    Role.ADMIN: "administration.start",
}


def may_open(role: str, area: str | None) -> bool:
    """Tell whether a reviewer of this role may open the screens of a blueprint; `role` "" is a closed account."""
    return role in AREAS.get(area or "", frozenset())


def areas_of(role: str) -> tuple[str, ...]:
    """Return every area that somebody of this role may open."""
    return tuple(area for area in AREAS if may_open(role, area))


def home_of(role: str) -> str:
    """Return the endpoint at which somebody of this role begins."""
    return _HOMES.get(Role(role), "desk.worklist")
