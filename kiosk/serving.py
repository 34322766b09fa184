"""Runs the venue on waitress, and for the demo a region beside it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NoReturn

import httpx
import waitress
from flask import Flask

from devices.bench import watch_over
from kiosk.app import MAX_REQUEST_BYTES, create_app
from kiosk.demo import REGION_KEY, STAFF, region_port
from kiosk.errors import SettingsError
from kiosk.event_log import keep_log
from kiosk.gate import Gate, WsgiApp
from kiosk.region_line import receipt_keys
from kiosk.sealing import recipients
from kiosk.settings import ServerTable, Settings
from kiosk.venue import Venue, load_today, open_venue
from local_db.vault.keys import VenueKey
from local_db.vault.vault import DEMO_KEY, Vault

CONNECTIONS = 400
"""waitress' own 100 are used up by some 17 browsers, which keep up to six each."""
REGION_STARTS_IN_S = 60


def serve(venue: Venue) -> None:
    """Serve until SIGTERM or Ctrl-C; then let go of devices and database."""
    signal.signal(signal.SIGTERM, _stop)
    keep_log(venue.settings.home)
    with ExitStack() as until_end:
        _begin(venue, until_end)
        _listen(create_app(venue), venue.settings.server)


def serve_locked(settings: Settings, vault: Vault) -> None:
    """Serve the page that asks for the passphrase, and once it was right the venue; until SIGTERM or Ctrl-C.

    Raises:
        ProfileError, SettingsError, KeyStoreError: the configuration cannot be used; said now, and not to the lead
            at the gate.
    """
    signal.signal(signal.SIGTERM, _stop)
    keep_log(settings.home)
    load_today(settings)
    if settings.region:
        receipt_keys(settings, settings.region)
        recipients(settings, settings.region)
    with ExitStack() as until_end:

        def open_up(key: VenueKey) -> Flask:
            venue = open_venue(settings, key)
            if venue.sealing.trouble:
                venue.close()
                raise SettingsError(venue.sealing.trouble)
            _begin(venue, until_end)
            return create_app(venue)

        _listen(Gate(vault, open_up, over_network=settings.unlock.over_network), settings.server)


def _begin(venue: Venue, until_end: ExitStack) -> None:
    """Start what goes on in the background, and see to it that all of it ends."""
    until_end.callback(venue.close)
    venue.start()
    until_end.callback(watch_over(venue.benches.values()).stop)


def _listen(app: WsgiApp, server: ServerTable) -> None:
    waitress.serve(app, host=server.host, port=server.port, ident=None, **server_options(server))


def server_options(server: ServerTable) -> dict[str, Any]:
    """Return how waitress is to serve the venue's pages."""
    return {
        "threads": server.threads,
        "connection_limit": CONNECTIONS,
        "channel_timeout": 60,
        "cleanup_interval": 10,
        # waitress' own refusal is a line of English; up to here the page that says what to do is ours.
        "max_request_body_size": 8 * MAX_REQUEST_BYTES,
        # The gate looks at them: behind a proxy on this computer everybody seems to sit here. Nothing trusts them.
        "clear_untrusted_proxy_headers": False,
        # What may be a candidate's picture waits in memory: waitress' temporary files would hold it in clear.
        "inbuf_overflow": MAX_REQUEST_BYTES,
        "outbuf_overflow": MAX_REQUEST_BYTES,
    }


@contextmanager
def demo_region(home: Path, signing_key: str, roster: Path) -> Iterator[None]:
    """Run a demo region as a process of its own; it ends with us, even if we are killed, because its input closes.

    Args:
        signing_key: the public key of the demo venue, which the region is to believe.
        roster: file of the made-up people, who are registered there.
    """
    environment = os.environ | {"KAODIAN_HOME": str(home), "KAODIAN_REGION_PORT": str(region_port())}
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    command = [
        sys.executable,
        "-m",
        "region",
        "run",
        "--demo",
        "--until-input-closes",
        "--demo-signing-key",
        signing_key,
        "--demo-roster",
        str(roster.resolve()),
    ]
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE) as process:
        try:
            _wait_for_region(process, home)
            yield
        finally:
            process.terminate()


def demo_greeting(settings: Settings) -> list[str]:
    """Return what a person who starts the demo has to know."""
    people = [f"    {person.id:8} PIN {person.pin}   {' '.join(person.roles)}" for person in STAFF]
    return [
        "",
        f"Venue (考点):   http://127.0.0.1:{settings.server.port}/",
        f"Region (考区):  http://127.0.0.1:{region_port()}/",
        "Pair each browser window with a station (kiosk, desk, booth, board) by a staff PIN:",
        *people,
        f"The data is encrypted under a DEMO KEY ({DEMO_KEY}), which protects nothing,",
        "nor do the demo region's keys, which lie beside the data.",
        f"Made-up candidates: {settings.home / 'demo'}. All state lies in {settings.home}.",
        "",
    ]


def _wait_for_region(process: subprocess.Popen[bytes], home: Path) -> None:
    deadline = time.monotonic() + REGION_STARTS_IN_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SettingsError(f"the demo region ended by itself; it says why above. Is port {region_port()} in use?")
        if (home / REGION_KEY).exists() and _answers(home):
            return
        time.sleep(0.1)
    raise SettingsError("the demo region did not start")


def _answers(home: Path) -> bool:
    """Tell whether our region is up; another one on this port does not know our key."""
    key = (home / REGION_KEY).read_text(encoding="ascii").strip()
    url = f"http://127.0.0.1:{region_port()}/api/v1/status"
    try:
        reply = httpx.get(url, headers={"Authorization": f"Bearer {key}"}, timeout=2, trust_env=False)
    except httpx.HTTPError:
        return False
    return reply.status_code == httpx.codes.OK


def _stop(*_signal: object) -> NoReturn:
    raise SystemExit(0)
