"""A furnished region and a signed-in browser; every test of the region runs on both kinds of places."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.desks import second_administrator, staff
from tests.support.object_store import Bucket, running_object_store
from tests.support.postgres import Cluster, running_cluster
from tests.support.region_app import Browser, Region
from tests.support.region_places import EmbeddedPlaces, LargePlaces, Model, Places, embedded_model, large_model


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    with running_cluster() as running:
        yield running


@pytest.fixture(scope="session")
def bucket() -> Iterator[Bucket]:
    with running_object_store() as made:
        yield made


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return embedded_model(tmp_path_factory.mktemp("region"))


@pytest.fixture(scope="session")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """Furnished on SQLite, with people of every role and two administrators; to be copied, for hashing is slow."""
    return embedded_model(tmp_path_factory.mktemp("staffed"), staff, second_administrator)


@pytest.fixture
def staffed_region(staffed: Model, tmp_path: Path) -> Iterator[Region]:
    """For tests of screens: what they say is the same on both kinds of places."""
    embedded = EmbeddedPlaces(staffed, tmp_path)
    yield embedded.new()
    embedded.close()


@pytest.fixture(scope="session")
def furnished_home(furnished: Model) -> Path:
    """A furnished region on SQLite, to be copied."""
    return furnished.home


@pytest.fixture(scope="session")
def furnished_large(tmp_path_factory: pytest.TempPathFactory, cluster: Cluster) -> Model:
    return large_model(tmp_path_factory.mktemp("large-region"), cluster)


@pytest.fixture
def large_places(tmp_path: Path, cluster: Cluster, bucket: Bucket, furnished_large: Model) -> Iterator[LargePlaces]:
    large = LargePlaces(furnished_large, tmp_path, cluster, bucket)
    yield large
    large.close()


@pytest.fixture
def embedded_places(furnished: Model, tmp_path: Path) -> Iterator[Places]:
    """SQLite and a folder; what asks nothing new of the database takes these for its `places`."""
    embedded = EmbeddedPlaces(furnished, tmp_path)
    yield embedded
    embedded.close()


@pytest.fixture(params=["embedded", "large"])
def places(request: pytest.FixtureRequest) -> Places:
    """Where regions of this test keep things."""
    found: Places = request.getfixturevalue(f"{request.param}_places")
    return found


@pytest.fixture
def region(places: Places) -> Region:
    return places.new()


@pytest.fixture
def browser(region: Region) -> Browser:
    signed_in = Browser(region)
    assert signed_in.sign_in().status_code == 303
    return signed_in
