"""Asks the registration system who somebody is: OpenID Connect, authorisation code with PKCE, through Authlib.

Authlib's own Flask client works over `requests`; ours has the same parts over httpx (ADR 0030).
"""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Self, cast

import httpx
from authlib.integrations.base_client import OpenIDMixin
from authlib.oauth2.base import OAuth2Error
from authlib.oauth2.client import OAuth2Client
from joserfc.errors import JoseError

from region.portal.errors import SignInFailedError
from region.settings_tables import SignInTable, is_safe_address

TIMEOUT_S = 10.0
LEEWAY_S = 60
TRY_LASTS = timedelta(minutes=10)
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Only those with a public key: a shared secret, or none, would let others sign."""

_WRONG = (JoseError, OAuth2Error, ValueError, KeyError, TypeError, RuntimeError)


@dataclass(frozen=True, slots=True)
class Try:
    """One sign-in that was begun, kept in the browser's own session until it comes back."""

    state: str
    nonce: str
    verifier: str
    redirect_uri: str
    began_at: str

    @classmethod
    def new(cls, redirect_uri: str, now: datetime) -> Self:
        """Return one that nobody can guess."""
        secret = (secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48))
        return cls(*secret, redirect_uri=redirect_uri, began_at=now.isoformat())

    def is_over(self, now: datetime) -> bool:
        """Tell whether it was begun too long ago."""
        return not timedelta(0) <= now - datetime.fromisoformat(self.began_at) <= TRY_LASTS

    def as_json(self) -> dict[str, str]:
        """Return it for the session."""
        return asdict(self)


class _Line(httpx.Client):
    """What Authlib's mixin asks documents with."""

    def request(self, method: str, url: httpx.URL | str, **options: Any) -> httpx.Response:
        options.pop("withhold_token", None)
        return super().request(method, url, **options)


class RegistrationAccounts(OpenIDMixin):  # type: ignore[misc]  # authlib ships no types
    """The provider that the settings name.

    Args:
        secret: of this client at the provider.
        transport: how httpx reaches it; None for the network.
    """

    def __init__(self, table: SignInTable, secret: str, transport: httpx.BaseTransport | None = None) -> None:
        self.client_id = table.client_id
        self.server_metadata: dict[str, Any] = {}
        self._table, self._secret, self._transport = table, secret, transport

    def begin(self, redirect_uri: str, now: datetime) -> tuple[str, Try]:
        """Return where to send the browser, and what has to come back with it.

        Raises:
            SignInFailedError: `unreachable`.
        """
        one = Try.new(redirect_uri, now)
        with self._talking() as line:
            client = self._client(line, redirect_uri)
            url, _state = client.create_authorization_url(
                self._endpoint("authorization_endpoint"),
                state=one.state,
                nonce=one.nonce,
                code_verifier=one.verifier,
            )
        return str(url), one

    def finish(self, one: Try, answer: Mapping[str, str]) -> str:
        """Return the registration number that the provider vouches for.

        Args:
            answer: what the browser brought back.

        Raises:
            SignInFailedError: `declined`, `refused` or `unreachable`.
        """
        if answer.get("error"):
            code = "declined" if answer["error"] == "access_denied" else "refused"
            raise SignInFailedError("declined" if code == "declined" else "refused", "the provider says no")
        if answer.get("iss", self._table.issuer) != self._table.issuer:  # RFC 9207: not another provider's answer
            raise SignInFailedError("refused", "the answer names another issuer")
        with self._talking() as line:
            token = self._client(line, one.redirect_uri).fetch_token(
                self._endpoint("token_endpoint"),
                grant_type="authorization_code",
                code=answer["code"],
                code_verifier=one.verifier,
                redirect_uri=one.redirect_uri,
                auth=(self.client_id, self._secret),
            )
            claims = self._claims(token, one.nonce)
        number = claims.get(self._table.claim)
        if not isinstance(number, str) or not number.strip():
            raise SignInFailedError("refused", f"the answer has no {self._table.claim}")
        return number.strip()

    def _claims(self, token: Mapping[str, Any], nonce: str) -> Mapping[str, Any]:
        wanted = {
            "iss": {"essential": True, "value": self._table.issuer},
            "aud": {"essential": True, "value": self.client_id},
            "exp": {"essential": True},
            "nonce": {"essential": True, "value": nonce},
        }
        claims = self.parse_id_token(token, nonce, claims_options=wanted, leeway=LEEWAY_S)
        if claims is None:
            raise SignInFailedError("refused", "the answer has no id_token")
        return cast("Mapping[str, Any]", claims)

    def load_server_metadata(self) -> dict[str, Any]:
        """Return what the provider says of itself, asked once; a provider that says it is another one is none."""
        if not self.server_metadata:
            with self._get_session() as line:
                answer = line.request("GET", f"{self._table.issuer.rstrip('/')}/.well-known/openid-configuration")
                answer.raise_for_status()
                found = dict(answer.json())
            if found["issuer"] != self._table.issuer:
                raise ValueError("the provider's document is another issuer's")
            offered = found.get("id_token_signing_alg_values_supported", ALGORITHMS)
            found["id_token_signing_alg_values_supported"] = [name for name in ALGORITHMS if name in offered]
            found.pop("jwks", None)
            self.server_metadata = found
        return self.server_metadata

    def _endpoint(self, name: str) -> str:
        url = str(self.load_server_metadata()[name])
        if not is_safe_address(url):
            raise ValueError(f"the provider's {name} is not encrypted")
        return url

    def _get_session(self) -> _Line:
        return _Line(timeout=TIMEOUT_S, transport=self._transport, trust_env=False)

    def _client(self, line: httpx.Client, redirect_uri: str) -> Any:
        return OAuth2Client(
            line,
            client_id=self.client_id,
            scope=self._table.scope,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
        )

    @contextmanager
    def _talking(self) -> Iterator[httpx.Client]:
        try:
            with self._get_session() as line:
                yield line
        except httpx.HTTPError as error:
            raise SignInFailedError("unreachable", type(error).__name__) from error
        except _WRONG as error:  # the message may hold claims
            raise SignInFailedError("refused", type(error).__name__) from error
