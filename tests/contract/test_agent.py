"""What the agent owes the venue and any other client of the interface, over real sockets from a real process."""

import base64
import json
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import numpy as np
import pytest

from devices.agent.line import Line
from devices.agent.pairing import new_key, parse_key
from devices.agent.server import NONCE, SIGNATURE, AgentServer
from devices.agent.service import Service
from devices.base import Camera, FingerprintReader
from devices.bench import Bench, furnish
from devices.errors import BusyError, ConfigurationError, NoAgentError
from devices.formats.finger_image import read_record
from devices.registry import make
from tests.support.agents import Agent, agent
from tests.support.sensors import until

DEVICES = {
    "camera": '{ driver = "file", fps = 20 }',
    "fingerprint": '{ driver = "emulated", press_after_s = 0.0 }',
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    with agent(tmp_path_factory.mktemp("agent"), DEVICES) as started:
        yield started


def ask(served: Agent, verb: str, path: str, body: dict[str, object] | bytes = b"{}", **headers: str) -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.request(verb, served.url + path, content=content, headers=sent, trust_env=False, timeout=20)


def bearer(served: Agent) -> dict[str, str]:
    """How another program, which does not sign, shows the key."""
    return {"Authorization": f"Bearer {served.key}"}


def test_whoever_asks_is_told_what_is_plugged_in_and_nothing_else(served: Agent) -> None:
    listed = ask(served, "MOSIPDISC", "/device", {"type": "Biometric Device"}).json()
    kinds = {one["deviceId"]: json.loads(_decoded(one["digitalId"]))["type"] for one in listed}
    assert kinds == {"camera": "Face", "fingerprint": "Finger"}
    assert {one["deviceStatus"] for one in listed} == {"Ready"}
    assert {one["error"]["errorCode"] for one in listed} == {"0"}
    (finger,) = ask(served, "MOSIPDISC", "/device", {"type": "Finger"}).json()
    assert finger["deviceId"] == "fingerprint"
    assert ask(served, "MOSIPDISC", "/device", {"type": "Iris"}).json()[0]["error"]["errorCode"] == "502"


@pytest.mark.parametrize(
    ("verb", "path"),
    [
        ("MOSIPDINFO", "/info"),
        ("MOSIPINFO", "/info"),
        ("RCAPTURE", "/capture"),
        ("STREAM", "/stream"),
        ("POST", "/check"),
        ("POST", "/compare"),
    ],
)
def test_nobody_without_the_key_gets_anything(served: Agent, verb: str, path: str) -> None:
    other = new_key()
    nonce = "0" * 32
    stale = parse_key(served.key).sign("ask", verb, path, nonce, b'{"deviceId": "camera"}')
    for headers in (
        {},
        {"Authorization": f"Bearer {other.text}"},
        {NONCE: nonce, SIGNATURE: other.sign("ask", verb, path, nonce, b"{}")},
        {NONCE: nonce, SIGNATURE: stale},
        {NONCE: "", SIGNATURE: parse_key(served.key).sign("ask", verb, path, "", b"{}")},
    ):
        answer = httpx.request(verb, served.url + path, content=b"{}", headers=headers, trust_env=False, timeout=20)
        assert answer.status_code == 401, headers
        assert "pairing key" in answer.json()["error"]["errorInfo"]


def test_a_client_of_the_specification_captures_a_finger(served: Agent) -> None:
    asked = {
        "env": "Production",
        "purpose": "Registration",
        "specVersion": "0.9.5",
        "timeout": "5000",
        "transactionId": "1",
        "bio": [{"type": "Finger", "count": "1", "bioSubType": ["Left IndexFinger"], "deviceId": "fingerprint"}],
    }
    (found,) = ask(served, "RCAPTURE", "/capture", asked, **bearer(served)).json()["biometrics"]
    assert (found["error"]["errorCode"], found["specVersion"]) == ("0", "0.9.5")
    head, body, _signature = found["data"].split(".")
    assert json.loads(_decoded(head))["alg"] == "HS256"
    told = json.loads(_decoded(body))
    assert (told["bioType"], told["bioSubType"], told["transactionId"]) == ("Finger", "Left IndexFinger", "1")
    (image,) = read_record(_decoded(told["bioValue"]))
    assert (image.pixels.shape, image.resolution_ppi) == ((288, 256), 500)


def test_trouble_comes_with_the_specifications_number_and_our_own_name(served: Agent) -> None:
    asked = {"timeout": "300", "deviceId": "iris"}
    (found,) = ask(served, "RCAPTURE", "/capture", asked, **bearer(served)).json()["biometrics"]
    assert (found["error"]["errorCode"], found["kaodian"]["error"]) == ("502", "ConfigurationError")
    (found,) = ask(served, "RCAPTURE", "/capture", {"deviceId": "camera"}, **bearer(served)).json()["biometrics"]
    assert "reads no fingers" in found["error"]["errorInfo"]
    answer = ask(served, "STREAM", "/stream", {"deviceId": "fingerprint", "after": -1}, **bearer(served))
    assert (answer.status_code, answer.json()["kaodian"]["error"]) == (404, "ConfigurationError")


def test_the_stream_of_the_specification_is_pictures_one_after_the_other(served: Agent) -> None:
    with (
        httpx.Client(trust_env=False, timeout=20) as client,
        client.stream(
            "STREAM", f"{served.url}/stream", headers=bearer(served), content=b'{"deviceId": "camera"}'
        ) as answer,
    ):
        assert answer.headers["Content-Type"].startswith("multipart/x-mixed-replace")
        seen = b""
        for piece in answer.iter_bytes():
            seen += piece
            if seen.count(b"Content-Type: image/jpeg") >= 3:
                break
    assert seen.count(b"\xff\xd8\xff") >= 2


@pytest.mark.parametrize(
    ("body", "status"), [(b"{", 400), (b"[]", 400), (b"\xff", 400), (b'{"after": "x", "deviceId": "camera"}', 400)]
)
def test_nonsense_is_refused_and_the_next_request_works(served: Agent, body: bytes, status: int) -> None:
    assert ask(served, "STREAM", "/stream", body, **bearer(served)).status_code == status
    assert ask(served, "MOSIPDISC", "/device").status_code == 200


def test_too_much_wrong_addresses_and_half_requests_harm_nobody(served: Agent) -> None:
    assert ask(served, "POST", "/check", b" " * 300_000, **bearer(served)).status_code == 413
    assert ask(served, "POST", "/etc/passwd", **bearer(served)).status_code == 404
    assert ask(served, "GET", "/device").status_code == 501
    host, port = served.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as half:
        half.sendall(b"RCAPTURE /capture HTTP/1.1\r\nContent-Length: 50\r\n\r\n{")
        assert ask(served, "MOSIPDISC", "/device").status_code == 200
    with socket.create_connection((host, int(port))) as rubbish:
        rubbish.sendall(b"\x16\x03\x01\x02\x00\x01")
    assert ask(served, "MOSIPDISC", "/device").status_code == 200


def test_a_still_loses_nothing_on_the_way(tmp_path: Path, testdata: Path) -> None:
    portrait = next((testdata / "portraits").glob("*.jpg"))
    shutil.copy(portrait, tmp_path / "face.jpg")
    spec = f'{{ driver = "file", path = "{(tmp_path / "face.jpg").as_posix()}" }}'
    whole = make("camera.file", path=str(tmp_path / "face.jpg"))
    with agent(tmp_path, {"camera": spec}) as one:
        far = make("camera.remote", url=one.url, key=one.key)
        assert isinstance(far, Camera)
        assert isinstance(whole, Camera)
        with whole, far:
            (near,), (from_afar,) = whole.burst(1), far.burst(1)
        whole.shutdown()
        far.shutdown()
    assert np.array_equal(near.pixels, from_afar.pixels)


def test_another_key_is_said_to_be_the_trouble(served: Agent) -> None:
    reader = make("fingerprint.remote", url=served.url, key=new_key().text)
    with pytest.raises(ConfigurationError, match="another pairing key"), reader:
        pass
    assert reader.status().code == "configuration"
    reader.shutdown()


@pytest.mark.parametrize("url", ["http://10.20.0.31:4501", "ftp://127.0.0.1", "127.0.0.1:4501", "http://u:p@127.0.0.1"])
def test_an_address_that_cannot_be_one_or_would_travel_unencrypted_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError):
        Line(url, new_key().text)


def test_an_agent_that_is_switched_off_is_said_and_works_again_when_it_is_back(tmp_path: Path) -> None:
    with agent(tmp_path, DEVICES) as one:
        port = int(one.url.rpartition(":")[2])
        (tmp_path / "agent.toml").write_text(
            (tmp_path / "agent.toml").read_text("utf-8").replace("port = 0", f"port = {port}"), "utf-8"
        )
        bench = furnish("booth-1", {role: {"driver": "remote", "url": one.url, "key": one.key} for role in DEVICES})
        with bench.fingerprint as reader:
            assert reader.scan(5).template
        one.kill()
        with pytest.raises(NoAgentError), bench.fingerprint:
            pass
        for role in DEVICES:
            bench.device(role).probe()
            assert bench.status()[role].code == "no_agent"
        one.start_again()
        for role in DEVICES:
            bench.device(role).probe()
        assert {status.code for status in bench.status().values()} == {""}
        with bench.camera as camera:
            assert camera.frame(timeout_s=5).pixels.shape == (720, 1280, 3)
        bench.shutdown()


def test_over_the_network_it_is_encrypted_and_only_the_key_opens_it() -> None:
    key = new_key()
    bench: Bench = furnish("agent", {"camera": {"driver": "file", "fps": 20}})
    server = AgentServer(("127.0.0.1", 0), Service(bench, key), key, is_local=False)
    with serving(server):
        assert server.url.startswith("https://127.0.0.1:")
        far = make("camera.remote", url=server.url, key=key.text)
        assert isinstance(far, Camera)
        with far:
            assert far.frame(timeout_s=5).pixels.shape == (720, 1280, 3)
        far.shutdown()
        stranger = Line(server.url, new_key().text)
        with pytest.raises(ConfigurationError, match="another pairing key"):
            stranger.ask("MOSIPDINFO", "/info", {}, 5)
        stranger.close()
        with pytest.raises(httpx.HTTPError):
            httpx.request("MOSIPDISC", server.url.replace("https", "http") + "/device", trust_env=False)
    bench.shutdown()


def test_a_scan_that_its_asker_has_left_ends_and_the_reader_is_free_again(served: Agent) -> None:
    class EnoughError(Exception):
        pass

    def enough(_progress: object) -> None:
        raise EnoughError

    reader = make("fingerprint.remote", url=served.url, key=served.key)
    assert isinstance(reader, FingerprintReader)
    with reader:
        with pytest.raises(EnoughError):
            reader.scan(30, enough)
        until(lambda: _scans(reader), at_most_s=15)
    reader.shutdown()


@contextmanager
def serving(server: AgentServer) -> Iterator[None]:
    """Let a server of this process answer."""
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


def _scans(reader: FingerprintReader) -> bool:
    try:
        return bool(reader.scan(5).template)
    except BusyError:
        return False


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "==")
