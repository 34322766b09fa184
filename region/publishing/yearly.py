"""The few things of a profile that change every year, read out of its text and written back into it. Pure."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from region.publishing import toml_text
from rules.materials.catalogue import catalogue

ITEMS = "materials.items"
REQUIRED, OPTIONAL, NOT_ASKED = "required", "optional", ""


class NotWrittenError(Exception):
    """The text is written in a way that only a person can change; nothing of it is."""


@dataclass(frozen=True, slots=True)
class Yearly:
    """What the structured page shows.

    Attributes:
        materials: by code whether it is `required` of those it concerns, `optional`, or "" for not asked.
    """

    version: str
    mode: str
    upload: bool
    lock: str
    shown: str
    min_kb: int
    max_kb: int
    materials: Mapping[str, str]

    @classmethod
    def of(cls, source: str) -> Self:
        """Return what a text says.

        Raises:
            NotWrittenError: it is no TOML, or what should be a table is none.
        """
        try:
            return cls._of(tomllib.loads(source))
        except (tomllib.TOMLDecodeError, AttributeError, TypeError, ValueError, KeyError) as error:
            raise NotWrittenError("the text has to be mended first") from error

    @classmethod
    def _of(cls, tables: Mapping[str, Any]) -> Self:
        online, materials = tables.get("online", {}), tables.get("materials", {})
        items = {str(item["code"]): bool(item.get("optional", False)) for item in materials.get("items", [])}
        return cls(
            version=str(tables.get("version", "")),
            mode=str(online.get("mode", "on_site")),
            upload=bool(online.get("upload", False)),
            lock=str(online.get("lock", "on_submit")),
            shown=str(online.get("shown", "when_over")),
            min_kb=int(materials.get("min_kb", 0)),
            max_kb=int(materials.get("max_kb", 200)),
            materials={
                code: (OPTIONAL if items[code] else REQUIRED) if code in items else NOT_ASKED
                for code in dict.fromkeys((*items, *catalogue().materials))
            },
        )


def written(source: str, wish: Yearly) -> str:
    """Return the text with all of this in it; what was so already stays as it was written.

    Raises:
        NotWrittenError: it did not come out as wished.
    """
    now, text = Yearly.of(source), source
    for table, key, before, after in (
        ("", "version", now.version, wish.version),
        ("online", "mode", now.mode, wish.mode),
        ("online", "upload", now.upload, wish.upload),
        ("online", "lock", now.lock, wish.lock),
        ("online", "shown", now.shown, wish.shown),
        ("materials", "min_kb", now.min_kb, wish.min_kb),
        ("materials", "max_kb", now.max_kb, wish.max_kb),
    ):
        if before != after:
            text = toml_text.set_value(text, table, key, _literal(after))
    for code, need in wish.materials.items():
        text = _with_material(text, code, now.materials.get(code, NOT_ASKED), need)
    if Yearly.of(text) != wish or not _is_else_alike(source, text):
        raise NotWrittenError("the text is written in another way than this page knows")
    return text


def _with_material(text: str, code: str, before: str, after: str) -> str:
    if before == after:
        return text
    if after == NOT_ASKED:
        return toml_text.remove_item(text, ITEMS, code)
    if before == NOT_ASKED:
        text = toml_text.add_item(text, ITEMS, code)
    return toml_text.set_in_item(text, ITEMS, code, "optional", "true" if after == OPTIONAL else None)


def _literal(value: str | int) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if not value.isprintable():
        raise NotWrittenError("letters that no version is written with")
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _is_else_alike(before: str, after: str) -> bool:
    """Tell whether nothing but what this page changes has become other."""
    return _rest(tomllib.loads(before)) == _rest(tomllib.loads(after))


def _rest(tables: dict[str, Any]) -> dict[str, Any]:
    def without(table: Mapping[str, Any], *keys: str) -> dict[str, Any]:
        return {key: value for key, value in table.items() if key not in keys}

    rest = without(tables, "version", "online", "materials")
    rest["online"] = without(tables.get("online", {}), "mode", "upload", "lock", "shown")
    rest["materials"] = without(tables.get("materials", {}), "min_kb", "max_kb", "items")
    return rest
