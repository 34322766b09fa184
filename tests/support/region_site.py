"""The region's app on a real port, with registrations to review, for tests that bring a browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw

from region.receiving import serving
from region.registry.candidate import Prepared
from region.store import utc_now
from tests.support.desks import registry_in_force, staff
from tests.support.region_app import Clock, Region, furnish, open_region
from tests.support.registry import Registry
from tests.support.web_server import WebServer


class WallClock(Clock):
    """The real time, which is also the browser's."""

    def __call__(self):  # type: ignore[no-untyped-def]
        return utc_now()


@dataclass(frozen=True, slots=True)
class Site:
    """A region that answers at `url`."""

    region: Region
    registry: Registry
    url: str


@contextmanager
def region_site(home: Path) -> Iterator[Site]:
    """Serve a furnished region until the block ends."""
    region = furnish(open_region(home, WallClock()))
    staff(region)
    server = WebServer(region.app, make=serving, threads=8)
    try:
        yield Site(region, replace(registry_in_force(region.store), picture=paper()), server.url)
    finally:
        server.stop()
        region.store.close()


def paper(width_px: int = 900, height_px: int = 1200) -> Prepared:
    """A picture with lines on it, so that one sees which way up it is."""
    image = Image.new("RGB", (width_px, height_px), "#f4f1e8")
    draw = ImageDraw.Draw(image)
    draw.rectangle((60, 60, width_px - 60, 220), outline="#7a1f1f", width=8)
    for top in range(300, height_px - 100, 60):
        draw.line((80, top, width_px - 80 - (top % 180), top), fill="#333333", width=6)
    content = BytesIO()
    image.save(content, "JPEG", quality=80)
    return Prepared(content.getvalue(), content.getvalue(), "image/jpeg", width_px, height_px)
