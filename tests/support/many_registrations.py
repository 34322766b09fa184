"""Fills PostgreSQL with as many registrations, items and records as a real region has, of people who could not be."""

import hashlib
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import psycopg
from sqlalchemy import make_url, text

from region.figures.faces import rebuild_faces
from region.figures.history import rebuild_days
from region.keys import Marks, open_marks
from region.registry.box import Box
from region.registry.changing import Key
from region.registry.years import open_year
from region.store import Store
from region.venues import add_venue

YEARS = {2027: 0.4, 2026: 0.25, 2025: 0.2, 2024: 0.15}
THIS_YEAR = max(YEARS)
NOW = datetime(2027, 3, 2, 2, 0, tzinfo=UTC)
CODES = ("M02", "M03", "M04", "M05", "M06", "M07", "M08", "M09", "M10", "M11")
CATEGORIES = {"临床": 60, "口腔": 12, "公共卫生": 3, "中医": 18, "中西医结合": 6, "乡村全科": 1}
NOW_AT = {"filling": 45, "venue_passed": 25, "approved": 15, "refused": 3, "payment_due": 7, "paid": 5}
ONCE_AT = {"exam_passed": 60, "exam_failed": 35, "refused": 5}
SURNAMES, GIVEN = "欧阳测某", "试甲乙丙丁戊己庚辛壬癸"
CHUNK = 20_000
COLUMNS = {
    "registrations": "exam_year, id, venue, person, id_mark, name_mark, level, category, kinds, facts, slot, status,"
    " status_since, submitted_at, waiting_since, proposed_by, claimed_by, claimed_until, revision, change",
    "items": "exam_year, registration, code, state, version, opinion, opinion_text, mark, mark_opinion, mark_text,"
    " marked_by, decided_by, decided_at, decided_version, changed_at",
    "pictures": "exam_year, id, registration, code, position, object, original, media_type, size, width, height,"
    " version, source, added_at, removed_at",
    "registration_events": "exam_year, registration, number, at, actor, role, act, before, after, code, opinion, text",
    "records": "digest, venue, visit, key_id, version, previous, person, exceptions, trouble, is_current, decision,"
    " received_at, accepted_at, content",
    "record_files": "record_digest, file_digest, size, kind, sensitivity",
    "files": "digest, size, media_type, received_at",
}
Row = Sequence[object]


@dataclass(frozen=True, slots=True)
class Size:
    """How much; `items` and `pictures` are those of one registration."""

    registrations: int
    records: int
    venues: int
    items: int = 10
    pictures: int = 1


class Filling:
    """One filling; the same seed gives the same people."""

    def __init__(self, store: Store, box: Box, size: Size, url: str) -> None:
        self._store, self._box, self._size, self._url = store, box, size, url
        self._random = random.Random(20270302)
        self._changes = dict.fromkeys(self.venues, 0)
        with store.read() as session:
            self._marks: Marks = open_marks(session, store.vault)

    @property
    def venues(self) -> list[str]:
        """Their ids."""
        return [f"V{number:04}" for number in range(self._size.venues)]

    def fill(self) -> None:
        """Do it, by COPY and without asking for every key that is pointed to; then gather statistics."""
        for venue in self.venues:
            add_venue(self._store, venue, f"考点{venue}", f"key of {venue}")
        for year in YEARS:
            open_year(self._store, year)
        url = make_url(self._url)
        where = {"host": str(url.query["host"]), "port": str(url.query["port"])}
        with psycopg.connect(**where, user=url.username, dbname=url.database) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute("SET synchronous_commit = off")
            self._fill_registrations(connection)
            self._fill_records(connection)
            connection.execute(
                "INSERT INTO tallies SELECT exam_year, venue, status, waiting_since IS NOT NULL, '', count(*)"
                " FROM registrations GROUP BY 1, 2, 3, 4"
            )
            connection.execute("UPDATE venues SET change = (SELECT coalesce(max(change), 0) FROM registrations r"
                               " WHERE r.venue = venues.id)")  # fmt: skip
            connection.execute(
                "INSERT INTO faces (record, mark, held_at) SELECT digest, person, accepted_at FROM records"
                " WHERE accepted_at IS NOT NULL"
            )
            connection.execute(
                "UPDATE records SET has_double = true WHERE person IN (SELECT person FROM records"
                " WHERE person IS NOT NULL GROUP BY person HAVING count(*) > 1)"
            )
            connection.commit()
            with self._store.write() as session:
                rebuild_days(session)
                rebuild_faces(session)
            connection.autocommit = True
            connection.execute("VACUUM ANALYZE")

    def _fill_registrations(self, connection: "psycopg.Connection[tuple[object, ...]]") -> None:
        for start in range(0, self._size.registrations, CHUNK):
            made = [self._registration(number) for number in range(start, min(start + CHUNK, self._size.registrations))]
            _copy(connection, "registrations", made)
            _copy(connection, "items", (item for row in made for item in self._items(row)))
            _copy(connection, "pictures", (picture for row in made for picture in self._pictures(row)))
            _copy(connection, "registration_events", (event for row in made for event in self._events(row)))
            connection.commit()

    def _fill_records(self, connection: "psycopg.Connection[tuple[object, ...]]") -> None:
        for start in range(0, self._size.records, CHUNK):
            made = [self._record(number) for number in range(start, min(start + CHUNK, self._size.records))]
            _copy(connection, "records", made)
            named = [(row[0], _digest(f"{row[0]}{n}"), 90_000, "file", "biometrics") for row in made for n in range(5)]
            _copy(connection, "record_files", named)
            _copy(connection, "files", [(one[1], 90_000, "application/age", NOW) for one in named])
            connection.commit()

    def _registration(self, number: int) -> Row:
        dice = self._random
        year = dice.choices(list(YEARS), list(YEARS.values()))[0]
        status = _drawn(dice, NOW_AT if year == THIS_YEAR else ONCE_AT)
        venue = dice.choice(self.venues)
        waits = status == "venue_passed" or (status == "filling" and dice.random() < 0.4)
        since = NOW - timedelta(seconds=dice.randrange(3_000_000))
        fields = _fields(dice, number)
        key = Key(year, f"{dice.getrandbits(96):024x}")
        self._changes[venue] += 1
        marks = (
            self._marks.person(fields["reg_no"]),
            self._marks.document(fields["id_no"]),
            self._marks.name(fields["name"]),
        )
        return (
            *(year, key.id, venue, *marks, fields["exam_level"], fields["exam_category"], fields["kinds"]),
            *(self._box.seal_fields(fields, str(key)), "2027-03-02 09:00-09:30", status, since),
            *(since if waits else None, since if waits else None, "", "", None, 2, self._changes[venue]),
        )

    def _items(self, row: Row) -> Iterator[Row]:
        state = "waiting" if row[11] == "filling" and row[14] else "open" if row[11] == "filling" else "passed"
        decided = ("r-0001", row[12], 1) if state == "passed" else ("", None, 0)
        for code in CODES[: self._size.items]:
            yield (row[0], row[1], code, state, 1, "", "", "", "", "", "", *decided, row[12])

    def _pictures(self, row: Row) -> Iterator[Row]:
        for number in range(self._size.pictures):
            name = f"{row[1][:-2]}{number:02x}"  # type: ignore[index]
            digest = _digest(name)
            yield (
                *(row[0], name, row[1], CODES[number], 0, digest, digest, "image/jpeg", 90_000),
                *(1200, 1600, 1, "candidate", row[12], None),
            )

    def _events(self, row: Row) -> Iterator[Row]:
        yield (row[0], row[1], 1, row[12], "roster", "system", "enrolled", "filling", "filling", "", "", "")
        yield (row[0], row[1], 2, row[12], "candidate", "candidate", "submitted", "filling", row[11], "", "", "")

    def _record(self, number: int) -> Row:
        dice = self._random
        decision = _drawn(dice, {"passed": 92, "returned": 2, "refused": 1, "": 5})
        is_whole = bool(decision) or dice.random() < 0.9
        person = self._marks.person(_reg_no(number)) if is_whole else None
        return (
            *(_digest(f"record {number}"), dice.choice(self.venues), f"visit-{number}", "k" * 32, 1, "", person),
            *(int(dice.random() < 0.1), "", True, decision, NOW, NOW if is_whole else None, dice.randbytes(1500)),
        )


def counts(store: Store) -> Mapping[str, int]:
    """How many rows there are, as the last gathering of statistics knows."""
    query = text("SELECT relname, reltuples::bigint FROM pg_class WHERE relname = ANY(:names)")
    with store.read() as session:
        whole = dict(session.execute(query, {"names": ["records", "record_files", "files"]}).tuples().all())
        for table in ("registrations", "items", "pictures", "registration_events"):
            parts = [f"{table}_{year}" for year in YEARS]
            whole[table] = sum(number for _name, number in session.execute(query, {"names": parts}))
    return whole


def somebodys_id_no(number: int) -> str:
    """The made-up document number of the person of this number; its address code belongs to no place."""
    return f"99{number:016d}"


def _fields(dice: random.Random, number: int) -> dict[str, str]:
    name = dice.choice(SURNAMES) + "".join(dice.choices(GIVEN, k=4))
    return {
        "reg_no": _reg_no(number),
        "name": name,
        "sex": dice.choice("男女"),
        "id_no": somebodys_id_no(number),
        "born_on": "1991-01-01",
        "exam_level": _drawn(dice, {"physician": 70, "assistant": 30}),
        "exam_category": _drawn(dice, CATEGORIES),
        "kinds": "LV1,FRESH",
        "mobile": "10000000001",
        "employer": "测试医院",
    }


def _reg_no(number: int) -> str:
    return f"R{number:09}"


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def _drawn(dice: random.Random, weights: Mapping[str, int]) -> str:
    return dice.choices(list(weights), list(weights.values()))[0]


def _copy(connection: "psycopg.Connection[tuple[object, ...]]", table: str, rows: Iterable[Row]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({COLUMNS[table]}) FROM STDIN") as copy:  # type: ignore[arg-type]
        for row in rows:
            copy.write_row(row)
