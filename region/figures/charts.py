"""Charts as tables: what a plot draws is read out of the table beneath it, so the two cannot differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from region.figures.board import OnSite, Stage, Stages
from region.figures.days import Counts, Kind

STAGES: Mapping[Stage, LazyString] = {
    Stage.NOTHING: _l("Nothing uploaded"),
    Stage.UPLOADED: _l("Uploading"),
    Stage.RETURNED: _l("Back with the candidate"),
    Stage.AT_VENUE: _l("Waiting for the venue"),
    Stage.AT_REGION: _l("Waiting for the region"),
    Stage.APPROVED: _l("Approved"),
    Stage.REFUSED: _l("Review refused"),
    Stage.PAYMENT_DUE: _l("Payment due"),
    Stage.PAID: _l("Paid"),
    Stage.LATER: _l("Admitted, or through the exam"),
}
KINDS: Mapping[Kind, LazyString] = {
    Kind.EXPECTED: _l("Expected"),
    Kind.ARRIVED: _l("Arrived"),
    Kind.FINISHED: _l("Finished"),
    Kind.CARRIED: _l("Carried over"),
    Kind.PHOTO: _l("Faces captured"),
    Kind.FINGERPRINT: _l("Fingerprints captured"),
    Kind.SUBMITTED: _l("Submitted for review"),
    Kind.PASSED: _l("Passed at the venue"),
    Kind.APPROVED: _l("Approved"),
    Kind.RETURNED: _l("Sent back"),
    Kind.REFUSED: _l("Review refused"),
    Kind.PAID: _l("Paid"),
}
ON_SITE = (Kind.EXPECTED, Kind.ARRIVED, Kind.FINISHED, Kind.CARRIED)
OVER_DAYS = (Kind.SUBMITTED, Kind.PASSED, Kind.APPROVED, Kind.RETURNED, Kind.REFUSED, Kind.PAID, Kind.FINISHED)


@dataclass(frozen=True, slots=True)
class Chart:
    """A table of numbers, and how it is drawn.

    Attributes:
        kind: `bars` (beside each other), `stack` (on top of each other, lying) or `lines`.
        head: what the rows are called.
        series: what the columns are called, in the order of the plot's colours.
    """

    id: str
    title: str
    kind: str
    head: str
    series: Sequence[str]
    rows: Sequence[tuple[str, Sequence[int]]]


def whole_region(totals: Stages) -> Chart:
    """Return how many registrations stand where."""
    rows = [(str(word), [totals.get(stage, 0)]) for stage, word in STAGES.items()]
    title = _("Where the registrations stand")
    return Chart("stages", title, "bars", _("State"), [_("Number of registrations")], rows)


def by_venue(progress: Mapping[str, Stages], venues: Mapping[str, str]) -> Chart:
    """Return where each venue's registrations stand."""
    rows = [(name, [progress.get(venue, {}).get(stage, 0) for stage in STAGES]) for venue, name in venues.items()]
    return Chart("venues", _("Progress by venue"), "stack", _("Venue"), [str(word) for word in STAGES.values()], rows)


def today(found: Mapping[str, OnSite], venues: Mapping[str, str], day: date) -> Chart:
    """Return what fell on a day at each venue."""
    of_day = {venue: one.today for venue, one in found.items()}
    rows = [(name, [of_day.get(venue, {}).get(kind, 0) for kind in ON_SITE]) for venue, name in venues.items()]
    title = _("On site on %(day)s", day=format_date(day, "yyyy-MM-dd"))
    return Chart("today", title, "bars", _("Venue"), [str(KINDS[kind]) for kind in ON_SITE], rows)


def days(found: Counts, shown: Sequence[date]) -> Chart:
    """Return what happened on each of some days."""
    rows = [(day.strftime("%m-%d"), [found.get((day, kind), 0) for kind in OVER_DAYS]) for day in shown]
    return Chart("days", _("Day by day"), "lines", _("Day"), [str(KINDS[kind]) for kind in OVER_DAYS], rows)
