"""The words for conflicts at the venue: what is wrong, what is known of it, what can be decided and why."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from local_db.conflict_rules import Conflict, Kind

TITLES: Mapping[Kind, LazyString] = {
    Kind.TWO_STATIONS: _l("One candidate at two stations at once"),
    Kind.DOUBLE: _l("The same print under two names"),
    Kind.CROSSED: _l("The region's decision is about an older version"),
    Kind.UNKNOWN: _l("The region has decided on a record that this computer does not have"),
    Kind.SET_ASIDE: _l("The region does not count this record"),
    Kind.REINSTATED: _l("The region counts this record again"),
    Kind.PARKED: _l("The region does not take an object"),
    Kind.HELD: _l("Held at the region"),
    Kind.CLOCK: _l("The clock of this computer has jumped"),
}

EXPLANATIONS: Mapping[Kind, LazyString] = {
    Kind.TWO_STATIONS: _l(
        "Two stations worked on this candidate at the same time. The first one's work counts; what the second one "
        "entered was not saved. Find out whether it was one person at both."
    ),
    Kind.DOUBLE: _l(
        "Nobody was stopped. Look at both prints and both faces, then note what you found. Prints of two people can "
        "be alike by chance."
    ),
    Kind.CROSSED: _l(
        "When the region decided, it did not have the newest version of this record yet. Nothing was reopened by "
        "itself. The region decides on the newest version too."
    ),
    Kind.UNKNOWN: _l(
        "This happens when this computer's data were put back from an older backup. Call the region and ask what it "
        "holds of this candidate."
    ),
    Kind.SET_ASIDE: _l("Another record of this candidate counts, or this one was not recognised as genuine."),
    Kind.REINSTATED: _l(
        "It had not counted, and the region has taken that back. The record waits for the review as before. If the "
        "candidate was told that it does not count, tell the candidate that it does again."
    ),
    Kind.PARKED: _l("It stays here and is not lost. See why, then have it sent again, or seal the record again."),
    Kind.HELD: _l("The region has the whole record. It is accepted when a person there has looked at it."),
    Kind.CLOCK: _l(
        "Put the clock right in the system's settings. Nothing is lost: each of these acts says that its time cannot "
        "be believed, and the region sees that too."
    ),
}

OUTCOMES: Mapping[str, LazyString] = {
    "one_person": _l("One person, nothing is missing"),
    "two_people": _l("Two people came under one number"),
    "different": _l("Two people"),
    "same": _l("One person"),
    "covered": _l("The newest version already does what the region wants"),
    "do_again": _l("Have the step done again"),
    "seen": _l("Seen; the region decides on the newest version"),
    "restored": _l("Our data were put back from a backup; the region knows"),
    "told": _l("Nothing more to be done here; the candidate was told"),
    "told_again": _l("Nothing more to be done here; the candidate knows that it counts again"),
    "disputed": _l("We do not agree; the region was called"),
    "send_again": _l("Send it again"),
    "seal_again": _l("Seal the record again and send that"),
    "wait": _l("Wait for the region"),
    "clock_right": _l("The clock is right now"),
    "noted": _l("Noted; the clock is not right yet"),
}

REASONS: Mapping[str, LazyString] = {
    "page_left_open": _l("A page was left open at the other station"),
    "desk_helped": _l("A desk helped while the candidate was at a kiosk"),
    "faces_compared": _l("Faces and documents were compared"),
    "prints_compared": _l("Prints and faces were compared"),
    "correction_does_it": _l("The correction covers it"),
    "region_asked": _l("Asked the region by telephone"),
    "backup_restored": _l("Restored from a backup"),
    "cause_removed": _l("What was wrong has been put right"),
    "file_damaged": _l("What was sealed is damaged"),
    "new_key": _l("There is a new key"),
    "clock_compared": _l("Compared with a clock that is right"),
    "battery": _l("The computer's clock was set wrong"),
    "other": _l("Another reason, written below"),
}

CODES: Mapping[str, LazyString] = {
    "other_visit": _l("Another venue's record of this candidate counts"),
    "other_version": _l("Another version of this record counts"),
    "not_genuine": _l("Not recognised as genuine: this computer's key was revoked"),
}


def code_label(code: str) -> str:
    """Return why a record was set aside, in words."""
    return str(CODES.get(code, code))


def counted(conflicts: Sequence[Conflict]) -> list[tuple[str, str, int]]:
    """Return id, words and number of each kind; nothing where there is no conflict at all."""
    numbers = {kind: sum(one.kind is kind for one in conflicts) for kind in Kind}
    return [(kind.value, str(words), numbers[kind]) for kind, words in TITLES.items()] if conflicts else []


def clock_words(direction: str) -> str:
    """Return which way a clock was wrong."""
    return str(_("behind") if direction == "back" else _("ahead"))
