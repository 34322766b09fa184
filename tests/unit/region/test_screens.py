"""What reviewers see."""

import pytest

from records.canonical import digest_bytes
from records.evidence import Attachment, Evidence
from region.worklist import PAGE_SIZE
from tests.support.region_app import Browser
from tests.support.region_places import spoil
from tests.support.region_records import AT, opened, ordinary_evidence, picture, sealed


def rows(page):
    return [line.split(">")[-1] for line in page.text.split("</a></th>")[:-1]]


def exceptional():
    shot = Attachment.of("picture", "image/png", picture(10))
    return [
        *ordinary_evidence(picture()),
        Evidence("consent", AT, {"decision": "refused", "text_version": "2026-01"}, part="fingerprint"),
        Evidence("arrival", AT, {"slot": "late", "override_reason": "traffic", "override_by": "lead-1"}),
        Evidence("materials", AT, {"verdict": "pending", "reason": "expired", "due_on": "2026-03-09"}, part="M05"),
        Evidence("correction", AT, {"state": "accepted", "old": "x", "new": "测试二院"}, part="employer"),
        Evidence(
            "fingerprint",
            AT,
            {"reason": "injured", "second_staff": "review2-1"},
            part="exemption:11",
            attachments=(shot,),
        ),
    ]


def test_a_record_is_shown_with_facts_pictures_trail_and_integrity(region, browser: Browser):
    record, files = sealed()
    region.deliver(record, files)
    page = browser.get(f"/records/{record.digest}")
    for words in ("欧阳测试", "990101199101010027", "Work unit", "测试医院", "Left index finger, try 1", "booth-1"):
        assert words in page.text
    assert "None: every step went the ordinary way." in page.text
    assert record.digest in page.text
    assert f"{len(files)} of {len(files)} files" in page.text
    assert "Signed by the venue" in page.text
    for file in opened(record, files).files:
        assert f"/records/{record.digest}/files/{file.object}" in page.text


def test_exceptions_stand_out_and_can_be_filtered(region, browser: Browser):
    plain, plain_files = sealed("R0001")
    odd, odd_files = sealed("R0002", exceptional())
    region.deliver(plain, plain_files)
    region.deliver(odd, odd_files)
    page = browser.get(f"/records/{odd.digest}").text.split('id="facts"')[0]
    for words in ("Consent refused", "Override by staff", "Material to be handed in later", "Correction", "Exemption"):
        assert words in page
    assert "Exceptions</span> (5)" in page or "Exceptions (5)" in page
    assert "Right thumb" in page
    assert rows(browser.get("/records?exceptions=yes")) == ["R0002"]


def test_pictures_are_served_to_reviewers_only_and_never_kept(region, browser: Browser):
    record, files = sealed()
    region.deliver(record, files)
    for file in opened(record, files).files:
        path = f"/records/{record.digest}/files/{file.object}"
        answer = browser.get(path)
        assert digest_bytes(answer.data) == file.digest
        assert answer.headers["Cache-Control"] == "no-store"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        is_picture = file.media_type == "image/png"
        assert answer.mimetype == ("image/png" if is_picture else "application/octet-stream")
        assert ("attachment" in answer.headers.get("Content-Disposition", "")) is not is_picture
        assert region.app.test_client().get(path).status_code == 303


def test_a_file_is_served_only_under_a_record_that_names_it(region, browser: Browser):
    one, one_files = sealed("R0001")
    two, two_files = sealed("R0002", ordinary_evidence(picture(77)))
    region.deliver(one, one_files)
    region.deliver(two, two_files)
    only_two = next(digest for digest in two_files if digest not in one_files)
    assert browser.get(f"/records/{one.digest}/files/{only_two}").status_code == 404
    assert browser.get(f"/records/{'0' * 64}/files/{only_two}").status_code == 404


def test_a_damaged_file_is_shown_as_missing_not_as_it_is(region, browser: Browser):
    record, files = sealed()
    region.deliver(record, files)
    digest = record.objects[-1].digest
    spoil(region, digest, b"x" * len(files[digest]))
    assert browser.get(f"/records/{record.digest}/files/{digest}").status_code == 404


@pytest.mark.parametrize("path", ["/records/zzz", "/records/" + "0" * 64, "/records/../../etc/passwd", "/nothing"])
def test_an_unknown_address_says_so_in_words(browser: Browser, path):
    answer = browser.get(path)
    assert answer.status_code == 404
    assert "There is nothing at this address." in answer.text


def test_the_list_goes_page_by_page_and_back(region, browser: Browser):
    numbers = [f"R{number:04}" for number in range(PAGE_SIZE + 3)]
    for number in numbers:
        region.deliver(*sealed(number, []))
    first = browser.get("/records")
    assert rows(first) == numbers[:PAGE_SIZE]
    second = browser.get(f"/records?state=waiting&after={PAGE_SIZE}")
    assert rows(second) == numbers[PAGE_SIZE:]
    assert f"before={PAGE_SIZE + 1}" in second.text
    assert rows(browser.get(f"/records?before={PAGE_SIZE + 1}")) == numbers[:PAGE_SIZE]


def test_the_list_is_filtered_by_state_venue_and_number(region, browser: Browser):
    complete, files = sealed("R0001")
    region.deliver(complete, files)
    partial, _ = sealed("R0002", ordinary_evidence(picture(5)))
    region.put(f"/records/{partial.digest}", partial.content)
    judged, judged_files = sealed("Q0003")
    region.deliver(judged, judged_files)
    browser.judge(judged.digest, "refused", reason="r")
    assert rows(browser.get("/records")) == ["R0001"]
    assert rows(browser.get("/records?state=incomplete")) == [partial.digest[:12]], "nobody knows yet whose it is"
    assert rows(browser.get("/records?state=refused")) == ["Q0003"]
    assert rows(browser.get("/records?state=all")) == ["R0001", partial.digest[:12], "Q0003"]
    assert rows(browser.get("/records?state=all&reg_no=Q0003")) == ["Q0003"]
    assert rows(browser.get("/records?state=all&reg_no=Q")) == []
    assert rows(browser.get("/records?state=all&reg_no=%25")) == []
    assert rows(browser.get("/records?state=all&venue=V-OTHER")) == []


def test_what_a_venue_wrote_is_shown_as_text(region, browser: Browser):
    record, files = sealed("R0001", [Evidence("form", AT, {"<b>key</b>": "<script>alert(1)</script>"})])
    region.deliver(record, files)
    page = browser.get(f"/records/{record.digest}").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
