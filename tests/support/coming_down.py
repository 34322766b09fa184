"""A real region's app on a socket, a real venue's store, and a line between them that can be cut."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local_db.blobs import BlobFolder
from local_db.online import OnlineBook
from local_db.reports import ReportFolder
from local_db.roster_import import import_roster
from local_db.search import Search
from records.registration import Registration
from region.registry.candidate import Prepared
from rules.roster.demo_files import write_csv
from sync.pulling import Puller
from sync.source import HttpSource
from sync.transport import Enrolment, HttpTransport
from tests.support.builders import DAY, DESK, KEY, Shelf, enrolment
from tests.support.region_app import KEY as VENUE_KEY
from tests.support.region_app import Region, open_region
from tests.support.region_records import picture
from tests.support.registry import Registry, registry_of, somebody
from tests.support.web_server import WebServer


@dataclass(slots=True)
class Line:
    """Stands before the region and spoils its answers.

    Attributes:
        cut_after: how many bytes of each answer get through, None for all.
        spoils: changes a byte of each picture.
        served: bytes of pictures that went out.
    """

    app: Callable[..., Any]
    cut_after: int | None = None
    spoils: bool = False
    served: int = 0
    asked: list[str] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        content = b"".join(self.app(environ, start_response))
        self.asked.append(environ["PATH_INFO"])
        is_picture = "/pictures/" in environ["PATH_INFO"]
        if is_picture and self.spoils:
            content = bytes([content[0] ^ 1]) + content[1:]
        sent = content if self.cut_after is None else content[: self.cut_after]
        self.served += len(sent) if is_picture else 0
        return [sent]  # shorter than it says: waitress ends the connection there, as a cut line does


@dataclass(slots=True)
class Two:
    """A region with registrations, a venue with an empty store, and the line between them."""

    region: Region
    registry: Registry
    line: Line
    shelf: Shelf
    transport: HttpTransport
    told: list[str] = field(default_factory=list)

    @property
    def book(self) -> OnlineBook:
        return OnlineBook(self.shelf.database, self.folder, self.shelf.clock)

    @property
    def folder(self) -> BlobFolder:
        """Where the pictures lie."""
        return BlobFolder(self.shelf.folder / "online", KEY)

    def puller(self) -> Puller:
        """A puller as after a restart: nothing is remembered but what is in the database."""
        return Puller(self.book, HttpSource(self.transport.client), lambda: DAY, self.told.extend)

    def fetch_all(self, puller: Puller) -> None:
        while puller.fetch(lambda: True):
            pass

    def facts(self, reg_no: str) -> Registration:
        found = Search(self.shelf.database).by_reg_no(reg_no)
        assert found is not None
        return found.registration

    def flagged(self) -> dict[str, dict[str, str]]:
        return {one.registration.reg_no: one.flagged or {} for one in Search(self.shelf.database).flagged()}

    def import_file(self, *people: Registration) -> None:
        path = self.shelf.folder / f"roster-{len(self.told)}-{self.shelf.clock.monotonic_ns()}.csv"
        write_csv(path, people)
        reports = ReportFolder(self.shelf.folder / "reports", KEY)
        import_roster(self.shelf.database, path, reports, DAY, self.shelf.clock, DESK)


@contextmanager
def two_of(furnished: Path, folder: Path) -> Iterator[Two]:
    """Run both; nothing is left running. `furnished` is the home of a region with venues, which is copied."""
    region = open_region(Path(shutil.copytree(furnished, folder / "region")))
    line = Line(region.app)
    server = WebServer(line, threads=8)
    known = enrolment(server.url)
    transport = HttpTransport(Enrolment(server.url, known.venue, VENUE_KEY, known.receipt_keys), timeout_s=20)
    shelf = Shelf(folder / "venue", people=1)
    try:
        yield Two(region, registry_of(region.store), line, shelf, transport)
    finally:
        transport.close()
        server.stop()
        shelf.database.close()
        region.store.close()


def upload(two: Two, number: int = 0, pages: int = 2, size: int = 200) -> Registration:
    """Somebody with an identity document and a diploma uploaded."""
    person = somebody(number)
    key = two.registry.enrol(person)
    for page in range(pages):
        content = picture(number * 10 + page, size, size)
        code = "M02" if page < 2 else "M04"
        two.registry.wardrobe.add(key, code, Prepared(content, content, "image/png", size, size))
    return person
