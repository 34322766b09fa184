"""A region with candidates' pages and an account provider beside them, without a network; and a candidate's browser."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import httpx
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from records.registration import Registration
from region.app import create_app
from region.portal.app import PATH as PORTAL
from region.provider.app import PASSWORD, create_provider
from region.provider.app import PATH as PROVIDER
from region.provider.server import Account, Portal, Provider
from region.registry.changing import Key
from region.registry.models import ProfileRow
from region.registry.reading import find
from region.registry.rules import Rules, parse_rules
from region.settings_tables import NoticesTable, SignInTable
from region.store import Store
from tests.support.pages import coded, page
from tests.support.region_app import CSRF, Region
from tests.support.registry import Registry, registry_of, rules, somebody

SECRET = "secret-of-the-portal"
CLIENT = "portal-of-the-test"
ISSUER = f"http://localhost{PROVIDER}"
BACK = f"http://localhost{PORTAL}/sign-in/back"
PAPER = coded(page(600, 800), quality=80)
STATE = re.compile(r"[?&]state=([^&]+)")


@dataclass(frozen=True, slots=True)
class PortalRegion:
    """A region whose candidates can sign in."""

    region: Region
    provider: Provider
    registry: Registry

    @property
    def store(self) -> Store:
        return self.region.store

    def browser(self, locale: str = "en") -> "Candidate":
        """A browser that is not signed in."""
        return Candidate(self, locale)

    def signed_in(self, number: int = 0, **fields: str) -> "Candidate":
        """A browser of somebody who is registered and signed in."""
        person = somebody(number, **fields)
        self.registry.enrol(person)
        browser = self.browser()
        browser.sign_in(person)
        return browser


class Candidate:
    """A candidate's browser: keeps cookies, follows nothing by itself, sends forms with their token."""

    def __init__(self, home: PortalRegion, locale: str) -> None:
        self.client: FlaskClient = home.region.app.test_client()
        self.client.set_cookie(f"kaodian_region_ui_{home.region.settings.port}", f"locale:{locale}")
        self._token = ""

    def get(self, path: str, **options: object) -> TestResponse:
        """Open a page of the portal, or a whole address."""
        response = self.client.get(path if path.startswith(("http", PROVIDER)) else PORTAL + path, **options)
        found = CSRF.search(response.text) if response.mimetype == "text/html" else None
        self._token = found[1] if found else self._token
        return response

    def post(self, path: str, **fields: object) -> TestResponse:
        """Send a form with the token of the last page."""
        path = path if path.startswith(("http", PROVIDER)) else PORTAL + path
        return self.client.post(path, data={"csrf_token": self._token, **fields})

    def begin(self) -> str:
        """Press the button; return the provider's address that the browser is sent to."""
        response = self.get("/sign-in/begin")
        assert response.status_code == 303, response.text
        return str(response.location)

    def allow(self, url: str, number: str, **fields: str) -> str:
        """Sign in at the provider and allow; return the address that the browser is sent back to."""
        path = _local(url)
        self.get(path)
        response = self.post(path, account=number, secret=PASSWORD, **fields)
        assert response.status_code == 303, response.text
        return str(response.location)

    def sign_in(self, person: Registration) -> None:
        """Go all the way."""
        response = self.get(_local(self.allow(self.begin(), person.reg_no)))
        assert response.status_code == 303, response.text
        self.get("/")

    def upload(self, code: str, *contents: bytes, name: str = "paper.jpg", script: bool = False) -> TestResponse:
        """Send pictures of a material, as the form does, or as the script does."""
        files = [FileStorage(io.BytesIO(content), name) for content in contents]
        boundary, body = encode_multipart(
            MultiDict([("csrf_token", self._token), *(("pictures", one) for one in files)])
        )
        headers = {"Accept": "application/json"} if script else {}
        kind = f"multipart/form-data; boundary={boundary}"
        return self.client.post(f"{PORTAL}/materials/{code}/pictures", data=body, content_type=kind, headers=headers)

    def said(self, code: str, *contents: bytes, **options: str) -> list[tuple[str, str]]:
        """Return colour and words of what came of each."""
        answer = self.upload(code, *contents, script=True, **options).get_json()
        return [(one["state"], one["text"]) for one in answer["results"]]


def key_of(portal: PortalRegion, number: int = 0) -> Key:
    """Return which registration is somebody's."""
    return find(portal.store, reg_no=somebody(number).reg_no)[0]


def fill(browser: Candidate) -> None:
    """Upload all that is required."""
    browser.get("/materials")
    assert browser.said("M02", PAPER)[0][0] != "bad"
    assert browser.said("M02", PAPER)[0][0] != "bad"
    assert browser.said("M04", PAPER)[0][0] != "bad"


def pictures(browser: Candidate) -> list[str]:
    """Return the pictures' ids in the order of the page."""
    return re.findall(r'class="page__link" href="/portal/pictures/([0-9a-f]+)\.jpg"', browser.get("/materials").text)


def item(text: str, code: str) -> str:
    """Return a material's part of the page."""
    return text.split(f'id="item-{code}"')[1].split("</section>", maxsplit=1)[0]


def _local(url: str) -> str:
    parts = urlsplit(url)
    return f"http://localhost{parts.path}?{parts.query}"


@contextmanager
def portal_over(region: Region, people: int = 3, profile: str | None = None) -> Iterator[PortalRegion]:
    """Add candidates' pages and a provider to a region; the registry's short profile is in force."""
    (region.settings.home / "portal.secret").write_text(SECRET, encoding="utf-8")
    table = SignInTable(issuer=ISSUER, client_id=CLIENT, client_secret_file="portal.secret")
    settings = replace(region.settings, sign_in=table, notices=NoticesTable(channels=("console",)))
    accounts = [Account(somebody(number).reg_no, somebody(number).fields["name"]) for number in range(people)]
    provider = Provider(ISSUER, Portal(CLIENT, SECRET, {BACK}.__contains__), accounts)
    app = create_provider(settings, provider)
    mounted = httpx.WSGITransport(app=_under(PROVIDER, app))
    main = create_app(settings, region.store, beside={PROVIDER: app}, transport=mounted)
    main.testing = True
    in_force = publish(region, profile or rules().source)
    registry = registry_of(region.store)
    yield PortalRegion(Region(main, region.store, region.clock, settings), provider, replace(registry, rules=in_force))


def publish(region: Region, source: str) -> Rules:
    """Put a profile in force."""
    found = parse_rules(source)
    with region.store.write() as session:
        session.add(
            ProfileRow(
                digest=found.digest,
                name="test",
                version="1",
                source=source,
                made_at=region.store.now(),
                made_by="test",
                published_at=region.store.now(),
            )
        )
    return found


def _under(prefix: str, app):
    """Serve an app under a path, as the dispatcher does."""

    def serve(environ, start):
        path = environ["PATH_INFO"]
        if not path.startswith(prefix):
            start("404 NOT FOUND", [])
            return [b""]
        environ["SCRIPT_NAME"], environ["PATH_INFO"] = prefix, path.removeprefix(prefix)
        return app(environ, start)

    return serve
