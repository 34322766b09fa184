"""What the region has not got is named, by hash, and a day that is closed without it says so."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from local_db.day_gate import DayState
from local_db.models import RecordRow
from local_db.sending_models import OutboxRow
from tests.support.builders import DAY
from tests.support.evenings import Evening, evening_at, ticket_of
from tests.support.rig_region import announced


@pytest.fixture
def evening(tmp_path: Path) -> Iterator[Evening]:
    with evening_at(tmp_path) as found:
        yield found


def text_of(pdf: bytes, folder: Path) -> str:
    path = folder / "report.pdf"
    path.write_bytes(pdf)
    assert shutil.which("pdftotext"), "poppler-utils is installed by scripts/test_system.py"
    return subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True).stdout.decode()


def test_without_line_and_stick_the_day_is_closed_with_reasons_and_says_so(evening: Evening, tmp_path: Path) -> None:
    rig = evening.rig
    person, inside = evening.crew.newcomer().walk(), evening.crew.newcomer()
    inside.arrive()
    rig.region.switch_off()
    (tmp_path / "stick").rename(tmp_path / "pocket")
    evening.press("begin")
    evening.decide(inside, "carry", reason="power")
    evening.press("settle")
    page = evening.press("reconcile")
    assert "Not sent yet" in page.text
    assert ticket_of(person) in page.text
    assert evening.states == "dtllll", "what is only queued is not done"
    assert "Write the reason down" in evening.waive("other").text
    evening.waive("other", "Wang Wu knows")
    assert "is not there. Plug it in" in evening.press("backup").text
    evening.waive("no_disk")
    assert "the region does not answer" in evening.press("confirm").text
    evening.waive("no_line")
    assert evening.states == "dwwwtl"
    evening.press("report")
    words = text_of(evening.lead.raw("GET", f"/lead/closing/{DAY}/report.pdf").content, tmp_path)
    for expected in ("NOT CONFIRMED BY THE REGION", "Day report", "no_line", "no_disk", "quick@1", "0.2.0"):
        assert expected in words, expected
    assert "Signature 1" in words
    assert ticket_of(inside) in words
    for someone in (person, inside):
        fields = someone.registration.fields
        assert not [name for name in ("name", "id_no", "mobile", "employer") if fields[name] in words]
        assert someone.registration.reg_no not in words
    assert "Wang Wu" not in words, "what somebody typed stays on this computer"
    evening.sign()
    assert evening.day.state is DayState.CLOSED
    assert [act.detail["reason"] for act in evening.acts("day:waived")] == ["other", "no_disk", "no_line"]

    rig.region.switch_on()
    rig.sync(2)
    assert person.visit.versions[-1].accepted_at is not None, "closing a day stops nothing on its way"


def test_what_is_missing_is_named_object_by_object_until_it_is_there(evening: Evening) -> None:
    rig = evening.rig
    good, bad, wrong = (evening.crew.newcomer().walk() for _person in range(3))
    good_digest, refused, misfit = (one.visit.versions[-1].digest for one in (good, bad, wrong))
    rig.region.line.mood = lambda environ: "refuse" if announced(environ) == refused else "well"
    rig.sync(2)
    with rig.venue.database.writing() as session:
        receipt = session.scalars(select(RecordRow.receipt).where(RecordRow.digest == good_digest)).one()
        session.execute(update(RecordRow).where(RecordRow.digest == misfit).values(receipt=receipt))
        file = session.scalars(select(OutboxRow).where(OutboxRow.kind == "file").order_by(OutboxRow.id).limit(1)).one()
        file.receipt, of_file = receipt, file.digest
    for step in ("begin", "settle"):
        evening.press(step)
    page = evening.press("reconcile")
    for words, digest in (("The region refuses it", refused), ("The receipt kept here does not fit", misfit)):
        assert words in page.text
        assert digest[:16] in page.text
    assert page.text.count("The receipt kept here does not fit") == 2
    assert of_file[:16] in page.text
    found = evening.day.found("reconcile")
    assert found is not None
    assert (found.detail["records"], found.detail["accepted"]) == (3, 1)

    evening.waive("waiting_for_region")
    evening.press("backup")
    assert "holds other records" in evening.press("confirm").text, "it has accepted two, and one receipt here is none"
    rig.region.line.mood = "well"
    rig.venue.outbox.send_again([refused])
    evening.lead.press(evening.page("reconcile").form(action=f"{DAY}/send"))
    rig.sync(3)
    again = evening.lead.press(evening.page("reconcile").form(action=f"{DAY}/reconcile"))
    assert "Everything was compared by hash" in again.text
    assert "The region confirms the day" in evening.press("confirm").text
    assert evening.states == "ddddtl", "what was left undone is done after all"


def test_an_object_that_changed_on_the_disk_is_named(evening: Evening) -> None:
    rig = evening.rig
    evening.crew.newcomer().walk()
    rig.sync(2)
    path = next(one for one in sorted((rig.home / "sealed").rglob("*")) if one.is_file())
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    for step in ("begin", "settle"):
        evening.press(step)
    page = evening.press("reconcile")
    assert "Damaged on this computer" in page.text
    assert path.name[:16] in page.text
