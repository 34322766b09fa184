"""How far candidates are, what happened on which day, whose faces are held, when venues were last heard from."""

# ruff: noqa: S608 - nothing but our own names is put into these statements
import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
ACTS = {
    "submitted": "submitted",
    "pass_at_venue": "passed",
    "approve": "approved",
    "returned": "returned",
    "send_back": "returned",
    "refuse": "refused",
    "pay": "paid",
}


def upgrade() -> None:
    """Apply; days are those of UTC+8. A region elsewhere runs `python -m region figures rebuild` afterwards."""
    for name in ("uploaded_at", "returned_at"):
        op.add_column("registrations", sa.Column(name, TIME, nullable=True))
    for name in ("arrived_on", "finished_on"):
        op.add_column("onsite_records", sa.Column(name, sa.Date(), nullable=True))
    _note_progress()
    _note_suspects()
    _create_tallies()
    _create_days()
    _create_faces()
    op.create_table(
        "venue_contacts",
        sa.Column("venue", sa.String(length=64), nullable=False),
        sa.Column("heard_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["venue"], ["venues.id"]),
        sa.PrimaryKeyConstraint("venue"),
    )


def downgrade() -> None:
    """Undo."""
    for table, name in (("checkpoints", "trouble"), ("records", "double"), ("records", "twin")):
        op.drop_index(f"ix_{table}_{name}", table)
    for column in ("has_double", "has_twin"):
        op.drop_column("records", column)
    for table in ("venue_contacts", "face_tallies", "face_persons", "faces", "day_tallies", "tallies"):
        op.drop_table(table)
    op.create_table("tallies", *_tally_columns(), sa.PrimaryKeyConstraint("exam_year", "venue", "status", "is_waiting"))
    place = "exam_year, venue, status, waiting_since IS NOT NULL"
    op.execute(f"INSERT INTO tallies SELECT {place}, count(*) FROM registrations GROUP BY {place}")
    for table, columns in (
        ("onsite_records", ("finished_on", "arrived_on")),
        ("registrations", ("returned_at", "uploaded_at")),
    ):
        for column in columns:
            op.drop_column(table, column)


def _note_progress() -> None:
    of_it = "{0}.exam_year = registrations.exam_year AND {0}.registration = registrations.id"
    op.execute(
        "UPDATE registrations SET uploaded_at = (SELECT min(at) FROM registration_events"
        f" WHERE {of_it.format('registration_events')} AND act = 'picture_added')"
    )
    op.execute(
        "UPDATE registrations SET returned_at = status_since WHERE status = 'filling' AND waiting_since IS NULL"
        f" AND EXISTS (SELECT 1 FROM items WHERE {of_it.format('items')} AND items.state = 'returned')"
    )
    op.execute(
        "UPDATE onsite_records SET finished_on = (SELECT " + _local_day("min(sealed_at)") + " FROM records"
        " WHERE records.venue = onsite_records.venue AND records.visit = onsite_records.visit"
        " AND records.accepted_at IS NOT NULL)"
    )


def _note_suspects() -> None:
    """Note where records may contradict each other, so that nobody has to look at all of them."""
    for column in ("has_twin", "has_double"):
        op.add_column("records", sa.Column(column, sa.Boolean(), nullable=False, server_default=sa.false()))
    places = "SELECT venue, visit FROM records GROUP BY venue, visit, version HAVING count(*) > 1"
    op.execute(f"UPDATE records SET has_twin = true WHERE (venue, visit) IN ({places})")
    persons = "SELECT DISTINCT person, venue, visit FROM records WHERE person IS NOT NULL"
    several = f"SELECT person FROM ({persons}) AS visits GROUP BY person HAVING count(*) > 1"
    op.execute(f"UPDATE records SET has_double = true WHERE person IN ({several})")
    for table, name, columns, condition in (
        ("records", "twin", ["venue", "visit"], "has_twin"),
        ("records", "double", ["person"], "has_double"),
        ("checkpoints", "trouble", ["seq"], "trouble <> ''"),
    ):
        where = sa.text(condition)
        op.create_index(f"ix_{table}_{name}", table, columns, sqlite_where=where, postgresql_where=where)


def _tally_columns(*more: sa.Column[str]) -> list[sa.Column[int] | sa.Column[str] | sa.Column[bool]]:
    return [
        sa.Column("exam_year", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("venue", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("is_waiting", sa.Boolean(), nullable=False),
        *more,
        sa.Column("number", sa.Integer(), nullable=False),
    ]


def _create_tallies() -> None:
    op.drop_table("tallies")
    keys = ("exam_year", "venue", "status", "is_waiting", "progress")
    progress = sa.Column("progress", sa.String(length=16), nullable=False)
    op.create_table("tallies", *_tally_columns(progress), sa.PrimaryKeyConstraint(*keys))
    op.execute(
        "INSERT INTO tallies (exam_year, venue, status, is_waiting, progress, number)"
        " SELECT exam_year, venue, status, waits, progress, count(*) FROM (SELECT exam_year, venue, status,"
        " waiting_since IS NOT NULL AS waits, CASE WHEN waiting_since IS NOT NULL OR status <> 'filling' THEN ''"
        " WHEN returned_at IS NOT NULL THEN 'returned' WHEN uploaded_at IS NOT NULL THEN 'uploaded' ELSE '' END"
        " AS progress FROM registrations) AS found GROUP BY exam_year, venue, status, waits, progress"
    )


def _create_days() -> None:
    op.create_table(
        "day_tallies",
        sa.Column("exam_year", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("venue", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("exam_year", "venue", "day", "kind"),
    )
    op.create_index("ix_day_tallies_day", "day_tallies", ["exam_year", "day"])
    slot_day = "substr(slot, 1, 10)" if _is_sqlite() else "CAST(substr(slot, 1, 10) AS date)"
    _fill_days(slot_day, "'expected'", "registrations r", "slot <> ''")
    events = "registrations r JOIN registration_events e ON e.exam_year = r.exam_year AND e.registration = r.id"
    for act, kind in ACTS.items():
        _fill_days(_local_day("e.at"), f"'{kind}'", events, f"e.act = '{act}'")
    visits = "registrations r JOIN onsite_records o ON o.exam_year = r.exam_year AND o.registration = r.id"
    is_finished = "o.finished_on IS NOT NULL"
    _fill_days("o.finished_on", "'finished'", visits, is_finished)
    for capture in ("photo", "fingerprint"):
        holds = f"',' || o.captured || ',' LIKE '%,{capture},%'"
        _fill_days("o.finished_on", f"'{capture}'", visits, f"{is_finished} AND {holds}")


def _fill_days(day: str, kind: str, source: str, where: str) -> None:
    op.execute(
        "INSERT INTO day_tallies (exam_year, venue, day, kind, number)"
        f" SELECT r.exam_year, r.venue, {day}, {kind}, count(*) FROM {source} WHERE {where}"
        f" GROUP BY r.exam_year, r.venue, {day} ON CONFLICT (exam_year, venue, day, kind)"
        " DO UPDATE SET number = day_tallies.number + excluded.number"
    )


def _create_faces() -> None:
    op.create_table(
        "faces",
        sa.Column("record", sa.String(length=64), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("exam_year", sa.SmallInteger(), nullable=True),
        sa.Column("registration", sa.String(length=32), nullable=True),
        sa.Column("held_at", TIME, nullable=False),
        sa.Column("gone_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["record"], ["records.digest"]),
        sa.PrimaryKeyConstraint("record"),
    )
    op.create_index("ix_faces_registration", "faces", ["exam_year", "registration"])
    op.create_index("ix_faces_held_at", "faces", ["held_at"])
    op.create_table(
        "face_persons",
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("mark"),
    )
    op.create_table(
        "face_tallies",
        sa.Column("part", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("part"),
    )
    _fill_faces()


def _fill_faces() -> None:
    """Count the faces of those who are registered; `figures rebuild --open-records` finds those of all others."""
    op.execute(
        "INSERT INTO faces (record, mark, exam_year, registration, held_at) SELECT o.record,"
        " CASE WHEN r.id_mark <> '' THEN r.id_mark ELSE r.person END, r.exam_year, r.id, o.applied_at"
        " FROM onsite_records o JOIN registrations r ON r.exam_year = o.exam_year AND r.id = o.registration"
        " JOIN records ON records.digest = o.record WHERE ',' || o.captured || ',' LIKE '%,photo,%'"
        " ON CONFLICT (record) DO NOTHING"
    )
    op.execute("INSERT INTO face_persons (mark, number) SELECT mark, count(*) FROM faces WHERE true GROUP BY mark")
    find, digits = "instr" if _is_sqlite() else "strpos", "'0123456789abcdef'"
    first, second = (f"({find}({digits}, substr(mark, {place}, 1)) - 1)" for place in (1, 2))
    part = f"{first} * 16 + {second}"
    op.execute(f"INSERT INTO face_tallies (part, number) SELECT {part}, count(*) FROM face_persons GROUP BY {part}")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _local_day(at: str) -> str:
    if _is_sqlite():
        return f"date({at}, '+8 hours')"
    return f"CAST(timezone('UTC', {at}) + interval '8 hours' AS date)"
