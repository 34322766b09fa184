"""Devices that the contracts are tried on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.sensors import CASES, PLUGS, WIRED, Plugged


@pytest.fixture(params=CASES, ids="-".join)
def plugged(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Plugged]:
    """Every fingerprint reader, with every way to plug a sensor into it."""
    yield from _plugged(request, tmp_path)


@pytest.fixture(params=WIRED, ids="-".join)
def wired(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Plugged]:
    """Every one on an emulated sensor."""
    yield from _plugged(request, tmp_path)


def _plugged(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Plugged]:
    driver, plug = request.param
    with PLUGS[driver][plug](tmp_path) as plugged:
        assert plugged.reader.driver == driver
        yield plugged
