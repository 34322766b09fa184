"""Brings what a venue's accepted record says into its registration: materials, captures, and 考点通过 where all passed.

It happens in the transaction that accepts the record. Only the newest version of a visit counts: brought in once, an
older one that arrives later, or the same again, changes nothing.
"""

import io
import logging
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from PIL import Image, UnidentifiedImageError
from sqlalchemy import select
from sqlalchemy.orm import Session

from records.evidence import ARRIVAL
from records.online import CAPTURES
from region.document import Document, Line, NamedFile
from region.figures.days import day_of, of_visit
from region.keys import person_mark
from region.registry.box import Box
from region.registry.changing import Actor, Change
from region.registry.contents import VENUE
from region.registry.locks import ItemState
from region.registry.models import ItemRow, OnsiteRow, PictureRow, RegistrationRow
from region.registry.reading import registration_of
from region.registry.rules import Rules
from region.registry.status import Act, Role, Status
from region.store import Store
from rules.materials.required import Asked

logger = logging.getLogger(__name__)

STEP, REFUSAL, PAGE = "materials", "refusal", "page"
CAPTURED = (*CAPTURES, "signature")
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_OPEN = (Status.FILLING, Status.VENUE_PASSED)
"""While a registration stands here, what a venue found out still counts."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A record that is being accepted.

    Attributes:
        sizes: width and height in pixels of the pages among its files, by the file's digest.
    """

    digest: str
    document: Document
    sizes: Mapping[str, tuple[int, int]]


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Return width and height of a picture, None where it is none; only its head is looked at."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            return image.size
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ):
        return None


class Onsite:
    """Applies accepted records to registrations. Box and rules are asked for when there is a registration."""

    def __init__(self, store: Store, box: Callable[[], Box], rules: Callable[[], Rules]) -> None:
        self._store, self._box, self._rules = store, box, rules

    def apply(self, session: Session, accepted: Accepted) -> None:
        """Bring a record in; one of nobody who is registered here changes nothing."""
        document = accepted.document
        row = self._registration(session, document)
        if row is None:
            return
        actor = Actor(f"record:{document.venue}"[:64], Role.SYSTEM)
        change = Change(session, row, self._store.now(), actor)
        if not self._is_newest(change, accepted):
            return
        captured = _captured(document)
        change.note("record_accepted", text=f"{document.visit} {document.version}: {', '.join(captured)}")
        if row.venue == document.venue and change.status in _OPEN:
            self._bring_in(change, accepted)
        change.count()

    def _registration(self, session: Session, document: Document) -> RegistrationRow | None:
        """Return the person's registration of the newest year, held."""
        mark = person_mark(session, self._store.vault, document.reg_no)
        query = select(RegistrationRow).where(RegistrationRow.person == mark)
        newest = query.order_by(RegistrationRow.exam_year.desc()).limit(1)
        row: RegistrationRow | None = session.scalar(newest.with_for_update())
        return row

    def _is_newest(self, change: Change, accepted: Accepted) -> bool:
        document, session, row = accepted.document, change.session, change.row
        known = session.get(OnsiteRow, (row.exam_year, row.id, document.visit))
        if known is not None and known.version >= document.version:
            return False
        before = of_visit(known) if known is not None else []
        if known is None:
            known = OnsiteRow(exam_year=row.exam_year, registration=row.id, visit=document.visit)
            session.add(known)
        known.venue, known.version, known.record = document.venue, document.version, accepted.digest
        known.captured, known.exempted = ",".join(_captured(document)), ",".join(_exempted(document))
        known.applied_at = self._store.now()
        known.arrived_on = min((day for day in (known.arrived_on, _arrived_on(session, document)) if day), default=None)
        known.finished_on = known.finished_on or day_of(session, document.sealed_at)
        change.days.replaced(before, of_visit(known))
        session.flush()
        return True

    def _bring_in(self, change: Change, accepted: Accepted) -> None:
        lines = [line for line in accepted.document.lines if line.stands and line.step == STEP]
        asked = self._rules().asked(registration_of(self._box(), change.row))
        listed = {one.code for one in asked}
        for line in lines:
            if line.part in listed:
                self._bring_item(change, line, accepted)
        refusal = next((line for line in lines if line.part == REFUSAL and line.data.get("state") == "proposed"), None)
        if refusal is not None:
            self._propose(change, refusal)
        elif change.status is Status.FILLING and not change.row.proposed_by and _all_passed(change, asked):
            change.move(Act.PASS_AT_VENUE)
            change.row.waiting_since = change.now
            change.release()

    def _bring_item(self, change: Change, line: Line, accepted: Accepted) -> None:
        pages = [file for file in line.files if file.role == PAGE and file.object]
        verdict, item = line.data.get("verdict"), change.item(line.part)
        if pages and _objects(pages) != [one.object for one in change.pictures(line.part)]:
            _replace(change, item, pages, accepted)
        if verdict in ("pass", "waived"):
            if not pages and _was_compared_with_others(line, item):
                change.note("original_of_other_version", code=item.code)  # what stands now nobody has compared
                return
            _decide(change, item, ItemState.PASSED, line, accepted)
        elif verdict in ("fail", "pending"):
            _decide(change, item, ItemState.RETURNED, line, accepted)

    def _propose(self, change: Change, refusal: Line) -> None:
        """Note that the venue proposes a refusal; somebody of the region decides."""
        if change.row.proposed_by:
            return
        change.row.proposed_by = change.actor.id[:32]
        change.row.waiting_since = change.row.waiting_since or change.now
        change.note("refusal_proposed", text=_reason(refusal))


def _all_passed(change: Change, asked: Iterable[Asked]) -> bool:
    items = change.items()
    undecided = (ItemState.OPEN, ItemState.WAITING, ItemState.RETURNED)
    missed = [one for one in asked if one.required and (one.code not in items or items[one.code].state != "passed")]
    return not missed and not any(item.state in undecided for item in items.values())


def _replace(change: Change, item: ItemRow, pages: list[NamedFile], accepted: Accepted) -> None:
    """Put the venue's pages in the place of what stood: a new version, of which the old pictures remain."""
    for old in change.pictures(item.code):
        old.removed_at = change.now
    item.version += 1
    item.changed_at = change.now
    for position, page in enumerate(pages):
        width, height = accepted.sizes.get(page.digest, (0, 0))
        change.session.add(
            PictureRow(
                exam_year=change.row.exam_year,
                id=secrets.token_hex(12),
                registration=change.row.id,
                code=item.code,
                position=position,
                object=page.object,
                original="",
                media_type=page.media_type[:32],
                size=page.size_bytes,
                width=width,
                height=height,
                version=item.version,
                source=VENUE,
                added_at=change.now,
            )
        )
    change.session.flush()
    change.note("pictures_replaced", code=item.code)


def _decide(change: Change, item: ItemRow, state: ItemState, line: Line, accepted: Accepted) -> None:
    """Bring an item to what the venue found; noted once, however many versions say so."""
    by = f"{accepted.document.venue}:{line.actor}"[:32]
    text = _reason(line)
    item.mark = item.mark_opinion = item.mark_text = item.marked_by = ""
    if (item.state, item.decided_version, item.opinion_text) == (state.value, item.version, text) and item.decided_at:
        return
    item.state, item.opinion, item.opinion_text = state.value, "", text
    item.decided_by, item.decided_at, item.decided_version = by, change.now, item.version
    act = {"pass": "item_passed", "waived": "item_waived"}.get(str(line.data.get("verdict")), "item_returned")
    change.note(act, code=item.code, text=text)


def _was_compared_with_others(line: Line, item: ItemRow) -> bool:
    """Tell whether the paper was compared with pictures that no longer stand."""
    compared = line.data.get("online")
    return isinstance(compared, Mapping) and compared.get("version") != item.version


def _reason(line: Line) -> str:
    """Return why, in the words of the venue's profile and its staff."""
    named = line.data.get("reason_name")
    words = str(named.get("zh", "")) if isinstance(named, Mapping) else ""
    return " ".join(part for part in (words, str(line.data.get("note") or "")) if part)[:1000]


def _objects(pages: Iterable[NamedFile]) -> list[str]:
    return [page.object for page in pages]


def _arrived_on(session: Session, document: Document) -> date | None:
    """Return the first day on which the person came."""
    arrivals = [line.taken_at for line in document.lines if line.step == ARRIVAL]
    return day_of(session, min(arrivals)) if arrivals else None


def _captured(document: Document) -> tuple[str, ...]:
    """Return the steps whose captures count, in a fixed order."""
    return _steps(document, lambda line: not _is_exemption(line) and bool(line.files))


def _exempted(document: Document) -> tuple[str, ...]:
    return _steps(document, _is_exemption)


def _steps(document: Document, holds: Callable[[Line], bool]) -> tuple[str, ...]:
    found = {line.step for line in document.lines if line.stands and line.step in CAPTURED and holds(line)}
    return tuple(step for step in CAPTURED if step in found)


def _is_exemption(line: Line) -> bool:
    return line.part.split(":")[0] == "exemption" or bool(line.data.get("exemption"))
