"""The provider's protocol: Authlib's server over accounts in memory. Codes and keys end with the process."""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import UserInfo
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask
from joserfc.jwk import ECKey

ALGORITHM = "ES256"
CODE_LASTS_S = 60
TOKEN_LASTS_S = 300


@dataclass(frozen=True, slots=True)
class Account:
    """A made-up person who can sign in."""

    number: str
    name: str


@dataclass(frozen=True, slots=True)
class Portal(ClientMixin):  # type: ignore[misc]  # authlib ships no types
    """The one client of this provider: the region's pages for candidates."""

    client_id: str
    secret: str
    knows_way_back: Callable[[str], bool]
    id_token_signed_response_alg: str = ALGORITHM

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> None:
        return None

    def get_allowed_scope(self, scope: str) -> str:
        return "openid" if "openid" in (scope or "").split() else ""

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return self.knows_way_back(redirect_uri)

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == self.secret

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass(frozen=True, slots=True)
class Code:
    """A code that was given out; the attributes that Authlib reads."""

    code: str
    redirect_uri: str
    scope: str
    nonce: str | None
    number: str
    code_challenge: str | None
    code_challenge_method: str | None
    given_at: float

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str | None:
        return self.nonce

    def get_auth_time(self) -> int:
        return int(self.given_at)

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


@dataclass(slots=True)
class Codes:
    """Codes under way; each is taken once."""

    clock: Callable[[], float] = time.time
    _given: dict[str, Code] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def give(self, code: Code) -> None:
        """Keep a code, and forget those that are too old."""
        with self._lock:
            fresh = {key: one for key, one in self._given.items() if self.clock() - one.given_at < CODE_LASTS_S}
            self._given = fresh | {code.code: code}

    def take(self, code: str) -> Code | None:
        """Return a code, once, while it is young."""
        with self._lock:
            found = self._given.pop(code, None)
        return found if found and self.clock() - found.given_at < CODE_LASTS_S else None


class Provider:
    """Accounts, the client, and the key that answers are signed with."""

    def __init__(self, issuer: str, client: Portal, accounts: Iterable[Account]) -> None:
        self.issuer, self.client = issuer, client
        self.accounts: Mapping[str, Account] = {account.number: account for account in accounts}
        self.codes = Codes()
        self.key = ECKey.generate_key("P-256", parameters={"use": "sig", "alg": ALGORITHM}, auto_kid=True)

    def server(self, app: Flask) -> Any:
        """Return Authlib's server for this provider."""
        server = AuthorizationServer(
            app,
            query_client=lambda client_id: self.client if client_id == self.client.client_id else None,
            save_token=lambda _token, _request: None,  # nobody asks anything with it: the id_token says all
        )
        server.register_grant(_grant_over(self), [_openid_over(self), _OnlyS256(required=True)])
        return server

    def document(self) -> dict[str, Any]:
        """Return what clients discover."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "scopes_supported": ["openid"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "code_challenge_methods_supported": ["S256"],
        }


class _OnlyS256(CodeChallenge):  # type: ignore[misc]
    """PKCE is not a choice here, and S256 its only way."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        grant.request.payload.data["code_challenge"]
        super().validate_code_challenge(grant, redirect_uri)


def _grant_over(provider: Provider) -> type[Any]:
    class Grant(grants.AuthorizationCodeGrant):  # type: ignore[misc]
        TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic",)

        def save_authorization_code(self, code: str, request: Any) -> None:
            data = request.payload.data
            provider.codes.give(
                Code(
                    code,
                    request.payload.redirect_uri,
                    request.payload.scope,
                    data.get("nonce"),
                    request.user.number,
                    data.get("code_challenge"),
                    data.get("code_challenge_method"),
                    provider.codes.clock(),
                )
            )

        def query_authorization_code(self, code: str, client: Portal) -> Code | None:
            return provider.codes.take(code)

        def delete_authorization_code(self, authorization_code: Code) -> None:
            """It was taken when it was looked up."""

        def authenticate_user(self, authorization_code: Code) -> Account | None:
            return provider.accounts.get(authorization_code.number)

    return Grant


def _openid_over(provider: Provider) -> OpenIDCode:
    class Openid(OpenIDCode):  # type: ignore[misc]
        def resolve_client_private_key(self, client: Portal) -> ECKey:
            return provider.key

        def get_client_claims(self, client: Portal) -> dict[str, Any]:
            return {"iss": provider.issuer, "aud": [client.client_id], "exp": int(time.time()) + TOKEN_LASTS_S}

        def get_encode_header(self, client: Portal) -> dict[str, Any]:
            return {"alg": ALGORITHM, "kid": provider.key.kid}

        def exists_nonce(self, nonce: str, request: Any) -> bool:
            return False

        def generate_user_info(self, user: Account, scope: str) -> UserInfo:
            return UserInfo(sub=user.number)

    return Openid(require_nonce=True)
