"""The process beside us in which libfprint runs: asked, watched, killed if it hangs, and started again."""

import json
import os
import queue
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

from devices.errors import (
    BusyError,
    CaptureRejectedError,
    ConfigurationError,
    DeviceError,
    NotConnectedError,
    NotRespondingError,
)

PROGRAM = Path(__file__).with_name("program.py")

HANG_S = 2.0
"""After so long without a sign of life it is taken to hang; it gives one twice a second."""

START_S = 10.0
"""Longest time until the first sign of life: loading GObject from a cold disk."""

POLL_S = 0.1
CANCEL_S = 1.0

ERRORS: Mapping[str, type[DeviceError]] = {
    "busy": BusyError,
    "configuration": ConfigurationError,
    "not_connected": NotConnectedError,
    "not_responding": NotRespondingError,
}

Words = dict[str, Any]


WhileWaiting = Callable[[Words], None]


def _go_on(event: Words) -> None:
    """Wait on."""


class Ear:
    """Hears what the process says, in a thread of its own.

    Attributes:
        heard_at: `time.monotonic()` of the last sign of life.
    """

    def __init__(self) -> None:
        self.heard_at = time.monotonic() + START_S - HANG_S
        self._said: queue.SimpleQueue[Words | None] = queue.SimpleQueue()

    def listen(self, process: "subprocess.Popen[str]") -> None:
        """Take its lines until it ends."""
        try:
            for line in process.stdout or ():
                self.heard_at = time.monotonic()
                said = json.loads(line)
                if said.get("event") != "alive":
                    self._said.put(said)
        except (OSError, ValueError):
            pass  # it was killed: its pipe is closed, its last line cut
        self._said.put(None)

    def next(self, timeout_s: float) -> Words | None:
        """Return what it said next, {} if nothing, None if it has ended."""
        try:
            return self._said.get(timeout=timeout_s)
        except queue.Empty:
            return {}


class LibfprintProcess:
    """The process, started when it is first asked. Not for two threads at once; any may `kill`."""

    def __init__(self, python: str, environment: Mapping[str, str]) -> None:
        """Take what runs it.

        Args:
            python: one with `gi`: the system's own.
            environment: added to ours.
        """
        self._command = [python, "-I", str(PROGRAM)]
        self._environment = {**os.environ, **environment}
        self._environment.pop("G_MESSAGES_DEBUG", None)  # would write to stdout
        self._process: subprocess.Popen[str] | None = None
        self._ear = Ear()

    @property
    def pid(self) -> int | None:
        """Which process it is, None if it does not run."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def ask(self, do: str, at_most_s: float, while_waiting: WhileWaiting = _go_on, **words: Any) -> Words:
        """Return the answer.

        Args:
            while_waiting: called with each event and, with nothing, several times a second; by raising it ends the
                wait. The request is then cancelled, and what it raised comes out.

        Raises:
            DeviceError: what the answer says; NotRespondingError also if there is none. The process is then gone, and
                the next request starts another.
        """
        process = self._running()
        self._write(process, {"do": do, **words})
        return self._answer(process, at_most_s, while_waiting)

    def kill(self) -> None:
        """End it, whatever it does."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                _close(pipe)

    def _running(self) -> subprocess.Popen[str]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.kill()
        try:
            process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=self._environment,
                encoding="utf-8",
                bufsize=1,
            )
        except OSError as error:
            raise ConfigurationError(f"cannot run {self._command[0]}: {error}") from error
        self._process, self._ear = process, Ear()
        threading.Thread(target=self._ear.listen, args=(process,), name="libfprint process", daemon=True).start()
        return process

    def _write(self, process: subprocess.Popen[str], words: Words) -> None:
        try:
            if process.stdin is not None:
                process.stdin.write(json.dumps(words) + "\n")
                process.stdin.flush()
        except OSError as error:
            raise self._lost(f"libfprint's process has ended: {error}") from error

    def _answer(self, process: subprocess.Popen[str], at_most_s: float, while_waiting: WhileWaiting) -> Words:
        until = time.monotonic() + at_most_s
        while True:
            said = self._ear.next(POLL_S)
            if said is None:
                raise self._lost("libfprint's process has ended")
            if "ok" in said:
                return dict(said["ok"])
            if "error" in said:
                raise _error(said)
            now = time.monotonic()
            if now > until or now > self._ear.heard_at + HANG_S:
                raise self._lost("libfprint's process hangs")
            try:
                while_waiting(said)
            except BaseException:
                self._cancel(process)
                raise

    def _cancel(self, process: subprocess.Popen[str]) -> None:
        """Have it forget the request that was given up."""
        try:
            self._write(process, {"do": "cancel"})
            for _ in range(2):  # of the request and of the cancelling, whichever comes first
                self._settled(process)
        except DeviceError:
            self.kill()

    def _settled(self, process: subprocess.Popen[str]) -> None:
        try:
            self._answer(process, CANCEL_S, _go_on)
        except CaptureRejectedError:
            pass  # `cancelled`, or the press that came at the same moment was a bad one

    def _lost(self, words: str) -> NotRespondingError:
        self.kill()
        return NotRespondingError(words)


def _error(said: Words) -> DeviceError:
    code, words = str(said["error"]), f"libfprint: {said.get('words', '')}"
    return ERRORS[code](words) if code in ERRORS else CaptureRejectedError(words, code)


def _close(pipe: IO[str]) -> None:
    try:
        pipe.close()
    except OSError:
        pass  # something was left to be written, and nobody is there to read it
