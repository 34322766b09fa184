"""What goes wrong is answered in words that say what to do next, and logged without personal data."""

import logging
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from local_db.errors import DiskFailedError, DiskFullError, LockedError, MissingBlobError, NoSuchVisitError
from tests.support.quiet_venue import QuietVenue, quiet_venue

SECRET = "欧阳测试990101199001010027"


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QuietVenue]:
    with quiet_venue(tmp_path_factory.mktemp("venue")) as opened:
        yield opened


@pytest.fixture
def broken(quiet: QuietVenue) -> Iterator[list[Exception]]:
    """A page that raises what is put into the list."""
    errors: list[Exception] = []

    def view() -> str:
        raise errors[0]

    view.access = quiet.app.view_functions["home.start"].access  # type: ignore[attr-defined]
    whole = quiet.app.view_functions["home.start"]
    quiet.app.view_functions["home.start"] = view
    yield errors
    quiet.app.view_functions["home.start"] = whole


@pytest.mark.parametrize("station", ["", "kiosk-1", "desk-1"])
@pytest.mark.parametrize(
    ("error", "status", "title", "advice"),
    [
        (
            DiskFullError("no room"),
            507,
            "The disk of the venue computer is full",
            "Tell the administrator to make room",
        ),
        (
            DiskFailedError("I/O error"),
            507,
            "The disk of the venue computer is failing",
            "back up, and replace the disk",
        ),
        (LockedError("busy"), 503, "Another program is using the venue", "Wait a moment and try again"),
        (NoSuchVisitError("no such visit"), 404, "This is not here", "search again"),
        (MissingBlobError("gone"), 404, "This is not here", "search again"),
        (RuntimeError(f"a bug with {SECRET}"), 500, "Something went wrong on the venue computer", "Try again"),
    ],
)
def test_every_failure_has_a_page(
    quiet: QuietVenue,
    broken: list[Exception],
    station: str,
    error: Exception,
    status: int,
    title: str,
    advice: str,
) -> None:
    broken.append(error)
    page = quiet.client(station).get("/")
    assert page.status_code == status
    assert title in page.text
    assert advice in page.text
    assert "Traceback" not in page.text
    assert SECRET not in page.text
    assert 'href="/"' in page.text, "a way back"
    assert f'data-device="{"kiosk" if station == "kiosk-1" else "desk"}"' in page.text


def test_the_same_page_speaks_chinese(quiet: QuietVenue, broken: list[Exception]) -> None:
    broken.append(DiskFullError("no room"))
    client = quiet.client("kiosk-1")
    client.set_cookie("kaodian_ui", "locale=zh_Hans_CN")
    assert 'lang="zh-Hans"' in client.get("/").text


@pytest.mark.parametrize(("path", "status"), [("/no/such/page", 404), ("/desk/next", 405), ("/visits/made-up/", 404)])
def test_a_wrong_address_has_a_page(quiet: QuietVenue, path: str, status: int) -> None:
    page = quiet.client("desk-1", "lead").get(path)
    assert page.status_code == status
    assert "Go to the start" in page.text


def test_a_fault_of_the_database_is_logged_without_what_was_to_be_saved(
    quiet: QuietVenue, broken: list[Exception], caplog: pytest.LogCaptureFixture
) -> None:
    with quiet.venue.database.reading() as session, pytest.raises(Exception, match="no such table") as caught:
        session.execute(text("INSERT INTO nowhere VALUES (:name)"), {"name": SECRET})
    assert isinstance(caught.value, Exception)
    broken.append(caught.value)
    with caplog.at_level(logging.DEBUG):
        assert quiet.client("desk-1", "lead").get("/").status_code == 500
    assert "fault at home.start" in caplog.text
    assert "no such table" in caplog.text
    assert SECRET not in caplog.text
