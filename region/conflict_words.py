"""The words for conflicts: what is wrong, what can be decided, and why."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from records.verdict import Code
from region.conflicts import Kind
from region.labels import Words

TITLES: Mapping[Kind, LazyString] = {
    Kind.SAME_PERSON: _l("One candidate, several records"),
    Kind.FORK: _l("Two records claim the same version"),
    Kind.REVOKED_KEY: _l("Signed with a revoked key"),
    Kind.CROSSED: _l("Return and correction have crossed"),
    Kind.CLOCK: _l("Times that cannot be right"),
    Kind.LOG: _l("A venue's log contradicts itself"),
}

EXPLANATIONS: Mapping[Kind, LazyString] = {
    Kind.SAME_PERSON: _l(
        "Records of this registration number came from several venues or visits. Compare them and decide which one "
        "counts; the other venue is told that its record does not. Until then none of them can pass."
    ),
    Kind.FORK: _l(
        "One venue has sent different records as the same version of one visit. This happens when its data were put "
        "back from an older backup. Decide which one counts; nothing of the other is deleted."
    ),
    Kind.REVOKED_KEY: _l(
        "The venue's key was revoked, for instance because its computer was stolen. Somebody else could have signed "
        "this record. Ask the venue, compare, and decide whether it is genuine. Until then it cannot pass."
    ),
    Kind.CROSSED: _l(
        "An earlier version was returned, and the venue had sealed this correction before it knew. See what was asked "
        "for and what is new here."
    ),
    Kind.CLOCK: _l(
        "The clock of the venue's computer has jumped or was wrong. The order of what happened is certain, the times "
        "are not. Nothing was left out because of it."
    ),
    Kind.LOG: _l(
        "Call the venue and find out whether its data were put back from a backup. If not, keep its computer as it is."
    ),
}

OUTCOMES: Words = {
    "counts": _l("One of them counts"),
    "genuine": _l("It is genuine: take it into the review"),
    "not_genuine": _l("It is not genuine: it does not count"),
    "judge": _l("Judge the newer version as it is"),
    "plausible": _l("The times are explained"),
    "doubtful": _l("The times stay doubtful; what was done is not in doubt"),
    "explained": _l("Explained: the data were put back from a backup"),
    "followed_up": _l("Not explained: it is followed up"),
}

REASONS: Words = {
    "first_came": _l("The candidate went there first"),
    "complete": _l("It is the complete one"),
    "moved": _l("The candidate was moved to that venue"),
    "restored": _l("The venue put its data back from a backup"),
    "before_loss": _l("Made before the loss, the venue confirms it"),
    "compared": _l("Compared with the venue's papers"),
    "unverifiable": _l("Nobody can confirm it"),
    "covers_return": _l("The correction already does what was asked"),
    "return_again": _l("It will be returned again"),
    "battery": _l("The computer's clock was set wrong"),
    "computer_kept": _l("The computer is kept as it is"),
    "other": _l("Another reason, written below"),
}

CODES: Mapping[str, LazyString] = {
    Code.OTHER_VISIT: _l("Another record of this candidate counts"),
    Code.OTHER_VERSION: _l("Another record of this version counts"),
    Code.NOT_GENUINE: _l("Not recognised as genuine"),
}
