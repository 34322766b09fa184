"""The few words of JSON Schema that docs/schema uses; an unknown one is an error, so that none goes unchecked."""

import json
import re
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "schema"
_TYPES = {"object": dict, "array": list, "string": str, "integer": int}
_SAYS_NOTHING = {"$schema", "$id", "title", "description"}


def load(name: str) -> dict[str, Any]:
    """Return one of the published schemas."""
    return dict(json.loads((FOLDER / name).read_text(encoding="utf-8")))


def faults(value: Any, schema: dict[str, Any], at: str = "$") -> list[str]:
    """Return what is wrong with a value, [] if nothing is."""
    found: list[str] = []
    for word, limit in schema.items():
        if word not in _SAYS_NOTHING:
            found += _check(word, limit, value, schema, at)
    return found


def _check(word: str, limit: Any, value: Any, schema: dict[str, Any], at: str) -> list[str]:
    if word == "$ref":
        return faults(value, load(limit), at)
    if word == "properties":
        return [one for key in value if key in limit for one in faults(value[key], limit[key], f"{at}.{key}")]
    if word == "additionalProperties":
        return _further(limit, [key for key in value if key not in schema.get("properties", {})], value, at)
    if word == "items":
        return [one for number, item in enumerate(value) for one in faults(item, limit, f"{at}[{number}]")]
    holds = {
        "type": lambda: isinstance(value, _TYPES[limit]) and not isinstance(value, bool),
        "required": lambda: set(limit) <= set(value),
        "const": lambda: value == limit,
        "enum": lambda: value in limit,
        "pattern": lambda: re.search(limit, value) is not None,
        "minLength": lambda: len(value) >= limit,
        "maxLength": lambda: len(value) <= limit,
        "minItems": lambda: len(value) >= limit,
        "maxItems": lambda: len(value) <= limit,
        "minimum": lambda: value >= limit,
        "maximum": lambda: value <= limit,
    }[word]
    return [] if holds() else [f"{at}: {word} {limit}"]


def _further(limit: Any, keys: list[str], value: Any, at: str) -> list[str]:
    if limit is False:
        return [f"{at}: unknown {key}" for key in keys]
    return [one for key in keys for one in faults(value[key], limit, f"{at}.{key}")]
