"""The record of device tests: at the start of the day, and whenever somebody looks."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from local_db.clock import Clock
from local_db.device_models import CheckRow
from local_db.engine import Database

ALONE = ""
"""The round of a device that was tested by itself."""


@dataclass(frozen=True, slots=True)
class DeviceCheck:
    """How one device did; see `CheckRow`. `at` is None until it is kept."""

    station: str
    role: str
    driver: str
    result: str
    code: str = ""
    at: datetime | None = None


class CheckBook:
    """The record; lines are added and never changed."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def add(self, round_id: str, check: DeviceCheck, actor: str) -> None:
        """Keep how a device did."""
        with self._database.writing() as session:
            session.add(
                CheckRow(
                    round=round_id,
                    station=check.station,
                    role=check.role,
                    driver=check.driver,
                    result=check.result,
                    code=check.code,
                    actor=actor,
                    at=self._clock.now(),
                )
            )

    def newest_round(self) -> tuple[str, list[DeviceCheck]]:
        """Return who did the newest round of tests, and how each device did in it; "" and nothing if there was none."""
        with self._database.reading() as session:
            of_a_round = select(CheckRow).where(CheckRow.round != ALONE)
            last = session.scalar(of_a_round.order_by(CheckRow.id.desc()).limit(1))
            if last is None:
                return "", []
            rows = session.scalars(select(CheckRow).where(CheckRow.round == last.round).order_by(CheckRow.id))
            return last.actor, [_check_of(row) for row in rows]

    def troubles(self, begins_at: datetime, ends_at: datetime) -> list[tuple[str, str, str, int]]:
        """Return which devices failed a test within these moments: station, role, code, and how often."""
        columns = (CheckRow.station, CheckRow.role, CheckRow.code)
        query = select(*columns, func.count()).where(CheckRow.result == "trouble")
        query = query.where(CheckRow.at >= begins_at, CheckRow.at < ends_at).group_by(*columns).order_by(*columns)
        with self._database.reading() as session:
            return [(station, role, code, count) for station, role, code, count in session.execute(query)]

    def history(self, limit: int = 200) -> list[DeviceCheck]:
        """Return the newest tests of all rounds, newest first."""
        with self._database.reading() as session:
            return [
                _check_of(row) for row in session.scalars(select(CheckRow).order_by(CheckRow.id.desc()).limit(limit))
            ]


def _check_of(row: CheckRow) -> DeviceCheck:
    return DeviceCheck(row.station, row.role, row.driver, row.result, row.code, row.at)
