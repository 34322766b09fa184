"""Every address of the venue says who may open it, and keeps everybody else out."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from kiosk.auth import COOKIE, Access
from local_db.staff import SESSION_LIFE
from local_db.visits import Visit
from tests.support.quiet_venue import ROLES, QuietVenue, quiet_venue

PUBLIC = {"home.start", "home.pair", "preferences.change"}


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QuietVenue]:
    with quiet_venue(tmp_path_factory.mktemp("venue")) as opened:
        yield opened


@pytest.fixture(scope="module")
def visit(quiet: QuietVenue) -> Visit:
    return quiet.arrived()


def access(quiet: QuietVenue, endpoint: str) -> Access:
    found: Access = getattr(quiet.app.view_functions[endpoint], "access")  # noqa: B009 - views carry it dynamically
    return found


def routes(quiet: QuietVenue, visit: str) -> Iterator[tuple[str, str, str, set[str]]]:
    """Every rule's endpoint, methods and address, with made-up arguments but a visit that is there."""
    adapter = quiet.app.url_map.bind("localhost")
    given = {
        "visit_id": visit,
        "step_id": "form",
        "digest": "0" * 64,
        "picture_id": "2027-0",
        "help_id": 1,
        "name": "report.csv",
        "kind": "ticket",
        "role": "camera",
        "day": "2026-03-02",
        "step": "settle",
        "key": "0" * 32,
        "settlement": 1,
    }
    for rule in quiet.app.url_map.iter_rules():
        if rule.endpoint != "static":
            path = adapter.build(rule.endpoint, {name: given[name] for name in rule.arguments})
            for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
                yield rule.endpoint, method, path, set(rule.arguments)


def test_every_page_says_who_may_open_it(quiet: QuietVenue) -> None:
    views = {endpoint: view for endpoint, view in quiet.app.view_functions.items() if endpoint != "static"}
    assert [endpoint for endpoint, view in views.items() if not hasattr(view, "access")] == []
    assert {endpoint for endpoint in views if access(quiet, endpoint).level == "public"} == PUBLIC
    known = {role for endpoint in views for role in access(quiet, endpoint).roles}
    assert known <= set(ROLES)


def test_a_page_that_does_not_say_is_closed_to_everybody(quiet: QuietVenue) -> None:
    view = quiet.app.view_functions["desk.show"]
    quiet.app.view_functions["desk.show"] = lambda: "open"
    try:
        assert quiet.client("desk-1", "lead").get("/desk/").status_code == 403
    finally:
        quiet.app.view_functions["desk.show"] = view


def test_no_address_answers_a_browser_that_is_not_paired(quiet: QuietVenue, visit: Visit) -> None:
    asked = 0
    for endpoint, method, path, _arguments in routes(quiet, visit.id):
        if endpoint in PUBLIC:
            continue
        for client in (quiet.client(), _with_cookie(quiet, "made-up")):
            answer = client.open(path, method=method)
            assert (answer.status_code, answer.headers.get("Location")) == (303, "/pair"), (method, path)
            asked += 1
    assert asked > 80


def _with_cookie(quiet: QuietVenue, token: str) -> FlaskClient:
    client = quiet.client()
    client.set_cookie(COOKIE, token)
    return client


def test_no_staff_page_answers_a_kiosk(quiet: QuietVenue, visit: Visit) -> None:
    kiosk = quiet.client("kiosk-1", visit=visit.id)
    asked = 0
    for endpoint, method, path, _arguments in routes(quiet, visit.id):
        if access(quiet, endpoint).level == "staff":
            answer = kiosk.open(path, method=method)
            assert (answer.status_code, answer.headers.get("Location")) == (303, "/sign-in"), (method, path)
            asked += 1
    assert asked > 15


def test_no_page_of_a_visit_answers_a_kiosk_with_somebody_else_or_nobody(quiet: QuietVenue, visit: Visit) -> None:
    other = quiet.arrived(1)
    asked = 0
    for endpoint, method, path, arguments in routes(quiet, visit.id):
        if "visit_id" in arguments and access(quiet, endpoint).level == "paired":
            for station in ("kiosk-2", "booth-1", "board-1"):
                for before in (other.id, None):
                    answer = quiet.client(station, visit=before).open(path, method=method)
                    assert answer.status_code == 403, (method, path, station)
                    assert "This is not allowed here" in answer.text
                    asked += 1
    assert asked > 50
    assert quiet.venue.store.visit(visit.id).last_seq == visit.last_seq


@pytest.mark.parametrize("role", ROLES)
def test_no_page_answers_staff_of_another_role(quiet: QuietVenue, visit: Visit, role: str) -> None:
    desk = quiet.client("desk-1", role.lower())
    for endpoint, method, path, _arguments in routes(quiet, visit.id):
        allowed = access(quiet, endpoint).roles
        if access(quiet, endpoint).level == "staff" and allowed and role not in allowed:
            assert desk.open(path, method=method).status_code == 403, (method, path)


@pytest.mark.parametrize("role", ["ADMIN", "AUDIT"])
def test_who_keeps_devices_or_reads_the_log_sees_no_candidate(quiet: QuietVenue, visit: Visit, role: str) -> None:
    desk = quiet.client("desk-1", role.lower())
    name = visit.registration.fields["name"]
    for endpoint, method, path, arguments in routes(quiet, visit.id):
        if "visit_id" in arguments or endpoint.startswith(("search", "arrivals")):
            answer = desk.open(path, method=method)
            assert answer.status_code in (403, 404), (method, path, answer.status_code)
            assert name not in answer.text


def test_a_pairing_ends_with_the_day_and_with_its_station(quiet: QuietVenue) -> None:
    client = quiet.client("desk-1", "lead")
    assert client.get("/desk/").status_code == 200
    quiet.clock.time += SESSION_LIFE + timedelta(seconds=1)
    assert client.get("/desk/").headers["Location"] == "/pair"
    quiet.clock.time -= SESSION_LIFE + timedelta(seconds=1)
    removed = quiet.client("desk-9", "lead")
    for path in ("/desk/", "/", "/lead/", "/devices/"):
        assert removed.get(path).headers["Location"] == "/pair"


def test_signing_out_and_unpairing_end_what_was_open(quiet: QuietVenue, visit: Visit) -> None:
    client = quiet.client("desk-1", "lead")
    client.post("/sign-out")
    assert client.get("/desk/").headers["Location"] == "/sign-in"
    assert client.get(f"/visits/{visit.id}/").status_code == 403
    client.post("/unpair")
    assert client.get("/sign-in").headers["Location"] == "/pair"


def test_someone_who_no_longer_works_here_is_signed_out_at_once(quiet: QuietVenue) -> None:
    quiet.venue.book.add("leaver", "已离岗", "no hash", ["LEAD"])
    client = quiet.client("desk-1", "leaver")
    assert client.get("/lead/").status_code == 200
    with quiet.venue.database.writing() as session:
        session.connection().exec_driver_sql("UPDATE staff SET active = 0 WHERE id = 'leaver'")
    assert client.get("/lead/").headers["Location"] == "/sign-in"


def test_forms_need_their_token(quiet: QuietVenue, visit: Visit) -> None:
    quiet.app.config["WTF_CSRF_ENABLED"] = True
    try:
        desk = quiet.client("desk-1", "lead")
        for _endpoint, method, path, _arguments in routes(quiet, visit.id):
            if method == "POST":
                assert desk.post(path, data={"reason": "x"}).status_code == 400, path
    finally:
        quiet.app.config["WTF_CSRF_ENABLED"] = False


def test_every_answer_carries_the_protective_headers(quiet: QuietVenue, visit: Visit) -> None:
    desk = quiet.client("desk-1", "lead")
    for path in ("/pair", "/desk/", f"/visits/{visit.id}/overview", "/no/such/page"):
        headers = desk.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("target", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:1"])
def test_no_redirect_leaves_the_venue(quiet: QuietVenue, target: str) -> None:
    answer = quiet.client("kiosk-1").post("/preferences/", data={"locale": "en", "next": target})
    assert answer.headers["Location"] == "/"
    answer = quiet.client("kiosk-1").post("/kiosk/help", data={"next": target})
    assert answer.headers["Location"] == "/"
