"""Tests that fail beside others are run once more, alone."""

import sys
from pathlib import Path

import pytest

import task

FAILS_ONCE = """
from pathlib import Path

def test_fails_once():
    mark = Path(__file__).with_name("mark")
    first = not mark.exists()
    mark.touch()
    assert not first

def test_passes():
    with Path(__file__).with_name("runs").open("a") as runs:
        runs.write("x")
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(task.setup, "ROOT", tmp_path)
    for name in ("PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "pytest.ini").write_text("[pytest]\n", "utf-8")
    return tmp_path


def test_what_failed_in_company_runs_alone_and_nothing_else_does(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (project / "test_it.py").write_text(FAILS_ONCE, "utf-8")
    assert task.run_tests(Path(sys.executable), []) == 0
    assert "these passed only alone, and wait to be mended:\n  test_it.py::test_fails_once" in capfd.readouterr().out
    assert (project / "runs").read_text() == "x"


def test_what_fails_alone_too_has_failed(project: Path) -> None:
    (project / "test_it.py").write_text("def test_wrong():\n    assert False\n", "utf-8")
    assert task.run_tests(Path(sys.executable), []) == 1


def test_many_failures_are_no_accident(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (project / "test_it.py").write_text(
        FAILS_ONCE + "".join(f"\ndef test_{n}():\n    assert False\n" for n in range(6)), "utf-8"
    )
    assert task.run_tests(Path(sys.executable), []) == 1
    assert "once more" not in capfd.readouterr().out


def test_a_mistake_of_the_run_itself_is_not_tried_again(project: Path) -> None:
    assert task.run_tests(Path(sys.executable), ["--no-such-option"]) == 4
