"""What goes onto a stick, and what receipts from a stick change in the outbox."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local_db.bundled import BundleBook, Taken
from local_db.parcels import Fate
from local_db.sending import SendingBook
from tests.support.builders import DESK, Shelf, photo, signed


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path / "venue")
    yield shelf
    shelf.database.close()


@pytest.fixture
def book(shelf: Shelf) -> BundleBook:
    return BundleBook(shelf.database, shelf.outbox)


def send_all(shelf: Shelf) -> None:
    while due := shelf.outbox.due(50):
        shelf.outbox.note([Fate(parcel, signed(parcel.digest)) for parcel in due])


def test_records_come_first_and_what_is_accepted_stays_behind(shelf: Shelf, book: BundleBook) -> None:
    first, second = shelf.finished(0), shelf.finished(1)
    kinds = [one.kind for one in book.objects()]
    assert kinds == sorted(kinds, reverse=True)
    assert (book.waiting().records, book.waiting().objects) == (2, len(kinds))
    shelf.outbox.accept(signed(first.versions[0].digest, "accepted"))
    assert [one.digest for one in book.objects() if one.kind == "record"] == [second.versions[0].digest]
    assert book.waiting().size_bytes == sum(one.size_bytes for one in book.objects())


def test_what_the_line_has_sent_goes_along_until_the_whole_is_accepted(shelf: Shelf, book: BundleBook) -> None:
    shelf.finished()
    before = book.objects()
    send_all(shelf)
    assert book.objects() == before


def test_a_refusal_that_a_later_version_has_settled_is_carried_no_more(shelf: Shelf, book: BundleBook) -> None:
    visit = shelf.finished()
    shelf.outbox.park(visit.versions[0].digest, "revoked_key")
    assert book.waiting().records == 1, "the key may be enrolled meanwhile"
    again = shelf.store.save_evidence(visit.id, visit.last_seq, [photo(b"better")], DESK, shelf.seal)
    shelf.outbox.accept(signed(again.versions[1].digest, "accepted"))
    assert (book.waiting().records, book.objects()) == (0, [])


def test_numbers_go_up_and_the_key_stays_over_a_restart(shelf: Shelf, book: BundleBook) -> None:
    numbers, identity = [book.next_number(), book.next_number()], book.identity()
    shelf.restart()
    later = BundleBook(shelf.database, shelf.outbox)
    assert [*numbers, later.next_number()] == [1, 2, 3]
    assert later.identity() == identity


def test_a_receipt_from_a_stick_changes_nothing_that_was_known(shelf: Shelf, book: BundleBook) -> None:
    visit = shelf.finished()
    record = visit.versions[0].digest
    send_all(shelf)
    (before,) = SendingBook(shelf.database).journeys(9)
    shelf.clock.forward(hours=3)
    files = [signed(one.digest) for one in book.objects() if one.kind == "file"]
    assert book.take(files) == Taken(0, 0, len(files), 0)
    assert book.take([signed(record, "accepted")]) == Taken(0, 1, 0, 0)
    (after,) = SendingBook(shelf.database).journeys(9, open_only=False)
    assert after.state == "accepted"
    assert after.objects == before.objects, "when it was sent, and by whose word, stays"
    assert book.take([signed(record), signed("ab" * 32)]) == Taken(0, 0, 1, 1)
