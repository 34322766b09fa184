"""An app on waitress, as it runs at a venue, in a thread of the test."""

import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from waitress import wasyncore
from waitress.server import create_server

WsgiApp = Callable[..., Any]


class WebServer:
    """Serves an app on loopback until it is stopped; it can be started again on the same port."""

    def __init__(self, app: WsgiApp, port: int = 0, make: Callable[..., Any] = create_server, **options: Any) -> None:
        self._server = make(app, host="127.0.0.1", port=port, ident=None, **options)
        self.port = int(self._server.effective_port)
        self._thread = threading.Thread(target=self._server.run, name=f"web-{self.port}", daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """The address, without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def queue(self) -> deque[Any]:
        """The tasks that wait for a thread."""
        waiting: deque[Any] = self._server.task_dispatcher.queue
        return waiting

    def stop(self) -> None:
        """Close every connection; whoever asks now is refused."""
        trigger = self._server.trigger
        trigger.pull_trigger(self._let_go)
        self._thread.join(10)
        assert not self._thread.is_alive(), "the server did not stop"
        trigger.close()
        self._server.task_dispatcher.shutdown()

    def _let_go(self) -> None:
        """Run by the server's own thread, which ends when nothing is left in its map."""
        for one in list(self._server._map.values()):
            if one is self._server:
                wasyncore.dispatcher.close(one)
            elif one is not self._server.trigger:
                one.close()
        self._server.trigger.del_channel()
