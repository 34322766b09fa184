"""Reads in what the region has answered on a stick: receipts exactly as over the line, and verdicts."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from local_db.bundled import Taken
from local_db.verdicts import VerdictBook
from records.bundle import bundle_folder
from records.bundle_reply import (
    MAX_REPLY_BYTES,
    REPLY_NAME,
    CheckedAnswer,
    Refusal,
    check_answer,
    open_verdicts,
    read_venue,
)
from records.errors import BadReceiptError, RecordError
from records.receipt import PinnedKeys
from sync.bundle import BundleSource, in_words
from sync.errors import BundleError


@dataclass(frozen=True, slots=True)
class AnswerReport:
    """What the region's answer has changed here.

    Attributes:
        number: of the bundle that was answered, at the region's time `at`.
        refused, missing: what the region did not take, and what it did not find on the stick.
        verdicts: how many were read in; None where they could not be opened or some before them have not come yet.
    """

    number: int
    at: datetime
    taken: Taken
    refused: tuple[Refusal, ...]
    missing: tuple[str, ...]
    verdicts: int | None

    @property
    def is_news(self) -> bool:
        """Whether anything at all has changed."""
        return bool(self.taken.sent or self.taken.accepted or self.verdicts)


def take_answer(source: BundleSource, keys: PinnedKeys, verdicts: VerdictBook, disk: Path) -> AnswerReport:
    """Read the answer on a stick in; any number of times, also while the line works.

    Raises:
        BundleError: nothing was changed; says why.
    """
    checked = _checked(_content(disk, source.venue_id), source.venue_id, keys)
    answer = checked.answer
    taken = source.book.take(checked.receipts)
    read_in = _take_verdicts(answer.verdicts, source, verdicts) if answer.verdicts else 0
    return AnswerReport(answer.number, answer.at, taken, tuple(answer.refused), tuple(answer.missing), read_in)


def answered_at(disk: Path, venue_id: str) -> datetime | None:
    """Return when an answer was written onto a stick, by the stick's own word; None where there is none."""
    try:
        moment = (bundle_folder(disk, venue_id) / REPLY_NAME).stat().st_mtime
    except OSError:
        return None
    return datetime.fromtimestamp(moment).astimezone()


def _content(disk: Path, venue_id: str) -> bytes:
    if not disk.is_dir():
        raise BundleError("missing", disk.name)
    folder = bundle_folder(disk, venue_id)
    path = folder / REPLY_NAME
    with in_words(disk, folder):
        if not path.is_file():
            raise BundleError("no_answer")
        if path.stat().st_size > MAX_REPLY_BYTES:
            raise BundleError("forged", "too large")
        return path.read_bytes()


def _checked(content: bytes, venue_id: str, keys: PinnedKeys) -> CheckedAnswer:
    try:
        return check_answer(content, venue_id, keys)
    except BadReceiptError as error:
        says = read_venue(content)
        raise BundleError("other_venue" if says and says != venue_id else "forged", str(error)) from error


def _take_verdicts(closed: bytes, source: BundleSource, book: VerdictBook) -> int | None:
    try:
        page = open_verdicts(closed, source.book.identity())
    except RecordError:  # closed to a key of before a restore: the next bundle names the present one
        return None
    cursor = source.book.verdict_cursor()
    if page.after > cursor:
        return None
    book.apply(page.verdicts, page.cursor)
    return sum(1 for one in page.verdicts if one.seq > cursor)
