"""Who gets to see which bytes of a picture."""

import pytest
from sqlalchemy import select

from region.errors import DamagedHereError
from region.models import AuditLine, Reviewer
from region.registry.candidate import Prepared
from region.registry.errors import NotAllowedError, UnknownRegistrationError
from region.registry.pictures import Pictures
from tests.support.pages import coded, page
from tests.support.region_app import Browser, Region
from tests.support.region_places import spoil
from tests.support.region_records import VENUE
from tests.support.registry import Registry, somebody

CAME = coded(page(600, 800), quality=95)


def reviewer(region: Region, role: str, venue: str | None = None) -> str:
    with region.store.write() as session:
        row = Reviewer(id=f"r-{role}-{venue}", name=f"{role}-{venue}", secret_hash="x", role=role, venue=venue)
        session.add(row)
        return row.id


def kept(registry: Registry):
    key = registry.enrol(somebody())
    picture = Prepared(coded(page(600, 800)), CAME, "image/jpeg", 600, 800)
    return (
        key,
        registry.wardrobe.add(key, "M04", picture),
        Pictures(registry.store, registry.box, registry.rules, "UTC"),
    )


def acts(region: Region) -> list[str]:
    with region.store.read() as session:
        return list(session.scalars(select(AuditLine.act).where(AuditLine.act.startswith("original_"))))


def test_an_original_is_for_leads_of_the_region_and_written_down(region: Region, registry: Registry) -> None:
    key, picture, pictures = kept(registry)
    assert pictures.original(key, picture, reviewer(region, "lead")) == CAME
    for nobody in (reviewer(region, "review"), reviewer(region, "lead", VENUE), "r-unknown"):
        with pytest.raises(NotAllowedError):
            pictures.original(key, picture, nobody)
    assert acts(region) == ["original_viewed", "original_denied", "original_denied", "original_denied"]


def test_a_picture_belongs_to_its_registration(region: Region, registry: Registry) -> None:
    key, picture, pictures = kept(registry)
    other = registry.enrol(somebody(1))
    lead = reviewer(region, "lead")
    with pytest.raises(UnknownRegistrationError):
        pictures.viewed(other, picture)
    with pytest.raises(UnknownRegistrationError):
        pictures.original(other, picture, lead)
    registry.wardrobe.remove(key, picture)
    with pytest.raises(UnknownRegistrationError):
        pictures.viewed(key, picture)
    assert pictures.original(key, picture, lead) == CAME, "what a reviewer once saw can be looked at again"


def test_a_picture_that_was_changed_on_the_disk_is_not_shown(region: Region, registry: Registry) -> None:
    key, picture, pictures = kept(registry)
    row = registry.case(key).item("M04").pictures[0]  # type: ignore[union-attr]
    sealed = region.store.files.read_intact(row.object) or b""
    spoil(region, row.object, sealed[:-1] + b"x")
    with pytest.raises(DamagedHereError):
        pictures.viewed(key, picture)


def test_the_originals_own_address(region: Region, registry: Registry) -> None:
    key, picture, _pictures = kept(registry)
    browser = Browser(region)
    address = f"/originals/{key.year}/{key.id}/{picture}"
    assert browser.get(address).status_code == 303, "nobody is signed in"
    assert browser.sign_in().status_code == 303
    assert browser.get(address).status_code == 403, "an ordinary reviewer"
    with region.store.write() as session:
        session.scalars(select(Reviewer)).one().role = "lead"
    response = browser.get(address)
    assert response.data == CAME
    assert response.mimetype == "application/octet-stream"
    assert response.headers["Content-Disposition"].startswith("attachment")
    other = registry.enrol(somebody(1))
    assert browser.get(f"/originals/{other.year}/{other.id}/{picture}").status_code == 404
    with region.store.write() as session:
        session.scalars(select(Reviewer)).one().role = "review"
    assert browser.get(address).status_code == 403, "the role was lost in the middle"
    assert acts(region) == ["original_denied", "original_viewed", "original_denied"]
