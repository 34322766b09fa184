"""Calls a device service: HTTP with verbs of its own, JSON both ways."""

import http.client
import json
import socket
from typing import Any

from devices.errors import ConfigurationError, NotConnectedError, NotRespondingError

MOST_BYTES = 16 * 1024 * 1024


class VerbUnknownError(NotRespondingError):
    """The service does not know this verb; another of the same meaning may be tried."""


class Call:
    """One request on a connection of its own; `abort()` from another thread ends it."""

    def __init__(self, host: str, port: int, timeout_s: float, key: str = "") -> None:
        """Take where to ask; `key` is shown to a service that wants one, as Kaodian's own agent does."""
        self._shown = {"Authorization": f"Bearer {key}"} if key else {}
        self._connection = http.client.HTTPConnection(host, port, timeout=timeout_s)
        self._port = port

    def send(self, verb: str, path: str, body: object) -> Any:
        """Return what the service answered.

        Raises:
            NotConnectedError: nothing listens there.
            VerbUnknownError: it does not know the verb.
            ConfigurationError: it wants a key, or another one.
            NotRespondingError: it is silent, hangs up, or what it answers is not JSON.
        """
        headers = {"Content-Type": "application/json", "Connection": "close", **self._shown}
        try:
            self._connection.request(verb, path, json.dumps(body), headers)
            answer = self._connection.getresponse()
            content = answer.read(MOST_BYTES)
        except ConnectionRefusedError as error:
            raise NotConnectedError(f"no device service on port {self._port}") from error
        except (OSError, http.client.HTTPException) as error:
            raise NotRespondingError(f"the device service on port {self._port}: {error!r}") from error
        finally:
            self._connection.close()
        if answer.status in (401, 403):
            raise ConfigurationError(f"the device service on port {self._port} wants its pairing key: option `key`")
        if answer.status in (404, 405, 501):
            raise VerbUnknownError(f"the device service on port {self._port} does not know {verb}")
        try:
            return json.loads(content)
        except ValueError as error:
            raise NotRespondingError(f"{verb} was answered with {answer.status} and no JSON") from error

    def abort(self) -> None:
        """Hang up."""
        if self._connection.sock is not None:
            try:
                self._connection.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # it has hung up already
