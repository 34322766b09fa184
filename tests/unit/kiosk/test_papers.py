"""What the desk's screen is told of the page before the document camera."""

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from flask import Flask
from flask_babel import Babel

from devices.base import Frame, Pixels
from devices.camera.paper import paper_on_desk
from kiosk.papers import live_page
from tests.support.papers import desk
from tests.support.pictures import blurred
from tests.support.quiet_venue import quiet_venue


def seen(pixels: Pixels, *, read: bool = True) -> dict[str, object]:
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        found = live_page(Frame(7, datetime.now(UTC), pixels), read=read)
    json.dumps(found)
    return found


def test_the_outline_is_told_in_shares_of_the_picture() -> None:
    found = seen(paper_on_desk(2))
    assert (found["ok"], found["seq"], found["width"], found["height"]) == (True, 7, 1600, 1200)
    assert np.array(found["corners"]) == pytest.approx(
        np.array([[408 / 1600, 48 / 1200], [1187 / 1600, 48 / 1200], [1187 / 1600, 0.958], [409 / 1600, 0.958]]),
        abs=0.01,
    )
    assert found["warnings"] == []


def test_what_is_wrong_is_told_in_words() -> None:
    assert seen(desk())["label"] == "No page in view. Lay it flat on a darker ground, all four edges visible."
    assert seen(desk())["corners"] == []
    assert seen(desk((-200, 100, 500, 860)))["code"] == "page_cut"


def test_print_is_only_looked_at_when_asked() -> None:
    soft = blurred(paper_on_desk(1), 4)
    assert "look" not in seen(soft, read=False)
    assert seen(soft, read=False)["warnings"] == []
    assert "blurred" in str(seen(soft)["warnings"])
    assert seen(soft)["look"]


def test_the_desk_gets_the_outline_and_a_kiosk_does_not(tmp_path: Path) -> None:
    devices = {"document_camera": {"driver": "file", "scene": "page"}}
    stations = {
        name: {"kind": kind, "label": {"zh": name, "en": name}, **devices}
        for name, kind in (("desk-1", "desk"), ("kiosk-1", "kiosk"))
    }
    with quiet_venue(tmp_path, stations=stations) as quiet:
        answer = quiet.client("desk-1", "review1").get("/devices/page.json")
        assert answer.json["ok"]
        assert answer.json["seq"] >= 0
        assert quiet.client("kiosk-1").get("/devices/page.json").status_code in (302, 303, 403)


def test_a_document_camera_that_is_unplugged_answers_503(tmp_path: Path) -> None:
    control = tmp_path / "camera.json"
    control.write_text('{"fault": "unplugged"}', "utf-8")
    camera = {"driver": "file", "scene": "page", "control": str(control)}
    station = {"kind": "desk", "label": {"zh": "台", "en": "desk"}, "document_camera": camera}
    with quiet_venue(tmp_path, stations={"desk-1": station}) as quiet:
        assert quiet.client("desk-1", "review1").get("/devices/page.json").status_code == 503
