"""A vendor's reading service on the desk's own computer, over a WebSocket."""

import contextlib
import time
from collections.abc import Mapping, Sequence
from typing import Any

import websocket

from devices.base import Card
from devices.card.answer import AnswerMap
from devices.card.reader import PatientReader
from devices.errors import ConfigurationError, NotConnectedError, NotRespondingError

CONNECT_S = 1.0
# A service whose text is in another encoding breaks the protocol; what it meant is still ours to judge.
_LENIENT: Mapping[str, Any] = {"skip_utf8_validation": True}
LIFTED_AFTER_S = 1.5
"""A service that sends the same card over and over while it lies there does so at least once a second."""


class WebSocketCardReader(PatientReader):
    """Hears a service that speaks by itself, or asks one that has to be asked; the line stays open between reads."""

    driver = "card.vendor_ws"

    def __init__(
        self,
        url: str,
        fields: Mapping[str, str],
        none_if: Mapping[str, Sequence[Any]] | None = None,
        ask: str = "",
        encoding: str = "gb18030",
        answer_s: float = 2.5,
    ) -> None:
        """Take the settings; nothing is opened yet.

        Args:
            url: e.g. `ws://127.0.0.1:1919`.
            ask: what is sent to have a card read, e.g. `{"type": 4}`; empty for a service that speaks by itself.
            fields, none_if, encoding: see `AnswerMap`.
            answer_s: a service that was asked, or pinged, and is silent for so long does not respond.

        Raises:
            ConfigurationError: no address or field of this kind.
        """
        super().__init__()
        if not url.startswith(("ws://", "wss://")):
            raise ConfigurationError(f"{url!r} is no address of a WebSocket")
        self._map = AnswerMap(fields, none_if or {}, encoding)
        self._url, self._ask, self._answer_s = url, ask, answer_s
        self._line: websocket.WebSocket | None = None
        self.lifted_after_s = 0.0 if ask else LIFTED_AFTER_S

    def _open(self) -> None:
        if self._line is not None:
            return
        try:
            self._line = websocket.create_connection(self._url, timeout=CONNECT_S, http_no_proxy=["*"], **_LENIENT)
        except (websocket.WebSocketTimeoutException, TimeoutError) as error:
            raise NotRespondingError("the reading service does not greet") from error
        except (websocket.WebSocketException, OSError) as error:
            raise NotConnectedError("the reading service cannot be reached") from error

    def _close(self) -> None:
        """Keep the line: a service that speaks by itself does so while nobody reads, and the next read is soon."""

    def shutdown(self) -> None:
        super().shutdown()
        self._hang_up()

    def _look(self, timeout_s: float) -> Card | None:
        self._open()
        try:
            self._speak()
            return self._listen(self._answer_s if self._ask else timeout_s)
        except websocket.WebSocketTimeoutException as error:
            self._hang_up()
            raise NotRespondingError("the reading service is silent") from error
        except (websocket.WebSocketException, OSError) as error:
            self._hang_up()
            raise NotConnectedError("the reading service has gone") from error

    def _speak(self) -> None:
        """Ask for a card, or else whether anybody is there."""
        line = self._opened()
        line.settimeout(self._answer_s)
        if self._ask:
            line.send(self._ask)
        else:
            line.ping()

    def _listen(self, wait_s: float) -> Card | None:
        """Return the first card said; None once a service that was asked says that there is none, or time is up.

        Raises:
            websocket.WebSocketTimeoutException: not even a ping was answered.
        """
        line, begun, has_answered = self._opened(), time.monotonic(), False
        while True:
            passed_s = time.monotonic() - begun
            left_s = (wait_s if has_answered else self._answer_s) - passed_s
            if has_answered and left_s <= 0:
                return None
            line.settimeout(max(left_s, 0.01))
            try:
                kind, content = line.recv_data(control_frame=True)
            except websocket.WebSocketTimeoutException:
                if has_answered:
                    return None
                raise
            if kind == websocket.ABNF.OPCODE_CLOSE:
                raise websocket.WebSocketConnectionClosedException("closed by the service")
            has_answered = True
            if kind in (websocket.ABNF.OPCODE_TEXT, websocket.ABNF.OPCODE_BINARY):
                card = self._map.card(content)
                if card is not None or self._ask:
                    return card

    def _opened(self) -> websocket.WebSocket:
        if self._line is None:
            raise NotConnectedError("the reading service has gone")
        return self._line

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            with contextlib.suppress(websocket.WebSocketException, OSError):
                line.close(timeout=0)
