"""The venue's end of the line to a desk's agent."""

import json
import secrets
import ssl
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx

from devices.agent.faults import unpack_error
from devices.agent.packing import FRAMES, opened
from devices.agent.pairing import PairingKey, parse_key
from devices.agent.server import LINES, LOCAL, NONCE, SIGNATURE
from devices.errors import ConfigurationError, NoAgentError, NotRespondingError

CONNECT_S = 1.0
SILENCE_S = 2.0
"""A scan that says nothing for so long hangs; the agent gives a sign of life eight times as often."""

_JSON = "application/json"
_WRONG_KEY = "the agent at {} has another pairing key; `python -m devices pair` shows it there"


class Line:
    """Asks one agent. May be used by several threads; connections are kept."""

    def __init__(self, url: str, key: str) -> None:
        """Take the agent's address; nobody is asked yet.

        Raises:
            ConfigurationError: it is no address, the key has a typing mistake, or pictures would travel unencrypted.
        """
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
            raise ConfigurationError(f"{url!r} is no agent's address; e.g. https://10.20.0.31:4501")
        if parts.scheme == "http" and parts.hostname not in LOCAL:
            raise ConfigurationError(f"{url}: over the network it is https; http is for this computer only")
        self.url = url.rstrip("/")
        self.key: PairingKey = parse_key(key)
        self._client = httpx.Client(base_url=self.url, trust_env=False, verify=_trusting(self.key))

    def ask(self, verb: str, path: str, question: Mapping[str, Any], timeout_s: float) -> dict[str, Any]:
        """Return the answer to a question.

        Raises:
            NoAgentError: nobody answers there.
            DeviceError: what the agent says of the device.
        """
        return _table(self._send(verb, path, question, _JSON, timeout_s))

    def ask_frames(self, verb: str, path: str, question: Mapping[str, Any], timeout_s: float) -> bytes:
        """Return a body of frames; errors as `ask`."""
        return self._send(verb, path, question, FRAMES, timeout_s)

    def ask_lines(self, verb: str, path: str, question: Mapping[str, Any]) -> Generator[dict[str, Any]]:
        """Yield the answer's lines as they come; closing the iterator calls the work off.

        Raises:
            NoAgentError: nobody answers there, or no longer.
            NotRespondingError: nothing came for two seconds.
        """
        request, nonce = self._request(verb, path, question, LINES, SILENCE_S)
        with _translated(self.url):
            response = self._client.send(request, stream=True)
            try:
                if response.status_code != httpx.codes.OK:
                    response.read()
                    self._check(response, nonce)
                for number, line in enumerate(response.iter_lines()):
                    signature, _, text = line.partition(" ")
                    if not self.key.has_signed(signature, "line", nonce, str(number), text):
                        raise ConfigurationError(_WRONG_KEY.format(self.url))
                    yield _table(text.encode())
            finally:
                response.close()

    def state_of(self, device: str, timeout_s: float) -> str:
        """Return the code of a device's status over there, "" if it is well.

        Raises:
            NoAgentError, NotRespondingError, ConfigurationError: the agent cannot be asked, or has no such device.
        """
        listed = self.ask("MOSIPDINFO", "/info", {}, timeout_s).get("list", [])
        for told in (opened(str(one.get("deviceInfo", "")), self.key) for one in listed):
            if told.get("deviceId") == device:
                return str(told["kaodian"]["code"])
        raise ConfigurationError(f"the agent at {self.url} has no {device}")

    def close(self) -> None:
        """Let go of all connections. May be called twice."""
        self._client.close()

    def _send(self, verb: str, path: str, question: Mapping[str, Any], accept: str, timeout_s: float) -> bytes:
        request, nonce = self._request(verb, path, question, accept, timeout_s)
        with _translated(self.url):
            response = self._client.send(request)
        self._check(response, nonce)
        return response.content

    def _request(
        self, verb: str, path: str, question: Mapping[str, Any], accept: str, timeout_s: float
    ) -> tuple[httpx.Request, str]:
        nonce, body = secrets.token_hex(16), json.dumps(question).encode()
        headers = {
            "Accept": accept,
            "Content-Type": _JSON,
            NONCE: nonce,
            SIGNATURE: self.key.sign("ask", verb, path, nonce, body),
        }
        timeout = httpx.Timeout(timeout_s, connect=CONNECT_S)
        return self._client.build_request(verb, path, content=body, headers=headers, timeout=timeout), nonce

    def _check(self, response: httpx.Response, nonce: str) -> None:
        """Raise what the answer says; an answer that was not signed with our key says nothing."""
        parts = ("answer", nonce, str(response.status_code), response.content)
        if not self.key.has_signed(response.headers.get(SIGNATURE, ""), *parts):
            raise ConfigurationError(_WRONG_KEY.format(self.url))
        if response.headers.get("Content-Type") == _JSON:
            error = unpack_error(_table(response.content))
            if error is not None:
                raise error
        if response.status_code != httpx.codes.OK:
            raise NotRespondingError(f"the agent at {self.url} answered {response.status_code}")


@contextmanager
def _translated(url: str) -> Iterator[None]:
    """Let only errors of `devices` out of the block."""
    try:
        yield
    except httpx.ConnectTimeout as error:
        raise NoAgentError(f"no agent answers at {url}") from error
    except httpx.TimeoutException as error:
        raise NotRespondingError(f"the agent at {url} does not come back") from error
    except httpx.HTTPError as error:
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            raise ConfigurationError(_WRONG_KEY.format(url)) from error
        raise NoAgentError(f"no agent answers at {url}: {error}") from error
    except RuntimeError as error:  # httpx's word for a client that was closed meanwhile
        raise NoAgentError("the line was shut down") from error


def _table(content: bytes) -> dict[str, Any]:
    try:
        table = json.loads(content)
    except ValueError as error:
        raise NotRespondingError("the agent's answer is no JSON") from error
    return table if isinstance(table, dict) else {"list": table}


def _trusting(key: PairingKey) -> ssl.SSLContext:
    """Return TLS that believes nobody but an agent with our key."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False  # the key is the name: addresses change, and nobody else can have this certificate
    context.load_verify_locations(cadata=key.authority().decode())
    return context
