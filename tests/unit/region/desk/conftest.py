"""A region whose reviewers of both levels have accounts."""

import pytest

from tests.support.desks import registry_in_force, staff
from tests.support.postgres import Cluster
from tests.support.region_app import Region
from tests.support.region_places import Model, embedded_model, large_model
from tests.support.registry import Registry


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return embedded_model(tmp_path_factory.mktemp("desks"), staff)


@pytest.fixture(scope="session")
def furnished_large(tmp_path_factory: pytest.TempPathFactory, cluster: Cluster) -> Model:
    return large_model(tmp_path_factory.mktemp("large-desks"), cluster, staff)


@pytest.fixture
def registry(region: Region) -> Registry:
    return registry_in_force(region.store)
