"""The words of the administrators' screens: for what is refused, for what was done, for what a role may open."""

from collections.abc import Mapping

from flask_babel import format_datetime
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from records.errors import UnusableKeyError
from region.access import AREAS
from region.administration.staff import State
from region.audit import OPERATOR
from region.frame import places
from region.labels import ROLES
from region.models import AuditLine
from region.office_errors import OfficeRefusedError

TIME = "yyyy-MM-dd HH:mm"
GROUP = 4

REFUSALS: Mapping[str, LazyString] = {
    "stale": _l(
        "Somebody else has changed this while you looked at it. Nothing was changed: look at how it stands now, "
        "and repeat if you still want to."
    ),
    "bad_id": _l("A code has letters, digits, dots and hyphens only, at most 64, and begins with a letter or a digit."),
    "venue_known": _l("There is a venue of this code already. Choose another code, or change that venue."),
    "name_known": _l("There is an account of this name already. Add a department or a number to the name."),
    "unfit_role": _l("Reviewers of a venue need a venue; reviewers of the region and administrators have none."),
    "unknown_account": _l("There is no such account."),
    "own_account": _l("Nobody does this to the own account. Ask another administrator."),
    "last_admin": _l(
        "This is the last administrator with a password of their own. Make another one first, and have that person "
        "sign in once."
    ),
    "closed": _l("This venue was closed already. Nothing was changed."),
    "open": _l("This venue is open. Nothing was changed."),
    "key_elsewhere": _l(
        "This key is enrolled for another venue. One key signs for one venue only: have a new one made here with "
        "“python -m kiosk keys new --replace”, and send that."
    ),
    "key_revoked": _l(
        "This key was revoked and is never believed again. Have the venue make a new one with "
        "“python -m kiosk keys new --replace”, and send that."
    ),
    "secret": _l(
        "This is a SECRET key, and it has left the place where it belongs. It was not kept here. Delete the message in "
        "which it came, have the venue make a new one with “python -m kiosk keys new --replace”, and send the line "
        "that begins with ed25519:."
    ),
    "key_known": _l("This key was in use before. Make a new one."),
}
"""What a refusal says and what to do, by its code."""

STATES: Mapping[State, tuple[str, LazyString]] = {
    State.OPEN: ("good", _l("In use")),
    State.ONE_TIME: ("attention", _l("One-time password, not used yet")),
    State.ONE_TIME_OVER: ("bad", _l("One-time password has run out")),
    State.LOCKED: ("bad", _l("Locked after failed sign-ins")),
    State.CLOSED: ("off", _l("Out of use")),
}
"""Badge and word of each state of an account."""

ACTS: Mapping[str, LazyString] = {
    "venue_added": _l("Venue added"),
    "venue_changed": _l("Changed"),
    "venue_closed": _l("Venue closed"),
    "venue_revoked": _l("Venue revoked"),
    "venue_opened": _l("Venue opened again"),
    "venue_key_enrolled": _l("Signing key enrolled"),
    "venue_key_revoked": _l("Signing key revoked"),
    "venue_key_replaced": _l("New access key"),
    "venue_key_cut": _l("Line cut"),
    "reviewer_added": _l("Account added"),
    "role_changed": _l("Role changed"),
    "account_closed": _l("Account closed"),
    "password_reset": _l("Password reset"),
    "password_chosen": _l("Own password chosen"),
}

FIELDS: Mapping[str, LazyString] = {
    "name": _l("Venue's name"),
    "address": _l("Address"),
    "directions": _l("How to get there"),
}

HINTS: Mapping[str, LazyString] = {
    "results": _l("End of the review, exam results"),
    "publishing": _l("What venues and candidates go by: draft, compare, publish"),
    "windows": _l("Until when what is open, for all venues or one"),
    "figures": _l("How far every venue is; exports"),
    "checkpoints": _l("Whether each venue's log is whole"),
}
"""What an area of the menu is for, by its blueprint."""

_BESIDES: Mapping[str, LazyString] = {
    "sign_in": _l("Signing in, own password"),
    "preferences": _l("Language and type size"),
    "originals": _l("Papers without watermark"),
    "conflicts": _l("Conflicts"),
}
"""Areas without a place of their own in the menu, or whose name there counts something."""


def refusal_words(error: OfficeRefusedError | UnusableKeyError) -> str:
    """Return what the screen says of an act that was refused."""
    if isinstance(error, OfficeRefusedError):
        return str(REFUSALS.get(error.code, _("This is not possible. Nothing was changed.")))
    return str(
        _(
            "This is no venue's public key, or not the whole of it. It is one line of 51 characters that begins with "
            "ed25519:; at the venue, “python -m kiosk keys show” prints it."
        )
    )


def grouped(text: str) -> str:
    """Return a key's name in groups, to be read out.

    >>> grouped("a1b2c3d4e5")
    'a1b2 c3d4 e5'
    """
    return " ".join(text[start : start + GROUP] for start in range(0, len(text), GROUP))


def area_words() -> dict[str, str]:
    """Return what each area is called, in the order of the menu; one that nobody has named goes by its code."""
    named = {area: label for area, label, _endpoint in places(0)} | {area: str(word) for area, word in _BESIDES.items()}
    return {area: named[area] for area in named if area in AREAS} | {area: area for area in AREAS if area not in named}


def office_words(code: str, venues: Mapping[str, str]) -> str:
    """Return a role with its venue, as audit lines write it: `lead`, `venue_lead@V-1`, `closed`."""
    role, _at, venue = code.partition("@")
    word = str(ROLES[role]) if role in ROLES else str(STATES[State.CLOSED][1])
    return f"{word} ({venues.get(venue, venue)})" if venue else word


def history(lines: list[AuditLine], names: Mapping[str, str], venues: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the lines of what was done, as the screens lay them out."""
    return [
        {
            "at": format_datetime(line.at, TIME),
            "who": _("By command") if line.actor == OPERATOR else names.get(line.actor, line.actor),
            "what": str(ACTS.get(line.act, line.act)),
            "detail": _detail(line, venues),
        }
        for line in lines
    ]


def _detail(line: AuditLine, venues: Mapping[str, str]) -> str:
    first, _blank, rest = line.detail.partition(" ")
    if line.act in ("venue_key_enrolled", "venue_key_revoked", "venue_key_replaced", "venue_key_cut"):
        return f"{grouped(first)} · {rest}" if rest else grouped(first)
    if line.act == "role_changed":
        before, _arrow, after = first.partition(">")
        change = f"{office_words(before, venues)} → {office_words(after, venues)}"
        return f"{change} · {rest}" if rest else change
    if line.act == "reviewer_added":
        return office_words(line.detail, venues)
    if line.act == "venue_changed":
        return str(_(", ")).join(str(FIELDS[word]) for word in line.detail.split(", ") if word in FIELDS)
    return line.detail
