"""Mistakes in the tables of a profile that no type can tell: a code for the screens, English for everything else."""

from typing import Any, LiteralString

from pydantic_core import InitErrorDetails, PydanticCustomError


def mistake(code: LiteralString, words: LiteralString, **values: Any) -> PydanticCustomError:
    """Return what a validator raises; `words` holds `{name}` for each of the values."""
    return PydanticCustomError(code, words, values)


def unknown(what: str, value: Any, known: str) -> PydanticCustomError:
    """Return that a value is none of the known ones."""
    return mistake("unknown", "unknown {what} {shown}; there are {known}", what=what, shown=repr(value), known=known)


def exceeds(key: str, value: int, limit: int, words: str) -> PydanticCustomError:
    """Return that a number is larger than another one allows."""
    text = words.format(key=key, value=value, limit=limit)
    return mistake("exceeds", "{text}", text=text, key=key, number=value, limit=limit)


def at(place: tuple[str | int, ...], value: Any, error: PydanticCustomError) -> InitErrorDetails:
    """Return a mistake at another place of the table than the one that is being checked."""
    return InitErrorDetails(type=error, loc=place, input=value)
