"""The browser's camera as its driver sees it: two windows are not one camera, and each refusal is an error of ours."""

import numpy as np
import pytest

from devices.base import Pixels
from devices.camera.browser import BrowserCamera, PagePatience
from devices.errors import BusyError, ConfigurationError, DeviceError, NotConnectedError, NotRespondingError


def picture(value: int) -> Pixels:
    return np.full((64, 64, 3), value, np.uint8)


@pytest.fixture
def camera() -> BrowserCamera:
    return BrowserCamera(PagePatience(open_s=0.05, stale_s=5, frozen_s=5))


def test_a_second_window_is_told_so_and_takes_nothing(camera: BrowserCamera) -> None:
    camera.push(picture(100), "one", is_still=False)
    with pytest.raises(BusyError):
        camera.push(picture(200), "two", is_still=False)
    camera.note_trouble("not_connected", "two")
    with camera:
        assert camera.frame().pixels[0, 0, 0] == 100


def test_a_window_that_has_gone_makes_room_for_another() -> None:
    camera = BrowserCamera(PagePatience(open_s=0.05, stale_s=0.0, frozen_s=5))
    camera.push(picture(100), "one", is_still=False)
    assert camera.push(picture(200), "two", is_still=False) == 0


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("not_connected", NotConnectedError),
        ("busy", BusyError),
        ("not_allowed", ConfigurationError),
        ("insecure", ConfigurationError),
        ("never heard of", NotConnectedError),
    ],
)
def test_what_the_browser_refuses_is_an_error_that_says_which(
    camera: BrowserCamera, code: str, error: type[DeviceError]
) -> None:
    camera.note_trouble(code, "one")
    with pytest.raises(error) as caught, camera:
        pass
    told = code if code != "never heard of" else "not_connected"
    assert caught.value.state == told
    assert camera.status().code == told
    camera.push(picture(1), "one", is_still=False)
    assert camera.status().code == ""


def test_a_page_that_is_asked_for_stills_and_sends_none_is_said_to(camera: BrowserCamera) -> None:
    camera.push(picture(100), "one", is_still=False)
    with camera:
        with pytest.raises(NotRespondingError, match="0 of 3 stills"):
            camera.burst(3, timeout_s=0.05)
        assert camera.push(picture(101), "one", is_still=True) == 0, "nobody waits for them any more"


def test_nobody_at_the_station_is_not_connected(camera: BrowserCamera) -> None:
    with pytest.raises(NotConnectedError, match="no page of this station"), camera:
        pass
    assert camera.status().state == "standby"
