"""Signing in with the registration account: who gets in, and every way in which nobody does."""

import base64
import json
import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey
from sqlalchemy import func, select

from region.models import AuditLine
from region.portal.app import PATH as PORTAL
from region.portal.models import CandidateSessionRow
from region.provider.app import PASSWORD
from region.provider.app import PATH as PROVIDER
from tests.support.portal import CLIENT, ISSUER, STATE, Candidate, PortalRegion
from tests.support.registry import somebody

Claims = dict[str, Any]


def enrolled(portal: PortalRegion, number: int = 0):
    person = somebody(number)
    portal.registry.enrol(person)
    return person


def came_back(browser: Candidate, url: str):
    return browser.get(url)


def sessions(portal: PortalRegion) -> int:
    with portal.store.read() as session:
        return session.scalar(select(func.count()).select_from(CandidateSessionRow)) or 0


def test_a_candidate_signs_in_and_sees_the_own_registration(portal: PortalRegion) -> None:
    person = enrolled(portal)
    browser = portal.browser()
    browser.sign_in(person)
    page = browser.get("/").text
    assert person.fields["name"] in page
    assert person.fields["id_no"] not in page, "numbers are masked: somebody may look over the shoulder"
    assert person.fields["mobile"] not in page


def test_the_request_has_state_nonce_and_pkce(portal: PortalRegion) -> None:
    asked = parse_qs(urlsplit(portal.browser().begin()).query)
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert all(len(asked[name][0]) >= 40 for name in ("state", "nonce", "code_challenge"))
    assert asked["redirect_uri"] == [f"http://localhost{PORTAL}/sign-in/back"]


def test_the_provider_takes_no_request_without_pkce_or_for_another_way_back(portal: PortalRegion) -> None:
    browser = portal.browser()
    url = browser.begin()
    for broken in (
        url.replace("code_challenge=", "no_challenge="),
        url.replace("code_challenge_method=S256", "code_challenge_method=plain"),
        url.replace("sign-in%2Fback", "elsewhere"),
        url.replace(CLIENT, "another-client"),
    ):
        assert broken != url
        assert browser.get(f"http://localhost{urlsplit(broken).path}?{urlsplit(broken).query}").status_code == 400


def test_a_wrong_password_and_a_stranger_are_told_so(portal: PortalRegion) -> None:
    browser = portal.browser()
    path = urlsplit(browser.begin())
    where = f"http://localhost{path.path}?{path.query}"
    browser.get(where)
    for account, secret in ((somebody().reg_no, "111111"), ("20990000", PASSWORD), ("", "")):
        assert browser.post(where, account=account, secret=secret).status_code == 422


def test_who_does_not_allow_it_is_not_signed_in(portal: PortalRegion) -> None:
    person = enrolled(portal)
    browser = portal.browser()
    response = came_back(browser, browser.allow(browser.begin(), person.reg_no, act="refuse"))
    assert response.status_code == 400
    assert "You did not allow it" in response.text
    assert sessions(portal) == 0


def test_an_account_without_a_registration_here(portal: PortalRegion) -> None:
    browser = portal.browser()
    response = came_back(browser, browser.allow(browser.begin(), somebody(1).reg_no))
    assert response.status_code == 403
    assert "no registration of yours" in response.text


def test_an_answer_is_used_once(portal: PortalRegion) -> None:
    person = enrolled(portal)
    browser = portal.browser()
    back = browser.allow(browser.begin(), person.reg_no)
    assert came_back(browser, back).status_code == 303
    again = came_back(browser, back)
    assert again.status_code == 400
    assert "used already" in again.text
    other = portal.browser()
    assert "used already" in came_back(other, back).text, "nor in another browser"


def test_a_stolen_code_is_worth_nothing_in_another_browser(portal: PortalRegion) -> None:
    person = enrolled(portal)
    victim, thief = portal.browser(), portal.browser()
    stolen = victim.allow(victim.begin(), person.reg_no)
    own = STATE.search(thief.begin())
    assert own is not None
    response = came_back(thief, STATE.sub(own[0], stolen))
    assert "could not be believed" in response.text, "the thief's verifier does not fit the victim's challenge"
    assert sessions(portal) == 0


def test_a_sign_in_that_was_begun_too_long_ago(portal: PortalRegion) -> None:
    person = enrolled(portal)
    browser = portal.browser()
    back = browser.allow(browser.begin(), person.reg_no)
    portal.region.clock.advance(minutes=11)
    assert "begun too long ago" in came_back(browser, back).text


@pytest.mark.parametrize("query", ["", "?state=x&code=y", "?error=server_error&state=x", "?code=&state="])
def test_an_answer_that_nobody_asked_for(portal: PortalRegion, query: str) -> None:
    response = portal.browser().get(f"/sign-in/back{query}")
    assert response.status_code == 400
    assert "Begin again" in response.text


def changed(**claims: Any) -> Callable[[Claims], Claims]:
    return lambda given: {key: value for key, value in {**given, **claims}.items() if value is not None}


FORGERIES: dict[str, tuple[Callable[[Claims], Claims], str]] = {
    "expired": (changed(exp=1_700_000_000, iat=1_699_999_000), "ours"),
    "not yet valid": (changed(nbf=4_000_000_000), "ours"),
    "for others": (changed(aud=["another-client"]), "ours"),
    "for others too, in another's name": (changed(aud=[CLIENT, "another"], azp="another"), "ours"),
    "of another issuer": (changed(iss="https://elsewhere.example"), "ours"),
    "of another sign-in": (changed(nonce="x"), "ours"),
    "without nonce": (changed(nonce=None), "ours"),
    "without a person": (changed(sub=None), "ours"),
    "with an empty person": (changed(sub=" "), "ours"),
    "with another access token": (changed(at_hash="AAAAAAAAAAAAAAAAAAAAAA"), "ours"),
    "signed by somebody else": (changed(), "other"),
    "signed with the shared secret": (changed(), "secret"),
    "not signed": (changed(), "none"),
}


class Forger(httpx.BaseTransport):
    """Between portal and provider: passes everything on, and changes the id_token."""

    def __init__(self, portal: PortalRegion, through: httpx.BaseTransport, change, signer: str) -> None:
        self._through, self._change, self._signer, self._key = through, change, signer, portal.provider.key

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._through.handle_request(request)
        if not request.url.path.endswith("/token"):
            return response
        answer = httpx.Response(response.status_code, content=response.read()).json()
        claims = dict(jwt.decode(answer["id_token"], self._key, algorithms=["ES256"]).claims)
        answer["id_token"] = self._signed(self._change(claims))
        return httpx.Response(200, json=answer)

    def _signed(self, claims: Claims) -> str:
        kid = self._key.kid
        if self._signer == "secret":
            return jwt.encode({"alg": "HS256", "kid": kid}, claims, OctKey.import_key("secret-of-the-portal-secret"))
        if self._signer == "none":
            return ".".join((_part({"alg": "none", "kid": kid}), _part(claims), ""))
        key = self._key if self._signer == "ours" else ECKey.generate_key("P-256")
        return jwt.encode({"alg": "ES256", "kid": kid}, claims, key)


def _part(content: Claims) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def accounts_of(portal: PortalRegion):
    """The client of the portal, which is mounted inside the region's app."""
    mounted = portal.region.app.wsgi_app.mounts[PORTAL]
    view = mounted.view_functions["sign_in.begin"]
    names = dict(zip(view.__code__.co_freevars, view.__closure__, strict=True))
    return names["accounts"].cell_contents


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_answer_lets_nobody_in(portal: PortalRegion, name: str, caplog: pytest.LogCaptureFixture) -> None:
    person = enrolled(portal)
    accounts = accounts_of(portal)
    accounts._transport = Forger(portal, accounts._transport, *FORGERIES[name])
    browser = portal.browser()
    with caplog.at_level(logging.WARNING):
        response = came_back(browser, browser.allow(browser.begin(), person.reg_no))
    assert response.status_code == 400
    assert "could not be believed" in response.text
    assert sessions(portal) == 0
    assert "refused" in caplog.text
    assert person.reg_no not in caplog.text, "no personal data in the log"


def test_the_forger_changes_nothing_else(portal: PortalRegion) -> None:
    person = enrolled(portal)
    accounts = accounts_of(portal)
    accounts._transport = Forger(portal, accounts._transport, changed(), "ours")
    portal.browser().sign_in(person)


class Silent(httpx.BaseTransport):
    """A provider that does not answer, or nonsense."""

    def __init__(self, answer: httpx.Response | None) -> None:
        self._answer = answer

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self._answer is None:
            raise httpx.ConnectTimeout("nobody there", request=request)
        return self._answer


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (None, 503),
        (httpx.Response(502), 503),
        (httpx.Response(200, text="<html>"), 400),
        (httpx.Response(200, json=[]), 400),
        (httpx.Response(200, json={"issuer": "https://elsewhere.example"}), 400),
        (httpx.Response(200, json={"issuer": ISSUER, "authorization_endpoint": "http://plain.example/"}), 400),
    ],
)
def test_a_provider_that_does_not_answer_or_is_another(
    portal: PortalRegion, answer: httpx.Response | None, status: int
) -> None:
    accounts_of(portal)._transport = Silent(answer)
    response = portal.browser().get("/sign-in/begin")
    assert response.status_code == status


def test_a_session_runs_out_idle_and_at_all(portal: PortalRegion) -> None:
    browser = portal.signed_in()
    for _half_hour in range(15):
        portal.region.clock.advance(minutes=29)
        assert browser.get("/").status_code == 200
    portal.region.clock.advance(minutes=46)
    assert browser.get("/").status_code == 303, "idle"
    again = portal.browser()
    again.sign_in(somebody())
    for _half_hour in range(17):
        portal.region.clock.advance(minutes=29)
        last = again.get("/").status_code
    assert last == 303, "eight hours are enough"


def test_signing_out_ends_the_session_itself(portal: PortalRegion) -> None:
    browser = portal.signed_in()
    kept = browser.client.get_cookie(f"kaodian_candidate_{portal.region.settings.port}", path=PORTAL)
    assert kept is not None
    assert browser.post("/sign-out").status_code == 303
    browser.client.set_cookie(kept.key, kept.value, path=PORTAL)
    assert browser.get("/").status_code == 303, "a copy of the cookie opens nothing"
    with portal.store.read() as session:
        acts = set(session.scalars(select(AuditLine.act)))
    assert {"candidate_signed_in", "candidate_signed_out"} <= acts


def test_candidates_and_reviewers_share_no_cookie(portal: PortalRegion) -> None:
    browser = portal.signed_in()
    cookie = browser.client.get_cookie(f"kaodian_candidate_{portal.region.settings.port}", path=PORTAL)
    assert cookie is not None
    assert cookie.path == PORTAL
    assert browser.get("http://localhost/records").status_code == 303, "a candidate is no reviewer"
    assert browser.get(f"http://localhost{PROVIDER}/jwks").get_json()["keys"][0].keys().isdisjoint({"d"})
