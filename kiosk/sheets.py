"""What is carried away on paper: ticket, receipt, list of what is missing, slip of a bundle. Words, no drawing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from flask_babel import gettext as _

from kiosk.bundles import LastBundle
from kiosk.filters import local_day, local_time, mask_id, words
from kiosk.step import Case, Step
from kiosk.venue import Venue
from kiosk.wording import state_label, step_label
from local_db.visits import Visit
from records.canonical import digest_document

Style = Literal["text", "heading", "large", "code"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line or paragraph. `large` is read from afar; `code` is for a scanner and is left out where none can be."""

    text: str
    style: Style = "text"


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet: who hands it out, what it is, what stands on it."""

    venue: str
    title: str
    lines: tuple[Line, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of the words: another sheet has another."""
        return digest_document(
            {"venue": self.venue, "title": self.title, "lines": [[line.style, line.text] for line in self.lines]}
        )


def ticket(venue: Venue, visit: Visit) -> Paper:
    """Return the queue ticket: the number large, the appointment, where to look."""
    lines = []
    if visit.ticket:
        lines += [Line(visit.ticket.number, "large"), Line(visit.ticket.number, "code")]
        lines += [
            _row(_("Day"), local_day(visit.ticket.day)),
            _row(_("Arrived at"), local_time(visit.ticket.issued_at)),
        ]
    watch = _("Please watch the call screen. If you miss your call, report again at a kiosk; you keep your place.")
    return _paper(venue, _("Queue ticket"), [*lines, Line(watch)])


def receipt(venue: Venue, visit: Visit) -> Paper:
    """Return the receipt: what was done, which fingers, what is missing, what comes next.

    It never says that the review is passed: only the region says so.
    """
    way, case = venue.journey.way(visit), venue.journey.case(visit)
    steps = venue.journey.profile(visit).steps
    lines = [Line(visit.ticket.number, "large")] if visit.ticket else []
    lines += [
        _row(_("Name"), case.facts["name"]),
        _row(_("Document number"), mask_id(case.facts["id_no"])),
        _row(_("Registration number"), visit.registration.reg_no),
        Line(str(_("Steps")), "heading"),
    ]
    lines += [_row(step_label(one.step.id), state_label(one.outcome.state)) for one in way.positions]
    lines += [_row(label, value) for step in steps for label, value in step.receipt_lines(case)]
    lines += [*_missing(steps, case), Line(str(_("What comes next")), "heading")]
    if way.is_refused:
        refusal = _("The venue has proposed a refusal. The region reviews your record and decides; you will be told.")
        lines.append(Line(refusal))
    elif way.is_finished:
        lines.append(Line(_("The check-in at this venue is complete. The region reviews your record now.")))
    lines.append(Line(_("After the review is passed, pay online. When that opens is announced by your region.")))
    lines.append(Line(_("Please check that you have all your original papers back.")))
    return _paper(venue, _("On-site check-in receipt"), lines)


def missing_slip(venue: Venue, visit: Visit) -> Paper:
    """Return the itemised list of what is missing and by when it has to be brought."""
    case = venue.journey.case(visit)
    lines = [_row(_("Name"), case.facts["name"]), _row(_("Registration number"), visit.registration.reg_no)]
    lines += _missing(venue.journey.profile(visit).steps, case)
    lines.append(Line(_("Come back with these papers and this slip; what you have done already stays valid.")))
    return _paper(venue, _("List of missing materials"), lines)


def bundle_slip(venue: Venue, last: LastBundle) -> Paper:
    """Return what goes with a stick to the region, for two signatures; nothing of any person stands on it."""
    made = last.made or venue.clock.now()
    return _paper(
        venue,
        _("Slip of an offline bundle"),
        [
            _row(_("Bundle number"), str(last.number)),
            _row(_("Venue"), venue.settings.venue.id),
            Line(str(_("Check code")), "heading"),
            Line(last.code, "large"),
            Line(_("The region's screen shows the same check code when it reads the stick in.")),
            _row(_("Records"), str(last.records)),
            _row(_("Objects"), str(last.objects)),
            _row(_("Size"), _("%(count)s bytes", count=f"{last.size_bytes:,}")),
            _row(_("Written at"), f"{local_day(made)} {local_time(made)}"),
            Line(str(_("Signatures")), "heading"),
            _row(_("Handed over (venue)"), "＿＿＿＿＿＿＿＿"),
            _row(_("Received (region)"), "＿＿＿＿＿＿＿＿"),
        ],
    )


PAPERS: Mapping[str, Callable[[Venue, Visit], Paper]] = {"ticket": ticket, "receipt": receipt, "slip": missing_slip}
"""Every kind of sheet, by the name that addresses and the print log use."""


def _missing(steps: Sequence[Step], case: Case) -> list[Line]:
    items = [item for step in steps for item in step.missing(case)]
    lines = [Line(str(_("Still missing")), "heading")] if items else []
    for item in items:
        lines.append(_row(words(item.name), " · ".join(filter(None, (words(item.reason), item.note)))))
        lines.append(Line(_("Bring it by %(day)s.", day=local_day(item.due_on))))
    return lines


def _row(label: str, value: str) -> Line:
    return Line(f"{label}：{value}")


def _paper(venue: Venue, title: str, lines: Sequence[Line]) -> Paper:
    plain = tuple(Line(str(line.text), line.style) for line in lines)
    return Paper(words(venue.settings.venue.name), str(title), plain)
