"""What the lead sees before the venue is open, and what everybody else does."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.gate import TRIES, Gate
from local_db.vault.vault import Vault
from local_db.vault.wrapping import Cost
from tests.screens.test_desk_screens import LOCALES, press
from tests.support.browsing import Windows
from tests.support.screen_rules import Looker
from tests.support.web_server import WebServer

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[WebServer]:
    vault = Vault(tmp_path / "vault", cost=Cost(64, 1, 1))
    vault.create("correct horse battery")
    server = WebServer(
        Gate(vault, open_up=lambda _key: pytest.fail("it must not open")), clear_untrusted_proxy_headers=False
    )
    yield server
    server.stop()


@LOCALES
def test_the_start_of_the_day(locale: str, gate: WebServer, windows: Windows, look: Looker) -> None:
    lead = windows.plain(gate.url, locale, touch=False)
    lead.open("/")
    look.at(lead, "unlock")
    for _try in range(TRIES + 1):
        lead.page.locator("#field-passphrase").fill("wrong wrong wrong")
        press(lead, ".button--primary")
        if not _try:
            look.at(lead, "unlock refused")
    look.at(lead, "unlock too often")
    away = windows.plain(gate.url, locale, touch=False)
    away.page.context.set_extra_http_headers({"X-Forwarded-For": "10.20.0.9"})
    away.hold("autosubmit")
    away.open("/")
    look.at(away, "not open yet")
