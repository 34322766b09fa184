"""The record of devices: how they did in tests, and what happened to them over the day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, true

from local_db.clock import Clock
from local_db.device_models import CheckRow, IncidentRow
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


@dataclass(frozen=True, slots=True)
class Incident:
    """Something that happened to a device; see `IncidentRow`."""

    station: str
    role: str
    code: str


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

    def add_incidents(self, incidents: Sequence[Incident]) -> None:
        """Keep what happened to devices.

        Raises:
            NotSavedError: nothing of it was kept.
        """
        now = self._clock.now()
        with self._database.writing() as session:
            session.add_all(IncidentRow(station=one.station, role=one.role, code=one.code, at=now) for one in incidents)

    def troubles(self, begins_at: datetime, ends_at: datetime) -> list[tuple[str, str, str, int]]:
        """Return which devices failed a test within these moments: station, role, code, and how often."""
        return self._counted(CheckRow, begins_at, ends_at, CheckRow.result == "trouble")

    def incidents(self, begins_at: datetime, ends_at: datetime) -> list[tuple[str, str, str, int]]:
        """Return what happened to which devices within these moments: station, role, code, and how often."""
        return self._counted(IncidentRow, begins_at, ends_at, true())

    def _counted(
        self,
        table: type[CheckRow] | type[IncidentRow],
        begins_at: datetime,
        ends_at: datetime,
        which: ColumnElement[bool],
    ) -> list[tuple[str, str, str, int]]:
        columns = (table.station, table.role, table.code)
        query = select(*columns, func.count()).where(which, table.at >= begins_at, table.at < ends_at)
        with self._database.reading() as session:
            rows = session.execute(query.group_by(*columns).order_by(*columns))
            return [(station, role, code, count) for station, role, code, count in rows]

    def history(self, limit: int = 200) -> list[DeviceCheck]:
        """Return the newest tests of all rounds, newest first."""
        with self._database.reading() as session:
            return [
                _check_of(row) for row in session.scalars(select(CheckRow).order_by(CheckRow.id.desc()).limit(limit))
            ]


def _check_of(row: CheckRow) -> DeviceCheck:
    return DeviceCheck(row.station, row.role, row.driver, row.result, row.code, row.at)
