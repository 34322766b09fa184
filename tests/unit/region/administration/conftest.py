"""A region with staff of every role; what touches the database runs on both kinds of places, screens on one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.desks import ADMIN, Desk, staff
from tests.support.postgres import Cluster
from tests.support.region_app import Region
from tests.support.region_places import EmbeddedPlaces, Model, embedded_model, large_model


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return embedded_model(tmp_path_factory.mktemp("office"), staff)


@pytest.fixture(scope="session")
def furnished_large(tmp_path_factory: pytest.TempPathFactory, cluster: Cluster) -> Model:
    return large_model(tmp_path_factory.mktemp("large-office"), cluster, staff)


@pytest.fixture
def small(furnished: Model, tmp_path: Path) -> Iterator[Region]:
    """A region on SQLite alone."""
    places = EmbeddedPlaces(furnished, tmp_path)
    yield places.new()
    places.close()


@pytest.fixture
def admin(small: Region) -> Desk:
    """An administrator's browser."""
    return Desk(small, ADMIN)
