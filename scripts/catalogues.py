"""Reads, writes and compares gettext catalogues; scripts/translations.py is the command line."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "translations"
FRAGMENTS = FOLDER / "fragments"
SOURCE_LOCALE = "en"
LOCALES = ("zh_Hans_CN", SOURCE_LOCALE)
KEYWORDS = {**DEFAULT_KEYWORDS, **parse_keywords(["_l", "lazy_gettext", "lazy_ngettext:1,2", "lazy_pgettext:1c,2"])}

Texts = tuple[str, ...]


@dataclass(slots=True)
class Merge:
    """A merged catalogue and what a person should look at."""

    catalogue: Catalog
    remarks: list[str] = field(default_factory=list)


def texts(value: str | list[str] | Texts | None) -> Texts:
    """Return a msgid or msgstr as its singular and plural forms."""
    if not value:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def path_of(locale: str) -> Path:
    """Return where gettext looks for a locale's words."""
    return FOLDER / locale / "LC_MESSAGES" / "messages.po"


def read(path: Path, locale: str | None = None) -> Catalog:
    """Return a catalogue; an empty one where there is no file."""
    if not path.exists():
        return Catalog(locale=locale)
    with path.open("rb") as source:
        return read_po(source, locale=locale)


def write(path: Path, catalogue: Catalog) -> None:
    """Write a catalogue so that unchanged words give an unchanged file: no line numbers, no new dates."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as target:
        write_po(target, catalogue, width=110, include_lineno=False, ignore_obsolete=True)


def messages(catalogue: Catalog) -> Iterator[Message]:
    """Yield the messages without the header."""
    return (message for message in catalogue if message.id)


def extract() -> Catalog:
    """Return every string that code and templates ask gettext for."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)  # type: ignore[no-untyped-call]
    found = Catalog(project="Kaodian", copyright_holder="the Kaodian authors", charset="utf-8")
    for name, line, msgid, comments, context in extract_from_dir(
        str(ROOT), methods, options, KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
    ):
        found.add(msgid, locations=[(Path(name).as_posix(), line)], auto_comments=comments, context=context)
    return found


def fragments() -> tuple[dict[tuple[str, str | None], Texts], list[str]]:
    """Return the translations people left in fragments, by msgid and context, and where two disagree."""
    words: dict[tuple[str, str | None], Texts] = {}
    remarks = []
    for path in sorted(FRAGMENTS.glob("*.po")):
        for message in messages(read(path, "zh_Hans_CN")):
            key, said = (texts(message.id)[0], message.context), texts(message.string)
            if any(said) and words.setdefault(key, said) != said:
                remarks.append(f"{path.name} says {said[0]!r} for {key[0]!r}, kept {words[key][0]!r}")
    return words, remarks


def merge(locale: str, found: Catalog) -> Merge:
    """Return the locale's catalogue with exactly the strings in `found`; words come from it and from fragments."""
    before = read(path_of(locale), locale)
    words, remarks = fragments() if locale != SOURCE_LOCALE else ({}, [])
    after = Catalog(
        locale=locale,
        project="Kaodian",
        copyright_holder="the Kaodian authors",
        version="1",
        header_comment="# Kaodian's words. Written by scripts/translations.py merge; wordings may be edited here.",
        msgid_bugs_address="the project's issues",
        last_translator="the Kaodian authors",
        language_team=locale,
        creation_date=before.creation_date,
        revision_date=before.creation_date,
        fuzzy=False,
    )
    for message in messages(found):
        first, plural = texts(message.id)[0], len(texts(message.id)) > 1
        old = before.get(message.id, message.context)
        said = words.get((first, message.context)) or texts(old.string if old else None)
        files = sorted({(name, 0) for name, _ in message.locations})
        string = said if plural else "".join(said[:1])
        after.add(message.id, string, files, auto_comments=message.auto_comments, context=message.context)
    gone = [texts(message.id)[0] for message in messages(before) if found.get(message.id, message.context) is None]
    return Merge(after, [*remarks, *(f"no longer used: {text!r}" for text in gone)])
