"""A mail server in a thread: takes letters, refuses addresses, or hangs up when it has one."""

import socketserver
import threading
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message


@dataclass(slots=True)
class Mailbox:
    """What the server does, and what it was given."""

    refuses: int = 0
    hangs_up: bool = False
    letters: list[Message] = field(default_factory=list)


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        box: Mailbox = self.server.box  # type: ignore[attr-defined]
        self._say("220 test")
        while line := self.rfile.readline():
            word = line.split(b" ")[0].strip().upper()
            if word == b"DATA":
                self._say("354 go on")
                content = b"".join(iter(self.rfile.readline, b".\r\n"))
                box.letters.append(message_from_bytes(content))
                if box.hangs_up:
                    return
                self._say("250 taken")
            elif word == b"RCPT" and box.refuses:
                self._say(f"{box.refuses} no")
            else:
                self._say("221 bye" if word == b"QUIT" else "250 ok")

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


class SmtpServer:
    """Listens on a free port of loopback until it is closed."""

    def __init__(self) -> None:
        self.box = Mailbox()
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Talk)
        self._server.daemon_threads = True
        self._server.box = self.box  # type: ignore[attr-defined]
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(30)
