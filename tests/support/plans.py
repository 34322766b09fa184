"""How PostgreSQL answers what the region asks: the plan of every statement, and which large tables it reads whole."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event

LARGE = ("registrations", "items", "pictures", "registration_events", "records", "record_files", "files", "verdicts")


@dataclass(slots=True)
class Statements:
    """What was asked, each statement once, with what it was asked with the first time."""

    asked: dict[str, Any] = field(default_factory=dict)

    def plans(self, engine: Engine) -> Iterator[tuple[str, dict[str, Any]]]:
        """Return each statement with its plan; nothing is done or changed by asking for it."""
        for statement, parameters in self.asked.items():
            with engine.connect() as connection:
                cursor = connection.connection.cursor()
                cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
                ((found,),) = cursor.fetchall()
                cursor.close()
                connection.rollback()
            yield statement, found[0]["Plan"]


@contextmanager
def watched(engine: Engine) -> Iterator[Statements]:
    """Write down every statement that is asked meanwhile."""
    seen = Statements()

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE", "INSERT")):
            seen.asked.setdefault(statement, parameters[0] if many else parameters)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Return the plan's nodes from the top."""
    yield plan
    for inner in plan.get("Plans", ()):
        yield from nodes(inner)


def read_whole(plan: dict[str, Any]) -> list[str]:
    """Return the large tables, or parts of them, that the plan reads from beginning to end.

    The common parts do not count: where every year has its place they are empty.
    """
    scanned = [node["Relation Name"] for node in nodes(plan) if node["Node Type"] == "Seq Scan"]
    return [name for name in scanned if name.startswith(LARGE) and not name.endswith("_other")]


def short(plan: dict[str, Any]) -> str:
    """Return the plan in a line: what is read, and how."""
    reads = (node for node in nodes(plan) if "Scan" in node["Node Type"])
    return ", ".join(f"{node['Node Type']} {node.get('Index Name') or node.get('Relation Name', '')}" for node in reads)
