"""What every printer driver must do, run against each of them."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from devices.base import DeviceStatus, Pixels
from devices.errors import ConfigurationError, DeviceError, NotConnectedError, NotRespondingError, OutOfPaperError
from devices.printer.pattern import head_pattern
from devices.registry import DRIVERS, make
from tests.support.printer_rigs import ABSENT, RIGS, NetworkRig, PrinterRig

PRINTERS = [name for name in DRIVERS if name.startswith("printer.")]


@pytest.fixture(params=RIGS)
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PrinterRig]:
    rig = RIGS[request.param](tmp_path)
    yield rig
    rig.remove()


@pytest.fixture
def network(tmp_path: Path) -> Iterator[NetworkRig]:
    rig = NetworkRig(tmp_path)
    yield rig
    rig.remove()


def slip(rig: PrinterRig, height_px: int = 90) -> Pixels:
    """Black and white dots that no other slip has."""
    return np.where(np.random.default_rng(height_px).random((height_px, rig.printer.width_px)) < 0.3, 0, 255).astype(
        np.uint8
    )


def test_every_driver_has_a_rig_or_hardware_that_no_test_machine_has() -> None:
    assert sorted([*RIGS, *ABSENT]) == sorted(PRINTERS)


def test_a_closed_printer_prints_nothing(rig: PrinterRig) -> None:
    with pytest.raises(NotConnectedError):
        rig.printer.print_picture(slip(rig))
    with pytest.raises(NotConnectedError):
        rig.printer.check()


def test_what_comes_out_is_what_went_in_dot_for_dot(rig: PrinterRig) -> None:
    pictures = [slip(rig), slip(rig, 700), head_pattern(rig.printer.width_px)]
    for picture in pictures:
        with rig.printer as printer:
            assert printer.print_picture(picture).is_confirmed
    printed = rig.slips(3)
    assert len(printed) == 3
    for picture, paper in zip(pictures, printed, strict=True):
        assert np.array_equal(picture, paper)


def test_a_slip_of_another_width_is_refused_before_paper_is_used(rig: PrinterRig) -> None:
    with rig.printer as printer, pytest.raises(ValueError, match="wide"):
        printer.print_picture(np.full((10, 100), 255, np.uint8))
    assert rig.slips(0) == []


def test_the_state_is_known_without_waiting(rig: PrinterRig) -> None:
    assert rig.printer.status() == DeviceStatus("standby")
    with rig.printer as printer:
        printer.print_picture(slip(rig))
        begun = time.monotonic()
        states = [printer.status() for _ in range(20)]
        assert time.monotonic() - begun < 20 * 0.05
    assert (states[0].state, states[0].code) == ("ready", "")
    assert states[0].last_good_at is not None


def test_without_paper_nothing_is_printed_and_with_paper_it_goes_on(rig: PrinterRig) -> None:
    rig.fault("no_paper")
    with rig.printer as printer:
        with pytest.raises(OutOfPaperError):
            printer.print_picture(slip(rig))
        with pytest.raises(OutOfPaperError):
            printer.check()
    assert rig.printer.status().code == "no_paper"
    rig.fault("")
    with rig.printer as printer:
        printer.print_picture(slip(rig))
    assert len(rig.slips(1)) == 1
    assert rig.printer.status() == DeviceStatus("standby", "", rig.printer.status().last_good_at)


def test_paper_that_is_nearly_used_up_is_a_warning(rig: PrinterRig) -> None:
    rig.fault("low_paper")
    with rig.printer as printer:
        assert printer.check().is_paper_low
        assert printer.print_picture(slip(rig)).is_paper_low
        assert (printer.status().state, printer.status().code) == ("ready", "low_paper")
    assert len(rig.slips(1)) == 1


def test_a_printer_that_is_gone_is_said_to_be_within_three_seconds_and_comes_back(rig: PrinterRig) -> None:
    rig.fault("unplugged")
    begun = time.monotonic()
    with pytest.raises(NotConnectedError), rig.printer:
        pass
    assert time.monotonic() - begun < 3
    assert rig.printer.status().code == "not_connected"
    rig.fault("")
    with rig.printer as printer:
        printer.print_picture(slip(rig))
    assert len(rig.slips(1)) == 1


def test_two_pages_at_once_print_one_after_the_other(rig: PrinterRig) -> None:
    pictures = [slip(rig, height) for height in (60, 61, 62, 63)]

    def print_one(picture: Pixels) -> None:
        with rig.printer as printer:
            printer.print_picture(picture)

    threads = [threading.Thread(target=print_one, args=(picture,)) for picture in pictures]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(len(paper) for paper in rig.slips(4)) == [60, 61, 62, 63]


def test_after_shutting_down_it_is_gone_for_good(rig: PrinterRig) -> None:
    rig.printer.shutdown()
    rig.printer.shutdown()
    with pytest.raises(NotConnectedError), rig.printer:
        pass


def test_a_printer_that_takes_nothing_is_reported(network: NetworkRig) -> None:
    network.fault("silence")
    begun = time.monotonic()
    with network.printer as printer, pytest.raises(NotRespondingError):
        printer.print_picture(slip(network, 6000))
    assert time.monotonic() - begun < 9
    assert network.printer.status().code == "not_responding"


def test_a_printer_that_answers_nothing_prints_all_the_same_and_is_not_confirmed(network: NetworkRig) -> None:
    network.paper_printer.mood.answers = False
    with network.printer as printer:
        assert not printer.print_picture(slip(network)).is_confirmed
    assert len(network.slips(1)) == 1


def test_an_open_cover_is_told_like_missing_paper(network: NetworkRig) -> None:
    network.paper_printer.mood.cover_open = True
    with network.printer as printer, pytest.raises(OutOfPaperError, match="cover"):
        printer.print_picture(slip(network))


def test_paper_that_ends_in_the_middle_is_no_success(network: NetworkRig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("devices.printer.escpos.PRINTED_WITHIN_S", 1.0)
    network.paper_printer.mood.ends_after_dots = 100
    with network.printer as printer, pytest.raises(OutOfPaperError):
        printer.print_picture(slip(network, 400))
    assert network.paper_printer.slips == []


@pytest.mark.parametrize("driver", ABSENT)
def test_hardware_that_is_not_there_is_said_to_be_in_our_words(driver: str) -> None:
    printer = make(driver, **ABSENT[driver])
    with pytest.raises((NotConnectedError, ConfigurationError)), printer:
        pass
    assert printer.status().code in ("not_connected", "configuration")
    printer.shutdown()


@pytest.mark.parametrize("driver", PRINTERS)
def test_options_that_do_not_exist_are_refused(driver: str) -> None:
    with pytest.raises(ConfigurationError):
        make(driver, colour="pink")


@pytest.mark.parametrize(
    ("driver", "options"),
    [
        ("printer.network", {"host": ""}),
        ("printer.network", {"host": "p:x"}),
        ("printer.network", {"host": "p", "width_px": 577}),
        ("printer.usb", {"device": "canon"}),
        ("printer.windows", {"queue": ""}),
        ("printer.file", {"path": ""}),
    ],
)
def test_settings_that_cannot_be_right_are_refused_at_once(driver: str, options: dict[str, object]) -> None:
    with pytest.raises(DeviceError) as refused:
        make(driver, **options)
    assert not refused.value.retryable
