"""The lead sees how far each object is, can pause the sending, and has refused objects tried again."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.line_words import trouble_label
from local_db.parcels import Fate, Parcel
from local_db.sending import SendingBook
from local_db.visits import Visit
from tests.support.builders import DESK, RECEIPT_SIGNER, photo, seal_lightly, signed
from tests.support.quiet_venue import QuietVenue, quiet_venue


@pytest.fixture
def quiet(tmp_path: Path) -> Iterator[QuietVenue]:
    (tmp_path / "region.key").write_text("the-key", "ascii")
    (tmp_path / "region-receipt.pub").write_text(RECEIPT_SIGNER.public.hex(), "ascii")
    region = {"url": "http://127.0.0.1:9", "key_file": "region.key", "max_kbit_s": 800}
    with quiet_venue(tmp_path, region=region) as venue:
        yield venue


def finished(quiet: QuietVenue) -> Visit:
    visit = quiet.arrived()
    return quiet.venue.store.save_evidence(visit.id, visit.last_seq, [photo(b"x" * 4000)], DESK, seal_lightly)


def page(quiet: QuietVenue, path: str = "/lead/sending/") -> str:
    answer = quiet.client("desk-1", "lead").get(path)
    assert answer.status_code == 200
    return answer.text


def test_each_object_shows_how_far_it_is_and_what_went_wrong(quiet: QuietVenue) -> None:
    finished(quiet)
    outbox, later = quiet.venue.outbox, quiet.clock.now() + timedelta(minutes=3)
    (record,) = outbox.due(9)
    assert "Waiting" in page(quiet)
    outbox.begin([record])
    outbox.note([Fate(record, None, "no answer (ConnectError)", later)])
    text = page(quiet)
    assert "The region cannot be reached. Check the network cable" in text
    assert "again at 09:03" in text
    outbox.note([Fate(record, signed(record.digest))])
    (file,) = outbox.due(9)
    part = file.size_bytes // 4
    outbox.note([], {file.id: ("/api/v1/uploads/1", part)})
    assert f"{round(100 * part / file.size_bytes)} %" in page(quiet)
    assert outbox.due(9)[0].upload_url == "/api/v1/uploads/1"
    outbox.note([Fate(file, signed(file.digest))])
    assert "Sent" in page(quiet)
    (journey,) = SendingBook(quiet.venue.database).journeys(9)
    assert (journey.state, journey.is_purgeable) == ("sent", False)
    outbox.accept(signed(record.digest, "accepted"))
    assert "the region has accepted every record" in page(quiet)
    text = page(quiet, "/lead/sending/?all=1")
    assert RECEIPT_SIGNER.key_id[:8] in text
    assert "May be removed here when the policy says so" in text
    assert DESK.actor in text


def test_a_refused_object_can_be_sent_again_by_itself(quiet: QuietVenue) -> None:
    finished(quiet)
    (record,) = quiet.venue.outbox.due(9)
    quiet.venue.outbox.note([Fate(record, None, "HTTP 422 malformed")])
    text = page(quiet)
    assert "The region cannot read it." in text
    assert f'value="{record.digest}"' in text
    lead = quiet.client("desk-1", "lead")
    assert lead.post("/lead/sending/again", data={"digest": "f" * 64}).status_code == 303
    assert quiet.venue.outbox.due(9) == []
    assert lead.post("/lead/sending/again", data={"digest": record.digest}).status_code == 303
    assert [parcel.digest for parcel in quiet.venue.outbox.due(9)] == [record.digest]


def test_sending_can_be_paused_and_gone_on_with(quiet: QuietVenue) -> None:
    worker, lead = quiet.venue.worker, quiet.client("desk-1", "lead")
    assert worker is not None
    assert lead.post("/lead/sending/pause", data={"act": "pause"}).status_code == 303
    assert worker.is_paused
    assert "Sending is paused" in page(quiet)
    finished(quiet)
    worker.round()
    assert quiet.venue.outbox.due(9)[0].attempts == 0, "nothing was even tried"
    lead.post("/lead/sending/pause", data={"act": "resume"})
    assert not worker.is_paused
    worker.round()
    quiet.clock.forward(minutes=10)
    assert quiet.venue.outbox.due(9)[0].attempts == 1


@pytest.mark.parametrize("role", ["guide", "capture", "review1"])
def test_only_those_in_charge_may_look_or_pause(quiet: QuietVenue, role: str) -> None:
    client = quiet.client("desk-1", role)
    assert client.get("/lead/sending/").status_code == 403
    assert client.post("/lead/sending/pause", data={"act": "pause"}).status_code == 403


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("HTTP 401 unknown_key", "does not know this venue's key"),
        ("HTTP 403 revoked_key", "make a new one and seal again"),
        ("HTTP 403 unknown_signer", "Have it enrolled"),
        ("HTTP 422 bad_signature", "the record's signature is wrong"),
        ("HTTP 422 unknown_recipient", "not the region's"),
        ("HTTP 422 cannot_be_opened", "seal it again"),
        ("HTTP 409 digest_mismatch", "arrived changed"),
        ("HTTP 503 over_capacity", "busy"),
        ("HTTP 507 storage_full", "disk is full"),
        ("no answer (ReadTimeout)", "in time"),
        ("no answer (RemoteProtocolError)", "goes on by itself"),
        ("the answer is not a receipt", "sign-in page"),
        ("the receipt is signed by a key that is not the region's", "Somebody else answered"),
        ("something nobody thought of", "Tell the administrator: something nobody thought of"),
        ("", ""),
    ],
)
def test_every_trouble_has_words_that_say_what_to_do(quiet: QuietVenue, error: str, words: str) -> None:
    with quiet.app.test_request_context("/", headers={"Cookie": "kaodian_ui=locale=en"}):
        assert words in trouble_label(error)


def test_a_parcel_knows_nothing_of_a_person(quiet: QuietVenue) -> None:
    visit = finished(quiet)
    told = str(quiet.venue.outbox.due(9))
    assert visit.registration.reg_no not in told
    assert isinstance(quiet.venue.outbox.due(9)[0], Parcel)
