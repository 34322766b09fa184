"""Venues come, change, close and are revoked; what each means for what still arrives."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from region.administration.reading import acts_on, venue_lines, venue_view
from region.closing import close_venue, reopen_venue, revoke_venue
from region.errors import UnknownKeyError, UnknownObjectError
from region.models import AuditLine
from region.office_errors import AlreadyKnownError, OfficeRefusedError
from region.signers import enrol, revoke
from region.store import Store
from region.venue_models import BearerKey
from region.venues import (
    USED_EVERY,
    Card,
    add_venue,
    card_of,
    cut_key,
    edit_venue,
    open_venues,
    replace_key,
    venue_of_key,
)
from tests.support.region_app import KEY, OTHER_VENUE, Region
from tests.support.region_records import SIGNER, VENUE, sealed

NEW = "V-2027.a"


def bearer(store: Store, venue: str = VENUE) -> BearerKey:
    return next(key for key in venue_view(store, venue).bearers if key.ended_at is None)


def state(region: Region, number: int) -> str:
    """Send a record of a new visit; return what becomes of it."""
    record, files = sealed(f"R{number:04}")
    answer = region.put(f"/records/{record.digest}", record.content)
    if answer.status_code == 401:
        return str(answer.json["error"]["code"])
    region.deliver(record, files)
    receipt = region.get(f"/records/{record.digest}").json["receipt"]
    return "held" if receipt.get("held") else str(receipt["state"])


def test_a_venue_is_added_once_and_changed_by_whoever_saw_it_last(region: Region) -> None:
    store = region.store
    add_venue(store, NEW, "新考点", "its key", Card("新考点", "某市某路 1 号"), by="r-1")
    assert venue_of_key(store, "its key") == NEW
    for again in (NEW, NEW.upper()):
        with pytest.raises(AlreadyKnownError) as known:
            add_venue(store, again, "另一个", "another key")
        assert known.value.code == "venue_known"
    for wrong in ("", "no blanks", "../x", "考点", "-x", "x" * 65):
        with pytest.raises(OfficeRefusedError) as refused:
            add_venue(store, wrong, "名", "a third key")
        assert refused.value.code == "bad_id", wrong
    edit_venue(store, NEW, Card("新名", "某市某路 2 号", "东门进"), by="r-1", seen=0)
    with pytest.raises(OfficeRefusedError) as stale:
        edit_venue(store, NEW, Card("旧页面"), by="r-2", seen=0)
    assert stale.value.code == "stale"
    assert card_of(store, NEW) == Card("新名", "某市某路 2 号", "东门进")
    with pytest.raises(UnknownObjectError):
        edit_venue(store, "V-NONE", Card("x"))
    told = [(line.actor, line.act, line.detail) for line in acts_on(store, NEW)]
    assert told == [("r-1", "venue_changed", "name, address, directions"), ("r-1", "venue_added", "")]


def test_it_is_kept_when_a_bearer_key_was_first_and_last_used(region: Region) -> None:
    store, began = region.store, region.clock()
    assert bearer(store).first_used_at is None
    region.get("/status")
    region.clock.advance(minutes=2)
    region.get("/status")
    assert (bearer(store).first_used_at, bearer(store).last_used_at) == (began, began), "not worth a commit"
    region.clock.at += USED_EVERY + timedelta(seconds=1)
    region.get("/status")
    assert (bearer(store).first_used_at, bearer(store).last_used_at) == (began, region.clock())


def test_a_bearer_key_is_replaced_and_cut_with_a_reason_and_never_comes_back(region: Region) -> None:
    store = region.store
    replace_key(store, VENUE, "the second", by="r-1", reason="on a stick that was lost")
    assert region.get("/status").status_code == 401
    assert region.get("/status", key="the second").status_code == 200
    with pytest.raises(OfficeRefusedError):
        cut_key(store, VENUE, "stale page", seen=0)
    region.clock.advance(minutes=1)
    cut_key(store, VENUE, "computer stolen", by="r-2")
    cut_key(store, VENUE, "twice", by="r-2")
    with pytest.raises(UnknownKeyError):
        venue_of_key(store, "the second")
    with pytest.raises(AlreadyKnownError):
        replace_key(store, VENUE, KEY)
    replace_key(store, VENUE, "the third")
    assert region.get("/status", key="the third").status_code == 200
    ended = {key.reason: key.ended_at for key in venue_view(store, VENUE).bearers}
    assert list(ended) == ["", "computer stolen", "on a stick that was lost"], "the newest first"
    assert ended["computer stolen"] == region.clock()
    acts = [line.act for line in acts_on(store, VENUE)]
    assert acts[:3] == ["venue_key_replaced", "venue_key_cut", "venue_key_replaced"]


def test_of_a_closed_venue_all_is_taken_and_of_a_revoked_one_it_is_held(region: Region) -> None:
    store = region.store
    assert state(region, 1) == "accepted"
    close_venue(store, VENUE, "exam over", by="r-1", seen=0)
    with pytest.raises(OfficeRefusedError) as closed:
        close_venue(store, VENUE, "again")
    assert closed.value.code == "closed"
    assert VENUE not in open_venues(store)
    assert state(region, 2) == "accepted", "what was begun comes in"
    assert revoke_venue(store, VENUE, "computers stolen", by="r-2") == (SIGNER.key_id,)
    assert state(region, 3) == "held"
    reopen_venue(store, VENUE, "found again")
    assert state(region, 4) == "held", "a revoked key stays revoked"
    revoke_venue(store, VENUE, "stolen once more", cut_line=True)
    assert state(region, 5) == "unknown_key"
    with pytest.raises(OfficeRefusedError):
        reopen_venue(store, OTHER_VENUE, "it is open")
    (line,) = [line for line in venue_lines(store) if line.row.id == VENUE]
    assert (line.signing, line.bearer.ended_at is None, line.row.closed_reason) == (0, False, "stolen once more")
    ((_key, use),) = venue_view(store, VENUE).signing
    assert (use.records, use.waiting, use.first_at, use.last_at) == (4, 4, region.clock(), region.clock())


def test_a_key_is_enrolled_for_one_venue_and_revoked_once(region: Region) -> None:
    store = region.store
    with pytest.raises(AlreadyKnownError) as known:
        enrol(store, OTHER_VENUE, SIGNER.public)
    assert known.value.code == "key_elsewhere"
    assert revoke(store, SIGNER.key_id, "PC stolen", by="r-1")
    assert not revoke(store, SIGNER.key_id, "another reason", by="r-2")
    with pytest.raises(AlreadyKnownError) as revoked:
        enrol(store, VENUE, SIGNER.public)
    assert revoked.value.code == "key_revoked"
    with store.read() as session:
        lines = session.scalars(select(AuditLine).where(AuditLine.act == "venue_key_revoked")).all()
    assert [(line.actor, line.detail) for line in lines] == [("r-1", f"{SIGNER.key_id} PC stolen")]
