"""Writes the files that simulated devices obey, never half of one."""

import json
from pathlib import Path


def write_orders(path: Path, **words: object) -> None:
    """Tell a simulated device what to do."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(words, ensure_ascii=False), "utf-8")
    draft.replace(path)
