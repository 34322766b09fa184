"""A visit is finished under the profile it began with, whatever the region changes meanwhile."""

from pathlib import Path

from kiosk.settings import PROFILES
from tests.support.candidates import Candidate, Crew
from tests.support.venue_rig import venue_rig


def test_a_visit_keeps_its_profile_while_the_file_changes(tmp_path: Path) -> None:
    with venue_rig(tmp_path, people=3) as rig:
        crew = Crew.at(rig)
        person = crew.newcomer()
        person.arrive()
        rig.stop()
        source = (PROFILES / "default.toml").read_text(encoding="utf-8")
        shorter = source.replace('"signature", "fingerprint", "photo"]', '"signature"]').replace("2027-1", "2027-2")
        lines = shorter.splitlines(keepends=True)
        kept = "".join(lines[: next(n for n, line in enumerate(lines) if line.startswith("[fingerprint]"))])
        (rig.home / "profiles").mkdir()
        (rig.home / "profiles" / "default.toml").write_text(kept, encoding="utf-8")
        rig.open()

        newcomer = crew.newcomer()
        newcomer.arrive()
        assert list(newcomer.states) == ["arrival", "form", "consent", "materials", "signature"]
        again = Candidate(crew, person.registration)
        assert list(again.states)[-2:] == ["fingerprint", "photo"]
        again.walk()
        newcomer.walk()
        rig.sync()
        for one, version in ((again, "2027-1"), (newcomer, "2027-2")):
            with rig.region.reviewer() as reviewer:
                assert reviewer.get(f"/records/{one.visit.versions[0].digest}").status == 200
            assert one.visit.versions[0].accepted_at is not None
            assert rig.venue.journey.profile(one.visit).version == version
