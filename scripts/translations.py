"""The gettext catalogues.

translations.py merge      fold what code asks for, and translations/fragments/*.po, into the catalogues
translations.py check      every string has a Chinese wording with the same placeholders, nothing is left over
translations.py compile    make the .mo files
translations.py extract    write translations/messages.pot, for a translator's own tool
"""

import re
import sys
from collections.abc import Iterator

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo

import catalogues

_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")


def placeholders(text: str) -> set[str]:
    """Return the names that are filled in when the text is shown."""
    return {name for pair in _PLACEHOLDER.findall(text) for name in pair if name}


def faults(locale: str, message: Message, wanted: Message) -> Iterator[str]:
    """Yield what is wrong with one translation."""
    said, asked = catalogues.texts(message.string), catalogues.texts(wanted.id)
    if not any(text.strip() for text in said):
        # An empty English wording is right: gettext then shows the msgid, which is English.
        if locale != catalogues.SOURCE_LOCALE:
            yield "not translated"
        return
    if message.fuzzy:
        yield "fuzzy"
    names = set().union(*map(placeholders, asked))
    for text in said:
        if not placeholders(text) <= names or (len(asked) == 1 and placeholders(text) != names):
            yield f"other placeholders than the original: {text!r}"


def check_locale(locale: str, found: Catalog) -> Iterator[str]:
    """Yield each fault of a locale as one line."""
    have = catalogues.read(catalogues.path_of(locale), locale)
    for wanted in catalogues.messages(found):
        message = have.get(wanted.id, wanted.context)
        place = wanted.locations[0][0] if wanted.locations else "?"
        problems = (
            ["missing; run: scripts/translations.py merge"] if message is None else faults(locale, message, wanted)
        )
        for problem in problems:
            yield f"{locale}: {place}: {catalogues.texts(wanted.id)[0]!r}: {problem}"
    for message in catalogues.messages(have):
        if found.get(message.id, message.context) is None:
            yield f"{locale}: {catalogues.texts(message.id)[0]!r}: nothing asks for it any more"


def check() -> int:
    """Print every fault and return how many there are."""
    found = catalogues.extract()
    lines = [line for locale in catalogues.LOCALES for line in check_locale(locale, found)]
    print("\n".join(lines) if lines else f"{sum(1 for _ in catalogues.messages(found))} strings, all translated.")
    return len(lines)


def merge() -> int:
    """Write both catalogues anew and say what a person should look at."""
    found = catalogues.extract()
    for locale in catalogues.LOCALES:
        result = catalogues.merge(locale, found)
        catalogues.write(catalogues.path_of(locale), result.catalogue)
        print(*(f"{locale}: {remark}" for remark in result.remarks), sep="\n")
    return 0


def compile_all() -> int:
    """Make the .mo file beside each catalogue."""
    for path in catalogues.FOLDER.glob("*/LC_MESSAGES/*.po"):
        with path.with_suffix(".mo").open("wb") as target:
            write_mo(target, catalogues.read(path, path.parent.parent.name))
    return 0


def extract() -> int:
    """Write the template of all strings."""
    catalogues.write(catalogues.FOLDER / "messages.pot", catalogues.extract())
    return 0


def main(arguments: list[str]) -> int:
    """Do what the first argument names."""
    tasks = {"merge": merge, "check": check, "compile": compile_all, "extract": extract}
    if len(arguments) != 1 or arguments[0] not in tasks:
        print(__doc__)
        return 2
    return 1 if tasks[arguments[0]]() else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
