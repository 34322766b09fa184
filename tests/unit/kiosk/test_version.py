"""The version on the day report is the one that is being shipped."""

import tomllib
from pathlib import Path

from kiosk.version import VERSION


def test_the_program_says_the_version_that_it_is_shipped_as() -> None:
    project = tomllib.loads((Path(__file__).resolve().parents[3] / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["version"] == VERSION
