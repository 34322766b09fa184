"""Devices, and lines to the region, that the contracts are tried on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.agents import Agent
from tests.support.coming_down import Two, two_of
from tests.support.post import Post
from tests.support.region_app import furnish, open_region
from tests.support.sensors import CASES, PLUGS, WIRED, Plugged, agent_with_reader
from tests.support.venue_rig import VenueRig, venue_rig


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    """The agent of all tests: a process of its own, which finds another sensor at its port each time."""
    with agent_with_reader(tmp_path_factory.mktemp("agent")) as agent:
        yield agent


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A region with venues, made once, since passwords are slow to hash on purpose."""
    home = tmp_path_factory.mktemp("region") / "home"
    furnish(open_region(home)).store.close()
    return home


@pytest.fixture
def two(furnished: Path, tmp_path: Path) -> Iterator[Two]:
    """A region and a venue that has nothing of it yet."""
    with two_of(furnished, tmp_path) as both:
        yield both


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
    shared = [request.getfixturevalue("served")] if driver == "fingerprint.remote" else []
    with PLUGS[driver][plug](tmp_path, *shared) as plugged:
        assert plugged.reader.driver == driver
        yield plugged


@pytest.fixture(scope="module")
def lineless(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VenueRig]:
    """A venue and a region between which records travel on sticks."""
    with venue_rig(tmp_path_factory.mktemp("lineless"), people=60) as rig:
        yield rig


@pytest.fixture
def post(lineless: VenueRig, tmp_path: Path) -> Post:
    """An empty stick between them."""
    stick = tmp_path / "stick"
    stick.mkdir()
    return Post(lineless, stick)
