"""A furnished region and a signed-in browser."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.region_app import Browser, Region, furnish, open_region


@pytest.fixture(scope="session")
def furnished_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once, since passwords are slow to hash on purpose."""
    home = tmp_path_factory.mktemp("region") / "home"
    furnish(open_region(home)).store.close()
    return home


@pytest.fixture
def region(furnished_home: Path, tmp_path: Path) -> Iterator[Region]:
    opened = open_region(Path(shutil.copytree(furnished_home, tmp_path / "region")))
    yield opened
    opened.store.close()


@pytest.fixture
def browser(region: Region) -> Browser:
    signed_in = Browser(region)
    assert signed_in.sign_in().status_code == 303
    return signed_in
