"""The stick is full, locked or pulled out, or the program is killed: really, and the next try goes on where it was."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from records.stick import read_back, write
from region.bundles import Progress as RegionProgress
from sync.bundle import BundleSource
from sync.bundle_writing import Progress, write_bundle
from sync.errors import BundleError
from tests.faults.test_backup_disk import ballast, mount, unmount
from tests.support.builders import DESK
from tests.support.post import Post, figures
from tests.support.server import ROOT
from tests.support.venue_rig import VENUE_ID, VenueRig, venue_rig

STICK_MB, PEOPLE, KILLS = 8, 40, 4


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VenueRig]:
    with venue_rig(tmp_path_factory.mktemp("stick"), people=PEOPLE) as rig:
        yield rig


@pytest.fixture
def stick(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "stick"
    folder.mkdir()
    mount(folder, STICK_MB)
    yield folder
    while folder.is_mount():
        unmount(folder)


@pytest.fixture
def post(rig: VenueRig, stick: Path) -> Post:
    return Post(rig, stick)


def source(post: Post) -> BundleSource:
    venue = post.rig.venue
    return BundleSource(VENUE_ID, venue.bundles.book, venue.sealing.keys)


def export(post: Post, tell: Callable[[Progress], None]) -> None:
    write_bundle(source(post), post.stick, post.rig.clock.now, tell)


def once(act: Callable[[], object], when: Callable[[Progress], bool]) -> Callable[[Progress], None]:
    """Do something the first time that progress looks so."""
    done: list[bool] = []

    def tell(progress: Progress) -> None:
        if not done and when(progress):
            done.append(True)
            act()

    return tell


def objects_on(stick: Path) -> int:
    return len(list(stick.glob("*/objects/??/*")))


def test_a_stick_that_is_too_small_is_said_before_anything_is_written(post: Post, stick: Path) -> None:
    post.finished()
    filling = ballast(stick)
    with pytest.raises(BundleError, match=r"full: \d+ MB > 0 MB"):
        post.export()
    assert list(stick.iterdir()) == [filling]
    filling.unlink()
    contents = post.export()
    assert figures(post.at_region()) == {"new": len(contents.objects)}


def test_a_stick_that_fills_up_in_the_middle_keeps_what_it_has_and_goes_on_later(post: Post, stick: Path) -> None:
    for _person in range(4):
        post.finished()
    with pytest.raises(BundleError, match="full"):
        export(post, once(lambda: ballast(stick), lambda progress: progress.phase == "copy"))
    (stick / "ballast").unlink()
    before = objects_on(stick)
    report = post.rig.venue.bundles.export(stick, DESK)
    assert before + report.written == len(report.contents.objects) == objects_on(stick)
    assert not list(stick.rglob(".part-*"))
    assert figures(post.at_region()) == {"new": len(report.contents.objects)}


def test_a_locked_stick_is_said_on_both_sides(post: Post, stick: Path) -> None:
    person = post.finished()
    contents = post.export()
    post.finished()
    subprocess.run(["mount", "-o", "remount,ro", str(stick)], check=True)
    with pytest.raises(BundleError, match="read_only"):
        post.export()
    outcome = post.at_region()
    assert (figures(outcome), outcome.answer_trouble) == ({"new": len(contents.objects)}, "read_only")
    with pytest.raises(BundleError, match="no_answer"):
        post.back()
    subprocess.run(["mount", "-o", "remount,rw", str(stick)], check=True)
    assert figures(post.at_region()) == {"known": len(contents.objects)}
    post.back()
    assert post.state_of(person) == "accepted"


@pytest.fixture
def plug(tmp_path: Path, stick: Path) -> Iterator[Callable[[], None]]:
    """Plugs in, as often as wanted, a stick that keeps what is on it."""
    unmount(stick)
    (tmp_path / "cells").mkdir()

    def plug_in() -> None:
        subprocess.run(["mount", "--bind", str(tmp_path / "cells"), str(stick)], check=True)

    plug_in()
    yield plug_in
    unmount(stick)  # a mount of the same file system, which Python does not tell from a folder


def test_a_stick_pulled_out_while_it_is_written_goes_on_when_it_is_back(
    post: Post, stick: Path, plug: Callable[[], None]
) -> None:
    for _person in range(4):
        post.finished()
    for phase in ("copy", "check"):
        with pytest.raises(BundleError, match="missing"):
            export(post, once(lambda: unmount(stick), lambda progress, phase=phase: progress.phase == phase))
        assert list(stick.iterdir()) == [], "the mount point is the venue's own disk"
        with pytest.raises(BundleError, match="no_answer"):
            post.back()
        plug()
    report = post.rig.venue.bundles.export(stick, DESK)
    assert objects_on(stick) == len(report.contents.objects)
    assert figures(post.at_region()) == {"new": len(report.contents.objects)}


def test_a_stick_pulled_out_while_it_is_read_in_goes_on_when_it_is_back(
    post: Post, stick: Path, plug: Callable[[], None]
) -> None:
    people = [post.finished() for _person in range(6)]
    contents = post.export()

    def pull(progress: RegionProgress) -> None:
        if progress.done == len(contents.records):
            unmount(stick)

    (outcome,) = post.region_desk().read_in(stick, "r-test", pull)
    assert outcome.taken is not None
    assert (outcome.taken.trouble, outcome.answer_trouble) == ("missing", "missing")
    assert list(stick.iterdir()) == []
    plug()
    found = figures(post.at_region())
    assert found["known"] >= len(contents.records)
    assert sum(found.values()) == len(contents.objects)
    post.back()
    assert {post.state_of(person) for person in people} == {"accepted"}


def test_one_object_that_the_stick_does_not_give_holds_up_no_other(post: Post) -> None:
    person = post.finished()
    contents = post.export()
    spoiled = post.object(post.rig.venue.store.sealed_files(person.visit.id).popitem()[1].digest)
    spoiled.unlink()
    spoiled.mkdir()
    outcome = post.at_region()
    assert figures(outcome) == {"new": len(contents.objects) - 1, "refused": 1}
    assert [one.code for one in outcome.taken.of("refused")] == ["unreadable"]


def test_a_full_disk_at_the_region_is_said_and_the_rest_comes_later(post: Post, tmp_path: Path) -> None:
    people = [post.finished() for _person in range(4)]
    contents = post.export()
    files = post.rig.region.store.files.folder
    mount(files, 1)
    try:
        filling = ballast(files)
        outcome = post.at_region()
        assert outcome.taken.trouble == "storage_full"
        assert len(outcome.taken.fates) < len(contents.objects)
        filling.unlink()
        post.at_region()
        post.back()
        assert {post.state_of(person) for person in people} == {"accepted"}
    finally:
        unmount(files)


@pytest.fixture
def cells(tmp_path: Path, stick: Path) -> Iterator[Path]:
    """A stick with a file system of its own, plugged in; the file that stands for what is in its cells."""
    unmount(stick)
    path = tmp_path / "cells.img"
    path.write_bytes(bytes(STICK_MB * 1024 * 1024))
    subprocess.run(["mkfs.ext4", "-q", str(path)], check=True)
    if subprocess.run(["mount", "-o", "loop", str(path), str(stick)], check=False, capture_output=True).returncode:
        pytest.skip("no loop devices here: that reading back asks the stick cannot be shown")
    yield path
    unmount(stick)


def test_reading_back_asks_the_stick_and_not_the_memory(cells: Path, stick: Path) -> None:
    content = bytes(range(256)) * 512
    path = stick / "object"
    write(path, content)
    at = cells.read_bytes().index(content)
    with cells.open("r+b") as file:  # the stick has kept something else than it was given
        file.seek(at + 70_000)
        file.write(b"\x00\x00")
    assert read_back(path) != content


def test_a_killed_export_goes_on_where_it_was(post: Post, stick: Path) -> None:
    for _person in range(5):
        post.finished()
    command = [sys.executable, "-m", "tests.support.exporter", str(post.rig.home), str(stick), VENUE_ID]
    numbers = set()
    for steps in range(2, 2 + 3 * KILLS, 3):
        with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
            try:
                for _step in range(steps):
                    assert program.stdout.readline().startswith(("copy", "check"))
                    program.stdin.write("\n")
                    program.stdin.flush()
            finally:
                program.kill()
        numbers.add(post.contents.number)
    report = post.rig.venue.bundles.export(stick, DESK)
    assert numbers == {report.contents.number}, "it is one bundle all along"
    assert objects_on(stick) == len(report.contents.objects)
    assert not list(stick.rglob(".part-*"))
    assert figures(post.at_region()) == {"new": len(report.contents.objects)}
    assert post.back().taken.accepted == 5
