"""The venue's computer starts by itself in the morning; the lead unlocks it in a browser, and every screen opens."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from local_db.vault.vault import Vault
from local_db.vault.wrapping import Cost
from tests.support.server import ROOT, free_port

WORDS = "correct horse battery"
STARTS_S, STOPS_S = 120, 30
SETTINGS = """
[venue]
id = "V-TEST"
name = {{ zh = "测试考点", en = "Secret venue" }}
[server]
port = {port}
[stations.desk-1]
kind = "desk"
label = {{ zh = "一号", en = "one" }}
"""


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """A venue that was started without anybody near: its address and its process."""
    port = free_port()
    (tmp_path / "settings.toml").write_text(SETTINGS.format(port=port), "utf-8")
    Vault(tmp_path / "vault", cost=Cost(64, 1, 1)).create(WORDS)
    command = [sys.executable, "-m", "kiosk", "run"]
    variables = os.environ | {"KAODIAN_HOME": str(tmp_path)}
    process = subprocess.Popen(command, cwd=ROOT, env=variables, stdin=subprocess.DEVNULL)
    try:
        yield f"http://127.0.0.1:{port}", process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(STOPS_S)


def page(browser: httpx.Client, path: str = "/") -> httpx.Response:
    deadline = time.monotonic() + STARTS_S
    while True:
        try:
            return browser.get(path)
        except httpx.HTTPError:
            assert time.monotonic() < deadline, "the venue did not start"
            time.sleep(0.1)  # waits for a process; there is nothing to be told by


def test_the_lead_unlocks_the_venue_in_a_browser(locked: tuple[str, "subprocess.Popen[bytes]"]) -> None:
    url, process = locked
    with httpx.Client(base_url=url, trust_env=False, timeout=60, cookies={"kaodian_ui": "locale=en"}) as browser:
        shut = page(browser, "/pair")
        assert shut.status_code == 503
        assert "Start of the day" in shut.text
        assert "Secret venue" not in shut.text, "no hint of what is inside"
        token = re.search(r'name="csrf_token" value="([^"]+)"', shut.text)
        assert token
        form = {"csrf_token": token[1], "passphrase": "wrong wrong wrong"}
        assert "That is not the passphrase" in browser.post("/unlock", data=form).text
        through_a_proxy = browser.get("/", headers={"X-Forwarded-For": "10.20.0.9"})
        assert "Not open yet" in through_a_proxy.text
        opened = browser.post("/unlock", data=form | {"passphrase": WORDS})
        assert (opened.status_code, opened.headers["Location"]) == (303, "/")
        venue = browser.get("/pair")
        assert venue.status_code == 200
        assert "Secret venue" in venue.text
        assert browser.post("/unlock", data=form | {"passphrase": WORDS}).status_code >= 400, "the gate is gone"
    if os.name != "nt":
        process.terminate()
        assert process.wait(STOPS_S) == 0
