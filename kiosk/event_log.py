"""The program's log on the disk, made so that no person can be found in it.

A line is the text as it stands in the code; of what was filled in only whole numbers, the names of errors and short
lower-case codes stay. An error's own words are left out, its place is kept. `redacted` cleans what is left once more.
"""

import logging
import re
import traceback
from logging.handlers import RotatingFileHandler
from pathlib import Path

MOST_BYTES, FILES = 512 * 1024, 3
HIDDEN = "…"
_CODE = re.compile(r"[a-z_]+(?:[.:][a-z_]+)*|[A-Za-z]+(?:Error|Exception|Timeout)", re.ASCII)
_PLACE = re.compile(r"%(?:\((\w+)\))?[-+ #0]*[\d*]*(?:\.[\d*]+)?[a-zA-Z]")
_PERSONAL = re.compile(r"[^\x00-\x7f]+|[A-Za-z0-9+/_-]{24,}={0,2}|[\w.+-]+@[\w-]+|\d[\dA-Za-z]{5,}", re.ASCII)


def redacted(text: str) -> str:
    """Return the text without anything that could be of a person or a secret: foreign letters, long numbers, tokens.

    >>> redacted("张三 110101199003070000 at desk-1")
    '… … at desk-1'
    """
    return _PERSONAL.sub(HIDDEN, text)


class PlainFormatter(logging.Formatter):
    """Writes a record without what was filled in; see the module."""

    def format(self, record: logging.LogRecord) -> str:
        head = f"{self.formatTime(record)} {record.levelname} {record.name}: "
        return head + redacted(_filled(record)) + _where(record)


def keep_log(home: Path) -> None:
    """Write the log into `home` from now on, some megabytes at most."""
    folder = home / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(
        folder / "venue.log", maxBytes=MOST_BYTES, backupCount=FILES, encoding="utf-8", delay=True
    )
    handler.setFormatter(PlainFormatter())
    logging.getLogger().addHandler(handler)


def last_lines(home: Path, most: int = 500) -> list[str]:
    """Return the newest lines, cleaned once more in case the file is another program's."""
    paths = (home / "logs" / "venue.log.1", home / "logs" / "venue.log")
    texts = (path.read_text(encoding="utf-8", errors="replace") for path in paths if path.exists())
    lines = [line for text in texts for line in text.splitlines()]
    return [line[:20] + redacted(line[20:]) for line in lines[-most:]]


def _filled(record: logging.LogRecord) -> str:
    template = record.msg if isinstance(record.msg, str) else type(record.msg).__name__
    if not record.args:
        return template
    if isinstance(record.args, dict):
        given = record.args
        return _PLACE.sub(lambda place: _kept(given.get(place[1])), template)
    values = iter(record.args)
    return _PLACE.sub(lambda _place: _kept(next(values, None)), template)


def _kept(value: object) -> str:
    if isinstance(value, BaseException):
        return type(value).__name__
    if isinstance(value, bool | int):
        return str(value)
    return value if isinstance(value, str) and _CODE.fullmatch(value) else HIDDEN


def _where(record: logging.LogRecord) -> str:
    if not record.exc_info or record.exc_info[1] is None:
        return ""
    error = record.exc_info[1]
    frames = traceback.extract_tb(error.__traceback__)
    places = (f"\n    {Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
    return f"\n  {type(error).__name__}" + "".join(places)
