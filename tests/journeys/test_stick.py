"""The lead's page for sticks, and the commands on both sides: what people read and press on the whole way."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from kiosk.cli import main as kiosk
from kiosk.importing import import_file
from kiosk.settings import load_settings
from kiosk.venue import open_venue
from local_db.audit_models import AuditRow
from local_db.vault.vault import Vault
from local_db.vault.wrapping import Cost
from records.bundle_reply import REPLY_NAME
from region.cli import main as region
from rules.roster.demo import demo_people
from rules.roster.demo_files import write_csv
from tests.support.builders import DAY, DESK, photo, seal_always
from tests.support.post import Post
from tests.support.venue_rig import VenueRig, venue_rig
from tests.support.web_pages import Browser, Page

WORDS = "correct horse battery"
SETTINGS = """
[venue]
id = "V-1"
name = { zh = "测试考点", en = "Test venue" }

[region]
url = "http://127.0.0.1:9"
key_file = "region.key"

[stations.kiosk-1]
kind = "kiosk"
label = { zh = "一", en = "one" }
"""


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VenueRig]:
    with venue_rig(tmp_path_factory.mktemp("stick")) as rig:
        yield rig


@pytest.fixture
def post(rig: VenueRig) -> Post:
    """A stick at the place that the settings name."""
    stick = rig.home.parent / "stick"
    stick.mkdir(exist_ok=True)
    return Post(rig, stick)


@pytest.fixture
def lead(rig: VenueRig) -> Browser:
    return rig.browser("desk-1", "lead")


def press(lead: Browser, post: Post, form: str) -> Page:
    """Press a button of the page, and come back to it when what it began is over."""
    lead.press(lead.get("/lead/bundle/").form(form), f"disk={post.stick}")
    post.rig.venue.bundles.wait()
    return lead.page if form != "export-act" else lead.get("/lead/bundle/")


def test_the_lead_writes_prints_the_slip_and_reads_the_receipts_in(lead: Browser, post: Post) -> None:
    assert "carry the records on a stick" in lead.get("/lead/sending/").text
    person = post.finished()
    written = press(lead, post, "export-act")
    contents = post.contents
    assert contents.code in written.text
    assert f"{contents.size_bytes:,} bytes" in written.text
    before = len(post.rig.printed("desk-1"))
    assert "Printed. Please take it." in lead.press(written.form("slip-act")).text
    assert len(post.rig.printed("desk-1")) == before + 1
    page = lead.raw("GET", "/lead/bundle/slip.pdf")
    assert (page.status_code, page.content[:4]) == (200, b"%PDF")
    assert "The region has answered" not in written.text
    post.at_region()
    assert "The region has answered" in lead.get("/lead/bundle/").text
    read = press(lead, post, "receipts-act")
    assert f"Objects sent: {len(contents.objects)}, records accepted: 1, verdicts: 0." in read.text
    assert post.state_of(person) == "accepted"
    assert "they came before" in press(lead, post, "receipts-act").text
    with post.rig.venue.database.reading() as session:
        acts = set(session.scalars(select(AuditRow.act).where(AuditRow.act.startswith("bundle:"))))
    assert {"bundle:export", "bundle:slip", "bundle:answer"} <= acts


def test_receipts_that_lie_there_are_read_in_before_the_next_bundle(lead: Browser, post: Post) -> None:
    early = post.finished()
    press(lead, post, "export-act")
    post.at_region()
    late = post.finished()
    page = press(lead, post, "export-act")
    assert post.state_of(early) == "accepted"
    assert [one.digest for one in post.contents.records] == [late.visit.versions[0].digest]
    assert "The region has answered" not in page.text


def test_what_the_region_did_not_take_is_listed_with_what_to_do(lead: Browser, post: Post) -> None:
    person = post.finished()
    press(lead, post, "export-act")
    damaged = post.object(post.rig.venue.store.sealed_files(person.visit.id).popitem()[1].digest)
    damaged.write_bytes(b"something else")
    post.at_region()
    page = press(lead, post, "receipts-act")
    assert "What the region did not take" in page.text
    assert "Damaged on the stick: write the bundle once more" in page.text


def test_trouble_is_said_and_stays_said(lead: Browser, post: Post) -> None:
    post.finished()
    press(lead, post, "export-act")
    (post.folder / REPLY_NAME).write_bytes(b"{}")
    assert "not the region's word" in press(lead, post, "receipts-act").text
    elsewhere = post.rig.home.parent / "elsewhere"
    elsewhere.mkdir(exist_ok=True)
    assert (
        "The stick is not there" in lead.press(lead.get("/lead/bundle/").form("export-act"), disk=str(elsewhere)).text
    )
    assert list(elsewhere.iterdir()) == []
    away = post.stick.rename(post.stick.with_name("drawer"))
    assert "No stick is plugged in." in lead.get("/lead/bundle/").text
    away.rename(post.stick)
    book = post.rig.venue.bundles.book
    noted = book.last()
    book.note_last(noted.replace('"is_cut_off": false', '"is_cut_off": true'))
    assert "The last bundle was cut off." in lead.get("/lead/bundle/").text
    assert "cut off" not in press(lead, post, "export-act").text


def test_only_lead_and_administrator_carry_records(rig: VenueRig, post: Post) -> None:
    for staff, status in (("guide", 403), ("second", 403), ("admin", 200)):
        browser = rig.browser("desk-2", staff)
        assert browser.get("/lead/bundle/").status == status
        assert browser.raw("GET", "/lead/bundle/part").status_code == status


def at_venue(*words: str) -> Result:
    """What a command says; every one asks for the passphrase."""
    return CliRunner().invoke(kiosk, words, input=f"{WORDS}\n")


def at_region(*words: str) -> str:
    return CliRunner().invoke(region, words).output


def line_of(text: str, begins: str) -> str:
    return next(line for line in text.splitlines() if line.startswith(begins))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A venue and a region that were set up by their commands, with one sealed record."""
    monkeypatch.setenv("KAODIAN_HOME", str(tmp_path))
    (tmp_path / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "region.key").write_text("a key", encoding="ascii")
    Vault(tmp_path / "vault", cost=Cost(memory_kib=32, passes=1, lanes=1)).create(WORDS)
    (tmp_path / "region-sealing.pub").write_text(line_of(at_region("keys", "new"), "age1"), encoding="ascii")
    (tmp_path / "region-receipt.pub").write_text(at_region("receipt-key"), encoding="utf-8")
    public = line_of(at_venue("keys", "new").stdout, "ed25519:")
    at_region("add-venue", "V-1", "测试考点", "--signing-key", public)
    return tmp_path


def seal_one(home: Path) -> None:
    """Have one record finished, as if somebody had been there."""
    venue = open_venue(load_settings(home / "settings.toml", home), Vault(home / "vault").open(WORDS))
    try:
        write_csv(home / "roster.csv", demo_people(1, DAY, seed=7))
        import_file(venue, home / "roster.csv")
        reg_no = demo_people(1, DAY, seed=7)[0].reg_no
        arrival, _ticket = venue.store.open_visit(
            reg_no, venue.journey.profiles.pinned, DAY, "normal", photo(b"door"), DESK
        )
        assert venue.sealing.sealer is not None
        sealer = venue.sealing.sealer
        venue.store.save_evidence(
            arrival.id, arrival.last_seq, [photo()], DESK, lambda visit: seal_always(venue.store, visit, "V-1", sealer)
        )
    finally:
        venue.close()


def test_the_commands_do_the_same(home: Path) -> None:
    stick = home / "stick"
    nothing = at_venue("bundle", "export", str(stick))
    assert (nothing.exit_code, "no sealed record waits" in nothing.output) == (1, True)
    seal_one(home)
    missing = at_venue("bundle", "export", str(stick))
    assert (missing.exit_code, "the stick is not there" in missing.output) == (1, True)
    stick.mkdir()
    written = at_venue("bundle", "export", str(stick))
    assert written.exit_code == 0, written.output
    code = written.output.split("check code ")[1][:9]
    early = at_venue("bundle", "import", str(stick))
    assert (early.exit_code, "has not answered on this stick" in early.output) == (1, True)
    assert code in at_region("bundle", "import", str(stick))
    read = at_venue("bundle", "import", str(stick))
    assert "accepted now: 1" in read.output, read.output
    assert "Nothing is new in it" in at_venue("bundle", "import", str(stick)).output
