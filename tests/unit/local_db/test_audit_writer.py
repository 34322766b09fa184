"""Nobody but one module adds entries to the audit log: any other way would break its chain."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = ("kiosk", "local_db", "sync", "devices")


def test_entries_are_added_in_one_place() -> None:
    makers = set()
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "AuditRow":
                    makers.add(path.relative_to(ROOT).as_posix())
    assert makers == {"local_db/audit.py"}
