"""What a newer roster says of a registration already confirmed: a lead takes it over or sets it aside."""

from datetime import date, time

from sqlalchemy import select

from local_db import audit
from local_db.clock import Clock
from local_db.engine import Database
from local_db.models import RegistrationRow
from local_db.roster_merge import row_values, said_of
from local_db.store import Origin
from local_db.visits import registration_of
from records.registration import FIELDS, SLOT_FIELDS, Registration, Slot


def settle_flag(database: Database, reg_no: str, clock: Clock, origin: Origin, *, accept: bool) -> bool:
    """Take over or set aside what was flagged; return whether there was anything to settle.

    Taking it over changes the facts, so a confirmation or a signature bound to the old ones comes back by itself.
    """
    with database.writing() as session:
        row = session.scalar(select(RegistrationRow).where(RegistrationRow.reg_no == reg_no))
        if row is None or row.flagged is None:
            return False
        codes = sorted(code for code in row.flagged if code in FIELDS)
        if accept:
            values = row_values(_merged(registration_of(row), row.flagged))
            for name, value in values.items():
                setattr(row, name, value)
            row.updated_at = clock.now()
        row.flagged = None
        act = "roster:flag-accepted" if accept else "roster:flag-discarded"
        audit.append(session, clock, audit.Act(origin.actor, origin.station, act, str(row.id), {"fields": codes}))
    return True


def _merged(old: Registration, flagged: dict[str, str]) -> Registration:
    """Return the registration as the newer roster has it; the warnings stay, they were looked at."""
    said = {**said_of(old), **flagged}
    fields = {code: said[code] for code in FIELDS if code not in SLOT_FIELDS}
    extra = {name: text for name, text in said.items() if name not in FIELDS and text}
    return Registration(old.reg_no, fields, _slot(said["slot_day"], said["slot_time"]), extra, old.warnings)


def _slot(day: str, hours: str) -> Slot | None:
    if not day:
        return None
    starts, ends = map(time.fromisoformat, hours.split("-"))
    return Slot(date.fromisoformat(day), starts, ends)
