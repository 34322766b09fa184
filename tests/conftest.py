"""CI skips nothing: with CI=true a skipped test is a failed one."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import flask
import flask.templating
import jinja2
import pytest

IN_CI = os.environ.get("CI") == "true"
TESTDATA_VARIABLE = "KAODIAN_TESTDATA"
TESTDATA = Path(os.environ.get(TESTDATA_VARIABLE) or Path(__file__).parents[2] / "shared" / "testdata")


class _CompiledOnce(flask.templating.Environment):
    """Templates are compiled once a run and not once an app: every test has an app of its own."""

    def __init__(self, app: flask.Flask, **options: Any) -> None:
        super().__init__(app, bytecode_cache=_Compiled(), **options)


class _Compiled(jinja2.BytecodeCache):
    """What has been compiled in this process, by template and by how its app reads templates."""

    _kept: ClassVar[dict[tuple[object, ...], bytes]] = {}

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        if (known := self._kept.get(_manner(bucket))) is not None:
            bucket.bytecode_from_string(known)

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        self._kept[_manner(bucket)] = bucket.bytecode_to_string()


def _manner(bucket: jinja2.bccache.Bucket) -> tuple[object, ...]:
    reads = bucket.environment
    escapes = getattr(reads.autoescape, "__qualname__", reads.autoescape)
    return bucket.key, reads.trim_blocks, reads.lstrip_blocks, escapes, *sorted(reads.extensions)


flask.Flask.jinja_environment = _CompiledOnce


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure, unless the pictures that do not ship with the project are what is missing."""
    if not (IN_CI and report.outcome == "skipped") or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if TESTDATA_VARIABLE in reason and not TESTDATA.is_dir():
        return
    report.outcome = "failed"
    report.longrepr = f"skipped, and in CI nothing may be: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    """Judge the skips inside tests and fixtures."""
    report: pytest.TestReport = yield
    _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Iterator[None]:
    """Judge the skips of whole modules."""
    report: pytest.CollectReport = yield
    _refuse_skip(report)
    return report


@pytest.fixture(scope="session")
def testdata() -> Path:
    """The folder of portraits, pages, scans and fingers, which lies beside the repository where it is present."""
    if not TESTDATA.is_dir():
        pytest.skip(f"no test pictures here; {TESTDATA_VARIABLE} may name their folder")
    return TESTDATA
