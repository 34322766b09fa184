"""What the region does with checkpoints of a venue's audit log."""

import json
from dataclasses import dataclass, replace

import pytest
from werkzeug.test import TestResponse

from records import signing
from records.audit import Checkpoint, Signer
from region.app import create_app
from region.signers import enrol, revoke, signed_checkpoint
from tests.support.builders import START
from tests.support.region_app import KEY, OTHER_KEY, Browser, Region
from tests.support.region_records import VENUE
from tests.support.signing import TestKey

FIRST = Checkpoint(VENUE, 1, 40, "a" * 64, START, TestKey.key_id)
SECOND = replace(FIRST, number=2, entry=90, head="b" * 64)


@dataclass
class Office:
    """A region that has enrolled the venue's key."""

    region: Region
    key: TestKey

    def put(
        self, checkpoint: Checkpoint, signer: Signer | None = None, key: str = "", digest: str | None = None
    ) -> TestResponse:
        signature = (signer or self.key).sign(checkpoint.content())
        document = {"checkpoint": json.loads(checkpoint.content()), "signature": signature}
        content = json.dumps(document).encode()
        headers = {"Authorization": f"Bearer {key or KEY}", "Content-Type": "application/json"}
        headers |= {} if digest is None else {"Content-Digest": digest}
        return self.region.app.test_client().put("/api/v1/checkpoints", data=content, headers=headers)


@pytest.fixture
def office(region: Region) -> Office:
    key = TestKey()
    app = create_app(region.settings, region.store, key.check)
    app.testing = True
    return Office(replace(region, app=app), key)


def said(response: TestResponse) -> tuple[int, str, bool]:
    error = response.get_json()["error"]
    return response.status_code, error["code"], error["retryable"]


def test_a_checkpoint_is_kept_once_however_often_it_is_sent(office: Office) -> None:
    assert [office.put(one).status_code for one in (FIRST, FIRST, SECOND, FIRST)] == [201, 200, 201, 200]
    receipt = office.put(FIRST).get_json()["receipt"]
    assert receipt["now"] == office.region.clock().isoformat()


@pytest.mark.parametrize("told", ["sha-256=:AAAA:", "", "md5=:AAAA:"])
def test_a_body_that_is_not_what_its_digest_says_is_to_be_sent_again(office: Office, told: str) -> None:
    answer = office.put(FIRST, digest=told)
    assert said(answer) == (409, "digest_mismatch", True)
    assert office.put(FIRST).status_code == 201


def test_one_that_was_held_up_on_the_way_is_no_contradiction(office: Office) -> None:
    assert [office.put(one).status_code for one in (SECOND, FIRST)] == [201, 201]


@pytest.mark.parametrize(
    ("checkpoint", "words"),
    [
        (replace(SECOND, head="c" * 64), "put back"),
        (replace(SECOND, number=3, head="c" * 64), "edited"),
        (replace(SECOND, number=3, entry=89, head="c" * 64), "cut off"),
    ],
)
def test_one_that_contradicts_an_earlier_one_is_refused_and_shown_to_reviewers(
    office: Office, checkpoint: Checkpoint, words: str
) -> None:
    office.put(FIRST)
    office.put(SECOND)
    assert said(office.put(checkpoint)) == (409, "contradicts", False)
    assert said(office.put(checkpoint)) == (409, "contradicts", False)
    assert office.put(SECOND).status_code == 200
    assert office.put(replace(SECOND, number=4, entry=100)).status_code == 201
    browser = Browser(office.region)
    browser.sign_in()
    page = browser.get("/checkpoints").text
    assert page.count("Contradiction") == 1
    assert words in page
    assert "测试考点" in page


@pytest.mark.parametrize(
    ("checkpoint", "signer", "key", "answer"),
    [
        (FIRST, TestKey(), "", (422, "bad_signature", False)),
        (replace(FIRST, key_id="k"), None, "", (403, "unknown_signer", True)),
        (FIRST, None, OTHER_KEY, (403, "other_venue", False)),
    ],
)
def test_what_the_venue_did_not_sign_is_not_kept(
    office: Office, checkpoint: Checkpoint, signer: Signer | None, key: str, answer: tuple[int, str, bool]
) -> None:
    assert said(office.put(checkpoint, signer, key)) == answer
    assert office.put(FIRST).status_code == 201


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"schema": "kaodian-checkpoint/9"}, 422),
        ({"number": 0}, 422),
        ({"number": True}, 422),
        ({"number": 1.5}, 422),
        ({"head": "A" * 64}, 422),
        ({"made_at": "2026-03-02T01:00:00"}, 422),
        ({"made_at": "yesterday"}, 422),
        ({"venue": ""}, 422),
        ({"more": 1}, 422),
    ],
)
def test_what_is_no_checkpoint_is_refused(office: Office, change: dict[str, object], status: int) -> None:
    document = {"checkpoint": {**json.loads(FIRST.content()), **change}, "signature": "x"}
    assert (
        office.region.put("/checkpoints", json.dumps(document).encode(), media_type="application/json").status_code
        == status
    )


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"{}", b'{"signature": 1}', b"null"])
def test_what_is_no_signed_document_is_refused(office: Office, content: bytes) -> None:
    assert said(office.region.put("/checkpoints", content, media_type="application/json")) == (
        400,
        "bad_request",
        False,
    )


def test_a_region_that_has_enrolled_no_keys_lets_checkpoints_wait(region: Region) -> None:
    assert said(Office(region, TestKey()).put(FIRST)) == (403, "unknown_signer", True)


def test_only_an_enrolled_key_of_the_venue_itself_is_believed(region: Region) -> None:
    signer = signing.Signer.new()
    enrol(region.store, VENUE, signer.public)
    checkpoint = Checkpoint(VENUE, 1, 1, "a" * 64, START, signer.key_id)
    signature = signer.sign(checkpoint.content())
    with region.store.read() as session:
        assert signed_checkpoint(session, checkpoint, signature) is True
        assert signed_checkpoint(session, replace(checkpoint, entry=2), signature) is False
        assert signed_checkpoint(session, checkpoint, "no signature") is False
        assert signed_checkpoint(session, replace(checkpoint, venue="V-2"), signature) is None
        assert signed_checkpoint(session, replace(checkpoint, key_id=signing.Signer.new().key_id), signature) is None
    revoke(region.store, signer.key_id, "stolen")
    with region.store.read() as session:
        assert signed_checkpoint(session, checkpoint, signature) is False
