"""The made-up candidates of a running demo, read from the roster file that it imported."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl

ZONE = ZoneInfo("Asia/Shanghai")
EARLIEST_MIN, LATEST_MIN = 26, 52
"""Inside what the default profile admits, with time for the tests to run."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One row of the roster."""

    reg_no: str
    name: str
    id_no: str
    id_type: str
    kinds: str
    starts: time

    @property
    def tail(self) -> str:
        """What a kiosk asks for."""
        return self.id_no[-6:]


class Candidates:
    """Hands every test candidates of its own, whose appointment is now."""

    def __init__(self, home: Path) -> None:
        [path] = (home / "demo").glob("roster-*.xlsx")
        rows = openpyxl.load_workbook(path, read_only=True).active.iter_rows(values_only=True)
        names = next([str(name) for name in row] for row in rows if "报名号" in row)
        self._rows = [dict(zip(names, map(str, row), strict=True)) for row in rows]
        self.all = [_candidate(row) for row in self._rows]
        tails = Counter(one.tail for one in self.all)
        self._free = [one for one in self.all if _is_now(one) and _is_ordinary(one) and tails[one.tail] == 1]

    @property
    def values(self) -> set[str]:
        """Every value of the roster: what may stand on a screen in its own script."""
        return {value for row in self._rows for value in row.values()}

    def next(self) -> Candidate:
        """Return somebody who has not been given out before."""
        return self._free.pop(0)

    def at_another_time(self) -> Candidate:
        """Return the one whose appointment is furthest from now."""
        return max(self.all, key=lambda one: abs(_minutes_until(one)))


def _candidate(row: dict[str, str]) -> Candidate:
    starts = time.fromisoformat(row["预约时段"][:5].zfill(5))
    return Candidate(row["报名号"], row["姓名"], row["证件编号"], row["证件类型"], row["考生类型"], starts)


def _minutes_until(one: Candidate) -> int:
    now = datetime.now(UTC).astimezone(ZONE)
    return one.starts.hour * 60 + one.starts.minute - now.hour * 60 - now.minute


def _is_now(one: Candidate) -> bool:
    return -LATEST_MIN < _minutes_until(one) < EARLIEST_MIN


def _is_ordinary(one: Candidate) -> bool:
    return len(one.id_no) == 18 and not {"FOR", "HMT", "MIL"} & set(one.kinds.split(","))


def roster_of_namesakes() -> str:
    """Return a roster of two people whose document numbers end alike, as CSV."""
    today = datetime.now(UTC).astimezone(ZONE).date()
    people = (("209988880001", "𠮷测试", "990000199001018818"), ("209988880002", "李测试同", "990001199001018818"))
    rows = [
        f"{reg_no},{name},居民身份证,{id_no},执业医师,110 临床,{today},00:00-23:59" for reg_no, name, id_no in people
    ]
    return "\n".join(["报名号,姓名,证件类型,证件编号,报考级别,报考类别,预约日期,预约时段", *rows, ""])


NAMESAKES_TAIL = "018818"
