"""A region whose reviewers of both levels have accounts; `embedded` is one on SQLite, for what differs nowhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.desks import registry_in_force, staff
from tests.support.postgres import Cluster
from tests.support.region_app import Region
from tests.support.region_places import EmbeddedPlaces, Model, embedded_model, large_model
from tests.support.registry import Registry


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return embedded_model(tmp_path_factory.mktemp("figures"), staff)


@pytest.fixture(scope="session")
def furnished_large(tmp_path_factory: pytest.TempPathFactory, cluster: Cluster) -> Model:
    return large_model(tmp_path_factory.mktemp("large-figures"), cluster, staff)


@pytest.fixture
def registry(region: Region) -> Registry:
    return registry_in_force(region.store)


@pytest.fixture
def embedded(furnished: Model, tmp_path: Path) -> Iterator[Region]:
    """A region on SQLite and a folder, for what differs nowhere."""
    places = EmbeddedPlaces(furnished, tmp_path)
    yield places.new()
    places.close()


@pytest.fixture
def embedded_registry(embedded: Region) -> Registry:
    return registry_in_force(embedded.store)
