"""The page at the start of the day: nothing else is served, nothing is given away, and the passphrase opens."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from kiosk.errors import SettingsError
from kiosk.gate import PAUSE_S, TRIES, Gate, Tries, WsgiApp
from local_db.vault.keys import VenueKey
from local_db.vault.vault import Vault
from local_db.vault.wrapping import Cost

WORDS = "correct horse battery"


class Venue:
    """What opens behind the gate."""

    def __init__(self) -> None:
        self.keys: list[VenueKey] = []
        self.trouble: Exception | None = None

    def open_up(self, key: VenueKey) -> WsgiApp:
        if self.trouble:
            raise self.trouble
        self.keys.append(key)
        return self.answer

    def answer(self, _environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"the venue"]


class Visitor:
    """A browser before the gate."""

    def __init__(self, gate: Gate, address: str = "127.0.0.1", **headers: str) -> None:
        self._client = Client(gate)
        self._about = {"environ_base": {"REMOTE_ADDR": address}, "headers": headers}

    def get(self, path: str = "/") -> TestResponse:
        return self._client.get(path, **self._about)

    def unlock(self, words: str) -> TestResponse:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get().text)
        token = found[1] if found else ""
        return self._client.post("/unlock", data={"passphrase": words, "csrf_token": token}, **self._about)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    vault = Vault(tmp_path / "vault", cost=Cost(64, 1, 1))
    vault.create(WORDS)
    return vault


@pytest.fixture
def venue() -> Venue:
    return Venue()


@pytest.fixture
def gate(vault: Vault, venue: Venue) -> Gate:
    return Gate(vault, venue.open_up)


@pytest.mark.parametrize("path", ["/", "/pair", "/desk/", "/visits/abc/steps/photo", "/files/abc", "/api/v1/status"])
def test_until_then_every_address_is_the_same_page(gate: Gate, path: str) -> None:
    answer = Visitor(gate).get(path)
    assert answer.status_code == (200 if path == "/" else 503)
    assert "开始今天的工作" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


def test_the_passphrase_opens_the_venue_for_everybody(gate: Gate, vault: Vault, venue: Venue) -> None:
    answer = Visitor(gate).unlock(WORDS)
    assert (answer.status_code, answer.location) == (303, "/")
    assert venue.keys == [vault.open(WORDS)]
    assert Visitor(gate, "10.20.0.9").get("/pair").text == "the venue"


def test_the_recovery_key_opens_it_too(gate: Gate, vault: Vault, venue: Venue) -> None:
    printed = vault.new_recovery_key(vault.open(WORDS))
    assert Visitor(gate).unlock(printed.lower()).status_code == 303
    assert len(venue.keys) == 1


def test_a_wrong_passphrase_is_said_and_five_shut_the_page_for_everybody(gate: Gate, venue: Venue) -> None:
    visitor = Visitor(gate)
    for _try in range(TRIES):
        answer = visitor.unlock("not the passphrase")
        assert answer.status_code == 422
        assert "口令不正确" in answer.text
        assert "not the passphrase" not in answer.text
    for late in (visitor, Visitor(gate)):
        answer = late.unlock(WORDS)
        assert answer.status_code == 422
        assert "请等 5 分钟再试" in answer.text
    assert venue.keys == []


def test_the_pause_ends_and_comes_back_after_five_more() -> None:
    now_s = [0.0]
    tries = Tries(lambda: now_s[0])
    for _round in range(3):
        for _try in range(TRIES):
            assert not tries.are_used_up()
            tries.count()
        assert tries.are_used_up()
        now_s[0] += PAUSE_S


@pytest.mark.parametrize(
    ("address", "headers"),
    [("10.20.0.9", {}), ("127.0.0.1", {"X-Forwarded-For": "10.20.0.9"}), ("127.0.0.1", {"Forwarded": "for=10.20.0.9"})],
)
def test_the_passphrase_is_not_taken_over_the_network(
    gate: Gate, venue: Venue, address: str, headers: dict[str, str]
) -> None:
    visitor = Visitor(gate, address, **headers)
    page = visitor.get()
    assert page.status_code == 503
    assert 'type="password"' not in page.text
    assert "考点主机" in page.text
    assert visitor.unlock(WORDS).status_code == 503
    assert venue.keys == []


def test_it_is_where_the_settings_say_so(vault: Vault, venue: Venue) -> None:
    gate = Gate(vault, venue.open_up, over_network=True)
    assert Visitor(gate, "10.20.0.9").unlock(WORDS).status_code == 303
    assert len(venue.keys) == 1


def test_a_form_from_another_site_opens_nothing(gate: Gate, venue: Venue) -> None:
    answer = Client(gate).post("/unlock", data={"passphrase": WORDS}, environ_base={"REMOTE_ADDR": "127.0.0.1"})
    assert answer.status_code == 303
    assert venue.keys == []


def test_a_venue_that_does_not_open_is_said_and_can_be_tried_again(gate: Gate, venue: Venue) -> None:
    venue.trouble = SettingsError("region.key_file: is missing")
    answer = Visitor(gate).unlock(WORDS)
    assert answer.status_code == 422
    assert "口令正确，但系统无法打开" in answer.text
    venue.trouble = None
    assert Visitor(gate).unlock(WORDS).status_code == 303


def test_a_damaged_vault_is_said(gate: Gate, vault: Vault, venue: Venue) -> None:
    (vault.folder / "passphrase.json").write_bytes(b"{}")
    answer = Visitor(gate).unlock(WORDS)
    assert answer.status_code == 422
    assert "vault unlock-test" in answer.text
    assert venue.keys == []
