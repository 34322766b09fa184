"""The diagnostic bundle after a whole visit: useful, and nobody of the roster is in it."""

import io
import json
import logging
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from kiosk.diagnosis import make_bundle, save_bundle
from kiosk.event_log import PlainFormatter, keep_log, last_lines
from kiosk.settings import Settings
from kiosk.support_command import diagnose
from kiosk.venue import open_venue
from local_db.vault.keys import VenueKey
from tests.support.builders import KEY, START
from tests.support.candidates import Crew
from tests.support.venue_rig import REGION_KEY, STAFF, venue_rig

MADE = {
    "versions.json",
    "settings.json",
    "disk.json",
    "trouble.json",
    "doctor.json",
    "devices.json",
    "steps.json",
    "outbox.json",
    "sync.json",
    "audit.json",
    "conflicts.json",
    "schema.json",
    "tables.json",
    "log.txt",
}


@pytest.fixture(scope="module")
def crew(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    with venue_rig(tmp_path_factory.mktemp("venue"), people=30) as rig:
        yield Crew.at(rig)


def unzipped(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        assert bundle.testzip() is None
        return {name: bundle.read(name) for name in bundle.namelist()}


def test_a_whole_visit_leaves_nothing_personal_in_the_bundle(crew: Crew) -> None:
    rig = crew.rig
    handlers = list(logging.getLogger().handlers)
    keep_log(rig.home)
    person = crew.newcomer().walk().registration
    rig.region.line.mood = "refuse"
    rig.sync()
    _careless_lines(person.fields["name"], person.fields["id_no"])
    desk = rig.browser("desk-1", "admin")
    content = desk.press(desk.get("/audit/").form(action="/support/bundle")).response.content
    for handler in set(logging.getLogger().handlers) - set(handlers):
        handler.close()
        logging.getLogger().removeHandler(handler)
    parts = unzipped(content)
    assert set(parts) == MADE
    assert [part for part in parts.values() if b"not made" in part] == []
    assert json.loads(parts["steps.json"])["fingerprint"] >= 1
    assert "HTTP 422 malformed" in {one["error"] for one in json.loads(parts["outbox.json"])}
    assert b"careless line about" in parts["log.txt"]
    everything = b"\n".join(parts.values())
    found = [
        (one.reg_no, code) for one in rig.people for code, text in _secrets(one).items() if _is_in(text, everything)
    ]
    assert found == []
    hashes = [rig.venue.book.get(staff).pin_hash for staff in STAFF]  # type: ignore[union-attr]
    for secret in (*hashes, REGION_KEY, rig.region.url.removeprefix("http://").partition(":")[0], str(rig.home)):
        assert secret.encode() not in everything


def _careless_lines(name: str, id_no: str) -> None:
    """What somebody may write into the log one day without thinking."""
    log = logging.getLogger("careless")
    log.warning("a careless line about %s (%s), %d of them", name, id_no, 3)
    log.warning(f"a careless line about {name}, {id_no}")  # noqa: G004
    log.warning("%(name)s", {"name": name})
    try:
        {}[f"no such person: {name} {id_no}"]
    except KeyError:
        log.exception("a careless line about an error")


def _secrets(person) -> dict[str, str]:
    codes = ("name", "id_no", "mobile", "diploma_no", "employer", "school", "born_on")
    return {"reg_no": person.reg_no} | {code: person.fields[code] for code in codes if len(person.fields[code]) > 1}


def _is_in(text: str, content: bytes) -> bool:
    ways = (text.encode(), text.encode("gb18030"), json.dumps(text)[1:-1].encode(), text.encode("utf-16-le"))
    return any(way in content for way in ways)


def test_the_log_keeps_what_a_technician_needs(tmp_path: Path) -> None:
    formatter = PlainFormatter()
    try:
        Path("张三/没有").read_bytes()
    except FileNotFoundError as error:
        record = logging.LogRecord("kiosk", logging.ERROR, __file__, 1, "fault at %s: %s", ("desk.show", error), None)
        record.exc_info = (type(error), error, error.__traceback__)
    line = formatter.format(record)
    assert "ERROR kiosk: fault at desk.show: FileNotFoundError" in line
    assert "test_diagnosis.py:" in line
    assert "张三" not in line
    assert last_lines(tmp_path) == []


def test_a_bundle_is_saved_on_a_stick_and_read_back(crew: Crew, tmp_path: Path) -> None:
    content = make_bundle(crew.rig.venue.settings, crew.rig.venue)
    path = save_bundle(content, tmp_path / "stick", START)
    assert path.read_bytes() == content
    assert [one.name for one in path.parent.iterdir()] == ["kaodian-diagnosis-20260302-010000.zip"]


def nobody_there() -> VenueKey:
    raise click.Abort


def a_copy(crew: Crew, home: Path) -> Settings:
    """The settings of a venue of its own, with what the region had given to the other."""
    settings = crew.rig.venue.settings.model_copy(update={"home": home})
    home.mkdir()
    (home / "region.key").write_text(REGION_KEY, encoding="ascii")
    for name in ("region-receipt.pub", "region-sealing.pub"):
        shutil.copy(crew.rig.home / name, home / name)
    open_venue(settings, KEY).close()
    return settings


def test_without_the_passphrase_the_bundle_says_less(tmp_path: Path, crew: Crew) -> None:
    settings = a_copy(crew, tmp_path / "locked")
    parts = unzipped(diagnose(settings, tmp_path / "stick", nobody_there).read_bytes())
    assert json.loads(parts["trouble.json"]) == "Abort"
    assert "doctor.json" not in parts


def test_a_venue_that_cannot_be_opened_still_gives_a_bundle(tmp_path: Path, crew: Crew) -> None:
    settings = a_copy(crew, tmp_path / "broken")
    settings.database.write_bytes(b"this is no database at all" * 100)
    parts = unzipped(diagnose(settings, tmp_path / "stick", lambda: KEY).read_bytes())
    assert json.loads(parts["trouble.json"]) == "WrongKeyError"
    assert json.loads(parts["versions.json"])["packages"]["Flask"]
