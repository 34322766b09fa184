"""Devices that the contracts are tried on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.sensors import CASES, PLUGS, Plugged


@pytest.fixture(params=CASES, ids="-".join)
def plugged(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Plugged]:
    """Every fingerprint reader, with every way to plug a sensor into it."""
    driver, plug = request.param
    with PLUGS[driver][plug](tmp_path) as plugged:
        assert plugged.reader.driver == driver
        yield plugged
