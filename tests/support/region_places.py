"""Where a region of the tests keeps things: embedded (SQLite, a folder), or as a large one does (PostgreSQL, S3)."""

import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from sqlalchemy import select

from region.folder_files import FolderFiles
from region.models import Base
from region.s3_files import S3Files
from region.settings import Settings
from tests.support.object_store import Bucket
from tests.support.postgres import Cluster
from tests.support.region_app import Clock, Region, furnish, open_region


class Places(Protocol):
    """Makes regions, each in places of its own, all furnished alike; and removes them."""

    def new(self, clock: Clock | None = None, *, furnished: bool = True) -> Region:
        """Return a running region; empty unless `furnished`."""
        ...

    def close(self) -> None:
        """Remove what was made for the test, whoever still uses it."""
        ...


@dataclass(frozen=True, slots=True)
class Model:
    """A furnished region that nobody runs, to be copied: passwords are slow to hash on purpose.

    Attributes:
        database: the template on the cluster, "" for SQLite in `home`.
    """

    home: Path
    database: str = ""


class EmbeddedPlaces:
    """SQLite and a local folder."""

    def __init__(self, model: Model, folder: Path) -> None:
        self._model, self._folder = model, folder
        self._opened: list[Region] = []

    def new(self, clock: Clock | None = None, *, furnished: bool = True) -> Region:
        home = self._folder / f"region-{secrets.token_hex(3)}"
        if furnished:
            shutil.copytree(self._model.home, home)
        self._opened.append(open_region(home, clock))
        return self._opened[-1]

    def close(self) -> None:
        for region in self._opened:
            region.store.close()


class LargePlaces:
    """PostgreSQL, and an object store that speaks S3."""

    def __init__(self, model: Model, folder: Path, cluster: Cluster, bucket: Bucket) -> None:
        self._model, self._folder, self._cluster, self._bucket = model, folder, cluster, bucket
        self._opened: list[Region] = []
        self._databases: list[str] = []

    def new(self, clock: Clock | None = None, *, furnished: bool = True) -> Region:
        home = self._folder / f"region-{secrets.token_hex(3)}"
        if furnished:
            shutil.copytree(self._model.home, home)
        self._databases.append(self._cluster.create(self._model.database if furnished else "template0"))
        self._opened.append(open_region(self._settings(home, self._databases[-1]), clock))
        return self._opened[-1]

    def close(self) -> None:
        for region in self._opened:
            region.store.close()
        self.close_database()

    def close_database(self) -> None:
        """Take the databases away while they are in use."""
        while self._databases:
            self._cluster.drop(self._databases.pop())

    def _settings(self, home: Path, database: str) -> Settings:
        return replace(
            Settings(home),
            database_url=self._cluster.url(database),
            s3_bucket=self._bucket.name,
            s3_endpoint=self._bucket.endpoint,
            s3_prefix=database,
        )


def embedded_model(folder: Path, *furnishing: Callable[[Region], object]) -> Model:
    """Furnish a region on SQLite, as usual and further."""
    _furnish(open_region(folder / "home"), furnishing)
    return Model(folder / "home")


def large_model(folder: Path, cluster: Cluster, *furnishing: Callable[[Region], object]) -> Model:
    """Furnish a region on PostgreSQL, as usual and further."""
    model = Model(folder / "home", cluster.create())
    _furnish(open_region(replace(Settings(model.home), database_url=cluster.url(model.database))), furnishing)
    return model


def _furnish(region: Region, furnishing: Sequence[Callable[[Region], object]]) -> None:
    for furnish_with in (furnish, *furnishing):
        furnish_with(region)
    region.store.close()


def everything_kept(region: Region) -> Iterator[tuple[str, bytes]]:
    """Every table and every file of a region, each with its name, byte for byte."""
    with region.store.read() as session:
        for table in Base.metadata.sorted_tables:
            values = [value for row in session.execute(select(table)) for value in row]
            yield table.name, b"|".join(one if isinstance(one, bytes) else str(one).encode() for one in values)
    for digest in region.store.files.digests():
        yield digest, region.store.files.read_intact(digest) or b""
    region.store.close()
    for path in region.settings.home.rglob("*"):
        if path.is_file():
            yield path.name, path.read_bytes()


def spoil(region: Region, digest: str, content: bytes) -> None:
    """Put other bytes where an object is, behind the region's back."""
    files = region.store.files
    if isinstance(files, S3Files):
        files.client.put_object(Bucket=files.bucket, Key=files.key(digest), Body=content)
        return
    assert isinstance(files, FolderFiles)
    files.path(digest).parent.mkdir(exist_ok=True)
    files.path(digest).write_bytes(content)


def lose(region: Region, digest: str) -> None:
    """Take an object away, behind the region's back."""
    files = region.store.files
    if isinstance(files, S3Files):
        files.client.delete_object(Bucket=files.bucket, Key=files.key(digest))
        return
    assert isinstance(files, FolderFiles)
    files.path(digest).unlink()
