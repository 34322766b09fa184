"""CI skips nothing: with CI=true a skipped test is a failed one."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

IN_CI = os.environ.get("CI") == "true"
TESTDATA_VARIABLE = "KAODIAN_TESTDATA"
TESTDATA = Path(os.environ.get(TESTDATA_VARIABLE) or Path(__file__).parents[2] / "shared" / "testdata")


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
