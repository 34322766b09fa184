"""What device services answer, in the forms that the versions of the specification have."""

import base64
import hashlib
import json

import cv2
import numpy as np
import pytest

from devices.errors import (
    BusyError,
    CaptureRejectedError,
    ConfigurationError,
    NotConnectedError,
    NotRespondingError,
)
from devices.fingerprint.press import press
from devices.fingerprint.sbi.answers import captured, raise_error, services, status_in
from devices.fingerprint.sbi.protocol import NO_HASH, encoded, hash_after, payload, unencoded
from tests.support.finger_records import Representation, record

PRINT = press("A-11")
RECORD = record(Representation(PRINT.tobytes(), 256, 288))


def jws(block: dict[str, object]) -> str:
    """A signed block, by another hand: padded base64, as some devices send it."""
    parts = [base64.urlsafe_b64encode(json.dumps(one).encode()).decode() for one in ({"alg": "RS256"}, block)]
    return ".".join((*parts, "c2lnbmF0dXJl"))


def answer(**changes: object) -> dict[str, object]:
    data = {"bioValue": encoded(RECORD), "transactionId": "t-1", "qualityScore": "62.4"} | changes
    return {"biometrics": [{"data": jws(data), "error": {"errorCode": "0"}}]}


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("100", ConfigurationError),
        ("101", CaptureRejectedError),
        ("102", CaptureRejectedError),
        ("103", NotRespondingError),
        ("104", NotRespondingError),
        ("105", CaptureRejectedError),
        ("106", NotConnectedError),
        ("107", ConfigurationError),
        ("108", ConfigurationError),
        ("109", ConfigurationError),
        ("111", BusyError),
        ("202", NotConnectedError),
        ("507", NotRespondingError),
        ("oops", NotRespondingError),
    ],
)
@pytest.mark.parametrize("name", ["errorCode", "errorcode"])
def test_every_code_of_the_specification_is_an_error_of_ours(name, code, error):
    with pytest.raises(error):
        raise_error({name: code, "errorInfo": "whatever"})
    with pytest.raises(error):
        captured({"biometrics": [{"data": "", "error": {name: code}}]}, "t-1")
    with pytest.raises(error):
        captured({"error": {name: code}}, "t-1")


@pytest.mark.parametrize("error", [None, {}, {"errorCode": "0"}, {"errorCode": 0}, {"errorCode": ""}, "Success"])
def test_success_is_said_in_many_ways(error):
    raise_error(error)


def test_a_capture_is_read_whatever_alphabet_its_base64_has():
    for text in (encoded(RECORD), base64.b64encode(RECORD).decode()):
        found = captured(answer(bioValue=text, digitalId={"make": "M", "serialNo": "7"}), "t-1")
        assert np.array_equal(found.image.pixels, PRINT)
        assert (found.quality, found.serial, found.image.position) == (62, "M 7", 7)


def test_the_bare_picture_of_our_own_agent_is_read_too():
    png = cv2.imencode(".png", PRINT)[1].tobytes()
    own = {"format": "image/png", "resolutionPpi": 500}
    found = captured(answer(bioValue=encoded(png), kaodian=own, qualityScore="-1"), "t-1")
    assert np.array_equal(found.image.pixels, PRINT)
    assert (found.quality, found.image.resolution_ppi) == (None, 500)


@pytest.mark.parametrize(
    "broken",
    [
        None,
        [],
        {},
        {"biometrics": []},
        {"biometrics": ["x"]},
        {"biometrics": [{"data": "x.y.z"}]},
        {"biometrics": [{"data": "bm8ganNvbg"}]},
        answer(bioValue="%%%"),
        answer(bioValue=""),
        answer(bioValue=encoded(RECORD[:-9])),
        answer(transactionId="of somebody else"),
    ],
)
def test_what_is_no_capture_is_a_device_out_of_its_mind(broken):
    with pytest.raises(NotRespondingError):
        captured(broken, "t-1")


def test_of_a_discovery_the_finger_readers_are_taken():
    def about(kind: str, **more: object) -> dict[str, object]:
        return {"deviceId": kind, "digitalId": jws({"type": kind}), "specVersion": ["0.9.2", "0.9.5"]} | more

    found = services(
        [about("Finger"), about("Iris"), about("Fingerprint", deviceSubId=["3"]), {"error": {"errorCode": "502"}}, "x"]
    )
    assert [(one.device_id, one.sub_id, one.spec_version) for one in found] == [
        ("Finger", "0", "0.9.5"),
        ("Fingerprint", "3", "0.9.5"),
    ]
    with pytest.raises(NotRespondingError):
        services({"deviceId": "1"})


def test_the_status_is_read_signed_plain_or_bare():
    about = {"deviceId": "1", "deviceStatus": "Busy", "purpose": "Registration"}
    for block in (jws(about), encoded(json.dumps(about).encode()), about):
        assert status_in([{"deviceInfo": block, "error": {"errorCode": "0"}}], "1") == ("Busy", "Registration")
    with pytest.raises(NotConnectedError):
        status_in([{"deviceInfo": jws(about)}], "2")
    with pytest.raises(ConfigurationError):
        status_in([{"deviceInfo": jws(about), "error": {"errorCode": "100"}}], "1")


def test_the_chain_of_hashes_begins_as_the_specification_says():
    assert hashlib.sha256(b"").hexdigest() == NO_HASH
    block = hashlib.sha256(b"data").hexdigest()
    assert hash_after(NO_HASH, "data") == hashlib.sha256((NO_HASH + block).encode()).hexdigest()


def test_bytes_come_back_from_text():
    for length in range(5):
        assert unencoded(encoded(bytes(range(length)))) == bytes(range(length))
    assert payload(jws({"a": 1})) == {"a": 1}
