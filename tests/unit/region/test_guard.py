"""Every route denies whoever it does not know; forms need their token; sign-in locks."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from region.guard import OPEN_ENDPOINTS
from region.models import AuditLine
from tests.support.region_app import NAME, SECRET, Browser
from tests.support.region_places import everything_kept
from tests.support.region_records import sealed


def routes(region):
    """Every rule with made-up arguments, each with each of its methods."""
    adapter = region.app.url_map.bind("localhost")
    for rule in region.app.url_map.iter_rules():
        path = adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, "0" * 64), force_external=False)
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            yield rule.endpoint, method, path


def test_no_route_answers_a_stranger(region):
    asked = 0
    region.app.config["WTF_CSRF_ENABLED"] = False
    for endpoint, method, path in routes(region):
        answer = region.app.test_client().open(path, method=method)
        if endpoint in OPEN_ENDPOINTS:
            continue
        asked += 1
        if path.startswith("/api/"):
            assert answer.status_code == 401, path
        else:
            assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in"), path
    assert asked > 8
    assert region.app.test_client().get("/no/such/page").status_code == 303


def test_what_answers_a_stranger_is_known_by_name():
    screens = {"static", "sign_in.show", "sign_in.submit", "preferences.change"}
    signed = {"callback.take", "stand_in.show", "stand_in.pay"}
    assert screens | signed == OPEN_ENDPOINTS


def test_a_venue_key_opens_no_screen_and_a_session_opens_no_api(region, browser: Browser):
    headers = {"Authorization": "Bearer key-of-the-test-venue"}
    assert region.app.test_client().get("/records", headers=headers).status_code == 303
    assert browser.client.get("/api/v1/status").status_code == 401


def test_a_form_without_its_token_changes_nothing(region, browser: Browser):
    record, files = sealed()
    region.deliver(record, files)
    for path in (f"/records/{record.digest}/verdict", "/sign-out", "/preferences"):
        assert browser.client.post(path, data={"decision": "passed"}).status_code == 400
    assert region.get("/verdicts?since=0").json["verdicts"] == []
    assert browser.get("/records").status_code == 200


def test_every_answer_carries_the_protective_headers(region, browser: Browser):
    for path in ("/records", "/sign-in", "/no-such-page", "/api/v1/status"):
        headers = browser.get(path).headers
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert (headers["Cache-Control"], headers["X-Content-Type-Options"]) == ("no-store", "nosniff")
        assert headers["Referrer-Policy"] == "no-referrer"


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(region):
    visitor = Browser(region)
    cookie = visitor.sign_in().headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert cookie.startswith("kaodian_region_8090=")


def test_five_wrong_secrets_lock_for_five_minutes_even_for_the_right_one(region):
    visitor = Browser(region)
    wrong = [visitor.sign_in(secret="wrong") for _ in range(5)]
    locked = visitor.sign_in()
    unknown = visitor.sign_in(name="无此人")
    messages = {answer.text.split('role="alert"')[1].split("</div>")[0] for answer in [*wrong, locked, unknown]}
    assert {answer.status_code for answer in [*wrong, locked, unknown]} == {422}
    assert len(messages) == 1
    region.clock.advance(minutes=5, seconds=1)
    assert visitor.sign_in().status_code == 303


def test_a_success_forgives_earlier_failures(region):
    visitor = Browser(region)
    for _ in range(2):
        for _ in range(4):
            assert visitor.sign_in(secret="wrong").status_code == 422
        assert visitor.sign_in().status_code == 303
        visitor.post("/sign-out")


def test_sign_out_ends_the_session_for_a_kept_cookie_too(region, browser: Browser):
    cookie = browser.client.get_cookie("kaodian_region_8090")
    assert browser.post("/sign-out").status_code == 303
    stolen = region.app.test_client()
    stolen.set_cookie("kaodian_region_8090", cookie.value)
    assert stolen.get("/records").status_code == 303


@pytest.mark.parametrize("away", [{"minutes": 61}, {"hours": 13}])
def test_an_idle_session_ends(region, browser: Browser, away):
    region.clock.advance(**away)
    assert browser.get("/records").status_code == 303


def test_a_busy_session_ends_with_the_day(region, browser: Browser):
    for _ in range(23):
        region.clock.advance(minutes=30)
        assert browser.get("/records").status_code == 200
    region.clock.advance(minutes=31)
    assert browser.get("/records").status_code == 303


def test_an_unknown_host_is_not_served(region):
    assert region.app.test_client().get("/sign-in", headers={"Host": "elsewhere.example"}).status_code == 400


@pytest.mark.parametrize("away", ["//elsewhere.example/", "/\\elsewhere.example", "https://elsewhere.example", "/\t/x"])
def test_a_change_of_language_leads_nowhere_else(region, away):
    visitor = Browser(region, "zh_Hans_CN")
    visitor.get("/sign-in")
    answer = visitor.post("/preferences", locale="en", next=away)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert 'lang="en"' in visitor.get("/sign-in").text


def test_an_unknown_preference_is_ignored(region):
    visitor = Browser(region, "zh_Hans_CN")
    visitor.get("/sign-in")
    visitor.post("/preferences", locale="<script>", theme="contrast", next="/sign-in")
    page = visitor.get("/sign-in").text
    assert 'lang="zh-Hans"' in page
    assert 'data-theme="contrast"' in page


def test_the_audit_knows_who_did_what_and_cannot_be_changed(region, browser: Browser):
    record, files = sealed()
    region.deliver(record, files)
    browser.judge(record.digest, "passed")
    with region.store.read() as session:
        lines = session.scalars(select(AuditLine).order_by(AuditLine.seq)).all()
    acts = [line.act for line in lines]
    for act in ("record_stored", "record_accepted", "signed_in", "record_viewed", "verdict_passed"):
        assert act in acts
    assert not any("欧阳" in line.detail + line.subject for line in lines)
    for statement in ("UPDATE audit SET actor = ''", "DELETE FROM audit"):
        with pytest.raises(DatabaseError, match="append-only"), region.store.write() as session:
            session.execute(text(statement))


def test_names_and_secrets_are_not_kept_in_clear(region):
    content = b"".join(content for _name, content in everything_kept(region))
    assert NAME.encode() in content
    assert SECRET.encode() not in content
    assert b"key-of-the-test-venue" not in content
    assert (region.settings.home / "secret.key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "path", ["/records?venue=a%00b", "/records?reg_no=%00", "/records/%00", "/records/x/files/%00"]
)
def test_what_no_column_can_hold_is_no_error_of_the_server(browser: Browser, path):
    assert browser.get(path).status_code in (200, 400, 404)


def test_a_name_that_no_column_can_hold_signs_nobody_in(region):
    visitor = Browser(region)
    assert visitor.sign_in(name="a\0b").status_code in (400, 422)
