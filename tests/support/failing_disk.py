"""A disk that fails at the Nth call, for a process that is started with it: see failing_disk.c, which does it."""

import ctypes
import mmap
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

SOURCE = Path(__file__).with_suffix(".c")
VARIABLE = "KAODIAN_FAILING_DISK"
SHORT = -1
"""Not an error: half of what should be written is written, and the call says so."""
FOR_EVER = 2**40


class Orders(ctypes.Structure):
    """What the library is told, and what it tells."""

    _fields_ = (
        ("at", ctypes.c_int64),
        ("lasts", ctypes.c_int64),
        ("kind", ctypes.c_int64),
        ("count", ctypes.c_int64),
        ("failed", ctypes.c_int64),
        ("below", ctypes.c_char * 4072),
    )


class FailingDisk:
    """The disk below one folder, in the process that was started with `prepared`."""

    def __init__(self, below: Path) -> None:
        with Path(os.environ[VARIABLE]).open("r+b") as file:
            self._orders = Orders.from_buffer(mmap.mmap(file.fileno(), ctypes.sizeof(Orders)))
        self._orders.below = str(below.resolve()).encode() + b"/"

    @contextmanager
    def failing(self, at: int, kind: int, lasts: int = 1) -> Iterator[None]:
        """Let the `at`-th call from now on fail, and as many after it as `lasts` says. With `at` 0 none does."""
        self._orders.count = self._orders.failed = 0
        self._orders.at, self._orders.lasts, self._orders.kind = at, lasts, kind
        try:
            yield
        finally:
            self._orders.at = 0

    @property
    def count(self) -> int:
        """How many calls there were since the last order."""
        return int(self._orders.count)

    @property
    def failed(self) -> int:
        """How many of them failed."""
        return int(self._orders.failed)


def prepared(folder: Path) -> Mapping[str, str]:
    """Compile the library and return the environment of a process whose disk can fail."""
    compiler = shutil.which("cc")
    if not sys.platform.startswith("linux"):
        pytest.skip("a failing disk is a preloaded library, which is for Linux")
    if compiler is None:
        pytest.skip("a failing disk needs a C compiler: python scripts/test_system.py")
    library, orders = folder / "failing_disk.so", folder / "failing_disk.orders"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-Wall", "-o", library, SOURCE, "-ldl"], check=True)
    orders.write_bytes(bytes(ctypes.sizeof(Orders)))
    return {**os.environ, "LD_PRELOAD": str(library), VARIABLE: str(orders)}
