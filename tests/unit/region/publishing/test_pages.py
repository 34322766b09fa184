"""The pages of the profile: written, compared and published in a browser; what was typed is never lost."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from werkzeug.test import TestResponse

from region.publishing.commands import profile_commands
from region.publishing.drafting import begin_draft, drafts, read_draft
from region.publishing.issuing import Publication, publish
from region.publishing.versions import text_in_force, versions
from region.registry.changing import Actor
from region.registry.status import Role
from rules.materials.catalogue import catalogue
from tests.support.desks import ADMIN, LEAD, OTHER_ADMIN, Desk
from tests.support.region_app import Region, open_region
from tests.support.registry import registry_of, somebody

SOMEBODY = Actor("r-elsewhere", Role.ADMIN)
SHIPPED = (Path(__file__).resolve().parents[4] / "profiles" / "default.toml").read_text(encoding="utf-8")


def text(version: str = "2027-5", lock: str = "on_review") -> str:
    named = SHIPPED.replace('version = "2027-1"', f'version = "{version}"')
    return named.replace('lock = "on_submit"', f'lock = "{lock}"')


@pytest.fixture
def region(staffed_region: Region) -> Region:
    return staffed_region


@pytest.fixture
def desk(region: Region) -> Desk:
    return Desk(region, ADMIN)


def begun(desk: Desk, source: str = "") -> int:
    """Begin a draft by the page, with a file or with what is in force."""
    fields = {"with": "file", "file": (BytesIO(source.encode()), "mine.toml")} if source else {}
    desk.get("/profiles/")
    answer = desk.post("/profiles/drafts", **fields)
    assert answer.status_code == 303, answer.text
    return int(answer.headers["Location"].rpartition("/")[2])


def save(desk: Desk, seq: int, source: str, revision: int, then: str = "stay") -> TestResponse:
    return desk.post(f"/profiles/drafts/{seq}", source=source, revision=str(revision), then=then)


def issue(desk: Desk, seq: int, **fields: str) -> TestResponse:
    """Publish from the page that compares, with what it says was looked at."""
    page = desk.get(f"/profiles/drafts/{seq}/difference").text
    seen = {name: page.split(f'name="{name}" value="')[1].split('"')[0] for name in ("revision", "against")}
    return desk.post(f"/profiles/drafts/{seq}/publish", **{**seen, "reason": "按年度通知", **fields})


def test_drafted_by_one_and_published_by_another(desk: Desk, region: Region) -> None:
    seq = begun(desk, text())
    page = desk.get(f"/profiles/drafts/{seq}/difference").text
    assert "Another administrator publishes it" in page
    assert 'name="reason"' not in page
    other = Desk(region, OTHER_ADMIN)
    assert "publishing__line--new" in other.get(f"/profiles/drafts/{seq}/difference").text
    answer = issue(other, seq)
    assert answer.status_code == 303
    assert text_in_force(region.store).version == "2027-5"
    page = other.get(answer.headers["Location"]).text
    assert "In force" in page
    assert "按年度通知" in page
    assert ADMIN in page
    again = other.get(f"/profiles/drafts/{seq}")
    assert (again.status_code, again.headers["Location"]) == (303, answer.headers["Location"])


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ({"upload = true": "upload = false"}, 2),
        ({'mode = "combined"': 'mode = "on_site"'}, 2),
        ({'lock = "on_review"': 'lock = "on_deadline"'}, 0),
        ({'lock = "on_review"': 'lock = "on_submit"'}, 1),
    ],
)
def test_whom_a_version_shuts_out_is_told_before(
    desk: Desk, region: Region, changes: dict[str, str], count: int
) -> None:
    source, seq = text("2027-8"), begin_draft(region.store, SOMEBODY, text(), "x")
    publish(region.store, SOMEBODY, seq, Publication(1, versions(region.store)[0].digest, "原因"), four_eyes=False)
    registry = registry_of(region.store)
    registry.enrol(somebody(1))
    registry.submitted(0)
    for old, new in changes.items():
        source = source.replace(old, new)
    seq = begin_draft(region.store, SOMEBODY, source, "x")
    page = desk.get(f"/profiles/drafts/{seq}/difference").text
    assert (f"By this version {count} registration" in page) is bool(count)
    assert ("can no longer change pictures" in page) is bool(count)


def test_a_second_click_says_what_the_first_has_done(desk: Desk, region: Region) -> None:
    seq, other = begun(desk, text()), Desk(region, OTHER_ADMIN)
    wish = {"revision": "1", "against": versions(region.store)[0].digest, "reason": "原因"}
    first, second = (other.post(f"/profiles/drafts/{seq}/publish", **wish) for _click in range(2))
    assert first.status_code == second.status_code == 303
    assert first.headers["Location"] == second.headers["Location"]
    assert "published before" in other.get(second.headers["Location"]).text
    assert len([row for row in versions(region.store) if row.version == "2027-5"]) == 1


def test_mistakes_are_shown_with_line_and_key_and_the_draft_is_kept(desk: Desk, region: Region) -> None:
    wrong = text().replace('lock = "on_review"', 'lock = "never"').replace('"photo"]', '"photo", "iris"]')
    seq = begun(desk, wrong)
    page = desk.get(f"/profiles/drafts/{seq}").text
    line = wrong[: wrong.index('lock = "never"')].count("\n") + 1
    assert "2 mistakes" in page
    assert f"Line {line} of the text" in page
    assert "online.lock" in page
    assert "on_submit, on_review, on_deadline" in page
    page = desk.get(f"/profiles/drafts/{seq}/difference").text
    assert "2 mistakes" in page
    assert 'name="reason"' not in page
    sent = Desk(region, OTHER_ADMIN).post(
        f"/profiles/drafts/{seq}/publish", revision="1", against=versions(region.store)[0].digest, reason="x"
    )
    assert sent.status_code == 422
    assert save(desk, seq, "no = toml =", 1).status_code == 303
    assert "From this line on it cannot be read" in desk.get(f"/profiles/drafts/{seq}").text


def test_what_was_typed_stays_when_somebody_else_saved(desk: Desk, region: Region) -> None:
    seq, other = begun(desk, text()), Desk(region, OTHER_ADMIN)
    save(other, seq, text(lock="on_deadline"), 1)
    answer = save(desk, seq, text() + "# mine\n", 1)
    assert answer.status_code == 409
    assert "# mine" in answer.text
    assert "publishing__line--gone" in answer.text
    assert "on_deadline" in read_draft(region.store, seq).source
    assert save(desk, seq, text() + "# mine\n", 2, then="compare").headers["Location"].endswith("/difference")


def test_a_version_published_meanwhile_is_seen_before_the_next_one(desk: Desk, region: Region) -> None:
    seq, other = begun(desk, text()), Desk(region, OTHER_ADMIN)
    against = versions(region.store)[0].digest
    theirs = begin_draft(region.store, SOMEBODY, text("2027-6"), "x")
    publish(region.store, SOMEBODY, theirs, Publication(1, against, "原因"), four_eyes=False)
    answer = other.post(f"/profiles/drafts/{seq}/publish", revision="1", against=against, reason="我的原因")
    assert answer.status_code == 409
    assert "Another version was published meanwhile" in answer.text
    assert "我的原因" in answer.text
    assert "compared with 2027-6" in answer.text
    assert issue(other, seq).status_code == 303


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reason": ""}, "Write why"),
        ({"holds_from": "soon"}, "a day and time to come"),
        ({"holds_from": "2020-01-01T00:00"}, "a day and time to come"),
        ({"holds_from": "0001-01-01T00:00"}, "a day and time to come"),
    ],
)
def test_what_is_missing_is_said_at_its_field(desk: Desk, region: Region, fields: dict[str, str], words: str) -> None:
    seq = begun(desk, text())
    answer = issue(Desk(region, OTHER_ADMIN), seq, **fields)
    assert answer.status_code == 422
    assert words in answer.text
    assert fields.get("reason", "按年度通知") in answer.text


def yearly_fields(**other: str) -> dict[str, str]:
    usual = {"version": "2028-1", "mode": "combined", "upload": "yes", "lock": "on_deadline", "shown": "at_once"}
    return {**usual, "min_kb": "20", "max_kb": "120", "need-M05": "required", "need-M27": "", **other}


def test_what_changes_every_year_is_changed_without_the_text(desk: Desk, region: Region) -> None:
    seq = begun(desk, text())
    page = desk.get(f"/profiles/drafts/{seq}/yearly").text
    assert all(f'name="need-{code}"' in page for code in catalogue().materials)
    answer = desk.post(f"/profiles/drafts/{seq}/yearly", revision="1", **yearly_fields())
    assert answer.headers["Location"].endswith("/difference")
    source = read_draft(region.store, seq).source
    assert 'version = "2028-1"' in source
    assert 'lock = "on_deadline"' in source
    assert "max_kb = 120" in source
    assert '"M27"' not in source
    assert '"M05"' in source
    page = desk.get(f"/profiles/drafts/{seq}/difference").text
    assert 'id="mistakes"' not in page
    for wrong in ({"max_kb": "x"}, {"min_kb": "500"}, {"version": ""}, {"lock": "never"}, {"revision": "1"}):
        answer = desk.post(
            f"/profiles/drafts/{seq}/yearly", **{"revision": "2", **yearly_fields(max_kb="130"), **wrong}
        )
        assert answer.status_code == (409 if "revision" in wrong else 422), wrong
        assert ('value="130"' in answer.text) is ("max_kb" not in wrong)
    begun_wrong = begun(desk, "a = ")
    assert "Mend the mistakes" in desk.get(f"/profiles/drafts/{begun_wrong}/yearly").text


def handed_in(desk: Desk, content: bytes) -> TestResponse:
    """Hand a file in as a browser does; the test client itself keeps large ones in files that it never closes."""
    desk.get("/profiles/")
    parts = [(b'name="csrf_token"', desk._token.encode()), (b'name="with"', b"file")]
    parts.append((b'name="file"; filename="x.toml"', content))
    body = b"".join(b"--x\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n" % part for part in parts) + b"--x--\r\n"
    return desk.client.post("/profiles/drafts", data=body, content_type="multipart/form-data; boundary=x")


@pytest.mark.parametrize(
    ("content", "status"), [(b"", 422), (b"\xff\xfe\0x", 422), (b"#" * 600_000, 422), (b"#" * 2_000_000, 413)]
)
def test_files_that_are_none_are_refused_in_words(desk: Desk, region: Region, content: bytes, status: int) -> None:
    assert handed_in(desk, content).status_code == status
    assert drafts(region.store) == []


def test_a_long_text_goes_through_the_form(desk: Desk, region: Region) -> None:
    seq, long = begun(desk, text()), text() + "# 字\n" * 3000
    assert save(desk, seq, long, 1).status_code == 303
    assert read_draft(region.store, seq).source == long


def test_no_other_role_and_no_other_site_gets_here(desk: Desk, region: Region) -> None:
    seq = begun(desk, text())
    lead = Desk(region, LEAD)
    assert lead.get("/profiles/").status_code == 403
    assert lead.get(f"/profiles/drafts/{seq}").status_code == 403
    assert desk.client.post(f"/profiles/drafts/{seq}/publish", data={"reason": "x"}).status_code == 400
    for path in ("/profiles/" + "0" * 64, "/profiles/drafts/4711", "/profiles/drafts/4711/difference"):
        assert desk.get(path).status_code == 404
    desk.get("/profiles/")
    assert desk.post(f"/profiles/drafts/{seq}/drop").status_code == 303
    assert desk.post(f"/profiles/drafts/{seq}/drop").status_code == 303
    assert drafts(region.store) == []


def test_one_administrator_is_enough_where_the_setting_says_so(region: Region) -> None:
    alone = open_region(replace(region.settings, profile_four_eyes=False), region.clock)
    try:
        desk = Desk(alone, ADMIN)
        seq = begun(desk, text())
        assert issue(desk, seq).status_code == 303
    finally:
        alone.store.close()


def test_the_commands_do_the_same(region: Region, tmp_path: Path) -> None:
    def run(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(profile_commands, words, obj=region.settings)
        return done.exit_code, done.output

    mine, wrong = tmp_path / "mine.toml", tmp_path / "wrong.toml"
    mine.write_text(text(), encoding="utf-8")
    wrong.write_text(text().replace("max_kb = 200", "max_kb = 1"), encoding="utf-8")
    code, said = run("check", str(wrong))
    assert code == 1
    assert "wrong.toml:" in said
    assert "materials.max_kb" in said
    assert run("check", str(mine)) == (0, "Version 2027-5 of default: no mistake.\n")
    code, said = run("draft", str(mine), "--by", ADMIN)
    number = said.split()[1].rstrip(".:")
    assert "2027-5" in run("compare", number)[1]
    assert "second person" in run("publish", number, "--by", ADMIN, "--reason", "x")[1].lower()
    code, said = run("publish", number, "--by", OTHER_ADMIN, "--reason", "按通知", "--from", "2030-01-01 00:00")
    assert code == 1
    code, said = run("publish", number, "--by", OTHER_ADMIN, "--reason", "按通知")
    assert code == 0, said
    assert text_in_force(region.store).version == "2027-5"
    assert "in_force" in run("list")[1]
    assert run("show", "2027-5")[1] == text()
    assert "测试考点" in run("venues")[1]
    assert "no administrator" in run("draft", str(mine), "--by", LEAD)[1]
    number = run("take-back", "2027-5", "--by", ADMIN)[1].split()[1].rstrip(".:")
    assert 'version = "2027-6"' in read_draft(region.store, int(number)).source
    assert run("save", number, str(wrong), "--by", ADMIN)[0] == 0
    assert "max_kb = 1\n" in read_draft(region.store, int(number)).source
    assert run("drop", number, "--by", ADMIN)[0] == 0
    assert "thrown away" in run("drop", number, "--by", ADMIN)[1]
