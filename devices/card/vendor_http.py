"""A vendor's reading service on the desk's own computer, asked over HTTP."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import httpx

from devices.base import Card
from devices.card.answer import AnswerMap
from devices.card.reader import PatientReader
from devices.errors import ConfigurationError, NotConnectedError, NotRespondingError

MOST_BYTES = 8 * 1024 * 1024


class HttpCardReader(PatientReader):
    """Asks the service whenever it is looked whether a card is there.

    Address, path and field names differ from vendor to vendor and from year to year, so all of them are settings
    (docs/adding-a-device.md has examples). No vendor's file is part of this program.
    """

    driver = "card.vendor_http"

    def __init__(
        self,
        url: str,
        fields: Mapping[str, str],
        none_if: Mapping[str, Sequence[Any]] | None = None,
        method: Literal["GET", "POST"] = "GET",
        body: str = "",
        encoding: str = "gb18030",
        answer_s: float = 2.5,
    ) -> None:
        """Take the settings; the service is asked when the reader is first read.

        Args:
            url: e.g. `http://127.0.0.1:38088/card=idcard`.
            fields, none_if, encoding: see `AnswerMap`.
            body: what a POST sends.
            answer_s: a service that says nothing for so long does not respond; reading a chip takes about a second.

        Raises:
            ConfigurationError: no address, method or field of this kind.
        """
        super().__init__()
        address = httpx.URL(url)
        if address.scheme not in ("http", "https") or not address.host:
            raise ConfigurationError(f"{url!r} is no address of a reading service")
        if method not in ("GET", "POST"):
            raise ConfigurationError(f"method {method!r}; GET or POST")
        self._map = AnswerMap(fields, none_if or {}, encoding)
        self._url, self._method, self._body = address, method, body.encode()
        # The service is on this desk: no proxy of the house stands between.
        self._client = httpx.Client(timeout=httpx.Timeout(answer_s, connect=1.0), trust_env=False)

    def _look(self, timeout_s: float) -> Card | None:
        try:
            with self._client.stream(self._method, self._url, content=self._body or None) as reply:
                if reply.status_code != httpx.codes.OK:
                    raise NotRespondingError(f"the reading service answered {reply.status_code}")
                content = _bounded(reply)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise NotConnectedError("the reading service cannot be reached") from error
        except httpx.HTTPError as error:
            raise NotRespondingError(f"the reading service does not answer: {type(error).__name__}") from error
        return self._map.card(content)

    def shutdown(self) -> None:
        super().shutdown()
        self._client.close()


def _bounded(reply: httpx.Response) -> bytes:
    content = b""
    for part in reply.iter_bytes():
        content += part
        if len(content) > MOST_BYTES:
            raise NotRespondingError("the reading service sends without end")
    return content
