"""Prints what a live camera costs here: `python bench/camera.py [ROUNDS]`.

The venue's own app on waitress reads a film of 1280 x 720 at 30 pictures a second, judges it five times a second, and
is looked at by 0, 1, 4 and 8 viewers from a process of their own. CPU is the server's, in percent of one core. The
times of the single checks are printed by `bench/portrait.py`. Prints one JSON object.
"""

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import cv2
from waitress.server import create_server

from bench.portrait import median_ms
from devices.camera.spoilt import spoilt
from devices.camera.stage import Stage
from devices.quality.portrait import PortraitSpec, assess
from devices.quality.preview import preview_jpeg
from kiosk.app import create_app
from kiosk.auth import COOKIE
from kiosk.serving import server_options
from kiosk.settings import parse_settings
from kiosk.venue import Venue, open_venue
from local_db.clock import Clock
from local_db.vault.keys import VenueKey

VIEWERS = (0, 1, 4, 8)
FILM_FPS, CHECKS_HZ = 30, 5
STATION = "booth-1"
PREVIEW = "/devices/preview.jpg?role=camera"


def film(path: Path) -> Path:
    """Write four seconds of a demo person as a camera codes them."""
    stage = Stage("person", 1)
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), FILM_FPS, (1280, 720))
    for _ in range(4 * FILM_FPS):
        writer.write(stage.frame("", None))
    writer.release()
    return path


@contextmanager
def server(home: Path) -> Iterator[tuple[Venue, int, str]]:
    """Serve a venue with one booth; yields it, its port and a paired browser's cookie."""
    camera = {"driver": "file", "path": str(film(home / "film.avi"))}
    station = {"kind": "booth", "label": {"zh": "采集台", "en": "Booth"}, "camera": camera}
    tables = {"venue": {"id": "V-BENCH", "name": {"zh": "考点", "en": "Venue"}}, "stations": {STATION: station}}
    venue = open_venue(parse_settings(tables, home), VenueKey.random(), Clock())
    web = create_server(create_app(venue), host="127.0.0.1", port=0, **server_options(venue.settings.server))
    threading.Thread(target=web.run, daemon=True).start()
    try:
        yield venue, int(web.effective_port), f"{COOKIE}={venue.book.pair(STATION)}"
    finally:
        venue.close()


def load(venue: Venue, port: int, cookie: str, viewers: int, seconds: float) -> dict[str, float]:
    """Return the server's CPU and what each viewer sees."""
    spec, until = PortraitSpec(), time.monotonic() + seconds
    command = [sys.executable, str(Path(__file__).with_name("viewers.py")), "127.0.0.1", str(port), cookie, PREVIEW]
    with venue.benches[STATION].camera as camera:
        looking = None
        if viewers:
            looking = subprocess.Popen([*command, str(viewers), str(seconds)], stdout=subprocess.PIPE, text=True)
        begun, spent, checks = time.monotonic(), time.process_time(), 0
        while time.monotonic() < until:
            assess(camera.frame().pixels, spec)
            checks += 1
            time.sleep(max(0.0, begun + checks / CHECKS_HZ - time.monotonic()))
        cpu = 100 * (time.process_time() - spent) / (time.monotonic() - begun)
        fps = float(looking.communicate()[0]) if looking else 0.0
    return {"cpu_pct": round(cpu, 1), "fps_each": fps, "checks_hz": round(checks / seconds, 1)}


def measure(rounds: int) -> dict[str, Any]:
    """Return everything measured; for bench/devices.py, which runs sections beside one another."""
    cv2.setNumThreads(1)
    spec, frame = PortraitSpec(), Stage("person", 1).frame("", None)
    large = spoilt(frame, "slow_4k")
    measured: dict[str, Any] = {
        "check_ms": median_ms(lambda _: assess(frame, spec), rounds),
        "check_4k_ms": median_ms(lambda _: assess(large, spec), rounds),
        "preview_ms": median_ms(lambda _: preview_jpeg(frame), rounds),
        "preview_4k_ms": median_ms(lambda _: preview_jpeg(large), rounds),
    }
    with tempfile.TemporaryDirectory() as folder, server(Path(folder)) as (venue, port, cookie):
        for viewers in VIEWERS:
            measured[f"viewers_{viewers}"] = load(venue, port, cookie, viewers, min(6.0, max(2.0, rounds / 5)))
    return measured


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 30), indent=1))
