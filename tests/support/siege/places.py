"""The folders of a venue and its region, furnished once and copied for every day of a siege."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from kiosk.importing import import_file
from kiosk.key_commands import opened_keys
from kiosk.opening import key_of, vault_at
from kiosk.settings import Settings, load_settings
from kiosk.venue import open_venue
from local_db.clock import Clock
from local_db.vault.keys import VenueKey
from region.keys import make_key
from region.settings import Settings as RegionSettings
from region.signers import enrol
from region.signing import public_text, receipt_signer
from region.store import open_store
from region.venues import add_venue
from rules.roster.demo import demo_people
from rules.roster.demo_files import write_csv

VENUE, REGION_KEY = "V-SIEGE", "key-of-the-besieged-venue"
SETTINGS = f"""demo = true  # so that its key lies beside it and every process can open it

[venue]
id = "{VENUE}"
name = {{ zh = "演练考点", en = "Besieged venue" }}
profile = "siege"

[region]
url = "http://127.0.0.1:9"
key_file = "region.key"

[stations.desk-1]
kind = "desk"
label = {{ zh = "一号台", en = "Desk 1" }}
"""
PROFILE = """id = "siege"
version = "1"
name = { zh = "演练流程", en = "Siege" }
steps = ["arrival", "consent", "photo"]

[removal]
biometrics = "when_accepted"
days = 0

[[consent.notices]]
kind = "general"
version = "1"
required = true
title = { zh = "告知", en = "Notice" }
body = { zh = "告知", en = "Notice" }

[[consent.notices]]
kind = "face"
version = "1"
title = { zh = "照片", en = "Picture" }
body = { zh = "照片", en = "Picture" }
"""


@dataclass(frozen=True, slots=True)
class Places:
    """One venue and its region, under one folder."""

    folder: Path

    @property
    def venue(self) -> Path:
        """The venue's home."""
        return self.folder / "venue"

    @property
    def region(self) -> Path:
        """The region's home."""
        return self.folder / "region"

    @property
    def log(self) -> Path:
        """What both have logged."""
        return self.folder / "log"

    def settings(self, region_url: str = "") -> Settings:
        """The venue's settings; the region is to be found at this address."""
        environment = {"KAODIAN_REGION_URL": region_url} if region_url else {}
        return load_settings(self.venue / "settings.toml", self.venue, environment)

    def key(self) -> VenueKey:
        """The venue's key."""
        return key_of(vault_at(self.settings()))

    def copied(self, to: Path) -> "Places":
        """Return the same places once more, elsewhere."""
        shutil.copytree(self.folder, to)
        return Places(to)


def furnish(folder: Path, people: int) -> Places:
    """Make a venue with people on its roster and a region that knows it."""
    places = Places(folder)
    (places.venue / "profiles").mkdir(parents=True)
    (places.venue / "settings.toml").write_text(SETTINGS, "utf-8")
    (places.venue / "profiles" / "siege.toml").write_text(PROFILE, "utf-8")
    store = open_store(RegionSettings(places.region))
    add_venue(store, VENUE, "演练考点", REGION_KEY)
    (places.venue / "region.key").write_text(REGION_KEY, "ascii")
    (places.venue / "region-sealing.pub").write_text(make_key(store), "ascii")
    (places.venue / "region-receipt.pub").write_text(public_text(receipt_signer(places.region)), "utf-8")
    with opened_keys(places.settings(), places.key()) as keys:
        enrol(store, VENUE, keys.make().public)
    store.close()
    _import_roster(places, people)
    return places


def _import_roster(places: Places, people: int) -> None:
    venue = open_venue(places.settings(), places.key())
    today = Clock().now().astimezone(venue.settings.zone).date()
    write_csv(places.folder / "roster.csv", demo_people(people, today, seed=7))
    import_file(venue, places.folder / "roster.csv")
    venue.close()


def registrations(places: Places) -> list[str]:
    """Return the registration numbers on the roster."""
    lines = (places.folder / "roster.csv").read_text("utf-8-sig").splitlines()
    column = lines[0].split(",").index("报名号")
    return [line.split(",")[column] for line in lines[1:]]
