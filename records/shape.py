"""Looks whether JSON that came from elsewhere has the shape it should have, so that nothing later has to doubt it."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from records.canonical import canonical_bytes
from records.errors import MalformedRecordError

MAX_ID_CHARS = 64
_HEX = set("0123456789abcdef")
_Read = TypeVar("_Read")


def read_canonical(content: bytes, schema: str, read: Callable[[Mapping[str, Any]], _Read]) -> _Read:
    """Return what `read` makes of a document, which must name its schema and be in canonical form.

    Raises:
        MalformedRecordError: it is not. The message holds nothing of the document.
    """
    with shaped(schema):
        document = json.loads(content)
        require(isinstance(document, dict) and document["schema"] == schema)
        result = read(document)
        require(canonical_bytes(document) == content)
        return result


@contextmanager
def shaped(schema: str) -> Iterator[None]:
    """Turn whatever a wrong shape leads to into one error."""
    try:
        yield
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise MalformedRecordError(f"not a {schema} document ({type(error).__name__})") from error


def require(condition: bool) -> None:
    """Go on only if it is so."""
    if not condition:
        raise ValueError("wrong shape")


def digest(value: object) -> str:
    """Return a SHA-256 in lower-case hexadecimal."""
    require(isinstance(value, str) and len(value) == 64 and set(value) <= _HEX)
    return str(value)


def text(value: object, most: int = 1000) -> str:
    """Return a text of at most so many characters."""
    require(isinstance(value, str) and len(value) <= most)
    return str(value)


def name(value: object) -> str:
    """Return the id of something: a text of 1 to 64 characters."""
    require(bool(value))
    return text(value, MAX_ID_CHARS)


def whole(value: object, least: int = 0) -> int:
    """Return a whole number, at least so large."""
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ValueError("wrong shape")
    return value


def moment(value: object) -> str:
    """Return a time in ISO 8601 with its zone."""
    require(datetime.fromisoformat(text(value, 64)).tzinfo is not None)
    return str(value)
