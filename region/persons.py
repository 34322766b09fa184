"""Whose record it is: known only after opening, remembered in memory and never on the disk."""

import threading
from collections import OrderedDict
from dataclasses import dataclass

from records.age import decrypt
from records.errors import RecordError
from records.manifest import unwrap
from records.parts import read_part
from records.sensitivity import Sensitivity
from region.errors import DamagedHereError
from region.keys import identities
from region.models import RecordRow
from region.opening import encrypted
from region.store import Store

MOST = 50_000


@dataclass(frozen=True, slots=True)
class Person:
    """Registration number and name; both "" while the record cannot be opened."""

    reg_no: str = ""
    name: str = ""


NOBODY = Person()


class Persons:
    """Opens the identity part of records, each once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: OrderedDict[str, Person] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, row: RecordRow) -> Person:
        """Return whose record it is, `NOBODY` while its identity part is not here or does not open."""
        with self._lock:
            if row.digest in self._known:
                self._known.move_to_end(row.digest)
                return self._known[row.digest]
        try:
            person = self._open(row)
        except (RecordError, DamagedHereError):
            return NOBODY
        with self._lock:
            self._known[row.digest] = person
            if len(self._known) > MOST:
                self._known.popitem(last=False)
        return person

    def _open(self, row: RecordRow) -> Person:
        parts = unwrap(row.content, row.digest).manifest.parts
        identity = next(part for part in parts if part.sensitivity is Sensitivity.IDENTITY)
        content = encrypted(self._store, identity.digest)
        part = read_part(decrypt(content, identities(self._store.vault)))
        return Person(str(part["reg_no"]), str(part["facts"].get("name", "")))
