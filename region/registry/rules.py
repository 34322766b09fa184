"""What the region's profile in force says, as the registry needs it."""

import tomllib
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from records.canonical import digest_bytes
from records.registration import Registration
from region.errors import SettingsError
from region.registry.models import ProfileRow
from region.registry.window_models import WindowRow
from region.store import Store
from rules.booking import BookingOptions
from rules.materials.options import MaterialsOptions
from rules.materials.required import Asked, required_items
from rules.online import OnlineOptions

PROFILES = Path(__file__).resolve().parents[2] / "profiles"


@dataclass(frozen=True, slots=True)
class Rules:
    """One version of the profile. `version` is what its maker calls it, `digest` the SHA-256 of its text."""

    materials: MaterialsOptions
    online: OnlineOptions
    digest: str
    source: str
    version: str = ""
    booking: BookingOptions = field(default_factory=BookingOptions)

    def asked(self, registration: Registration) -> tuple[Asked, ...]:
        """Return the region's whole list in its order, with what this candidate has to bring marked as required."""
        return required_items(registration.kinds, registration.fields, self.materials)


@dataclass(frozen=True, slots=True)
class Window:
    """When something is open; without one it always is.

    Attributes:
        opens_at: None where only the end is set.
    """

    opens_at: datetime | None
    closes_at: datetime

    def is_begun(self, now: datetime) -> bool:
        """Tell whether it has opened."""
        return self.opens_at is None or self.opens_at <= now

    def is_past(self, now: datetime) -> bool:
        """Tell whether it has closed."""
        return self.closes_at <= now

    def is_open(self, now: datetime) -> bool:
        """Tell whether it is open at this moment."""
        return self.is_begun(now) and not self.is_past(now)


@lru_cache(maxsize=8)
def parse_rules(source: str, name: str = "profile") -> Rules:
    """Return the rules of a profile's TOML text.

    Raises:
        SettingsError: it is no TOML, or `[materials]`, `[online]` or `[booking]` do not fit; the place is named.
    """
    try:
        tables = tomllib.loads(source)
        materials = MaterialsOptions.model_validate(tables.get("materials", {}))
        online = OnlineOptions.model_validate(tables.get("online", {}))
        booking = BookingOptions.model_validate(tables.get("booking", {}))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise SettingsError(f"{name}: {error}") from error
    version = str(tables.get("version", ""))
    return Rules(materials, online, digest_bytes(source.encode()), source, version, booking)


def shipped_rules(shipped: str = "default") -> Rules:
    """Return the rules of a profile that ships with the program."""
    path = PROFILES / f"{shipped}.toml"
    return parse_rules(path.read_text(encoding="utf-8"), path.name)


def rules_in_force(store: Store, shipped: str = "default") -> Rules:
    """Return the rules published last that hold by now; those of the shipped profile while there are none."""
    with store.read() as session:
        row = session.scalar(in_force(store.now()))
    if row is not None:
        return parse_rules(row.source, row.name)
    return shipped_rules(shipped)


def in_force(now: datetime) -> Select[ProfileRow]:
    """Return the question for the version that is in force at a moment."""
    holds = or_(ProfileRow.holds_from.is_(None), ProfileRow.holds_from <= now)
    published = select(ProfileRow).where(ProfileRow.published_at.is_not(None), holds)
    return published.order_by(ProfileRow.published_at.desc(), ProfileRow.seq.desc()).limit(1)


def is_over(session: Session, year: int, venue: str, now: datetime) -> bool:
    """Tell whether the whole review has ended: the region's window for it has closed."""
    return is_past(session, year, venue, "region_review", now)


def is_past(session: Session, year: int, venue: str, kind: str, now: datetime) -> bool:
    """Tell whether a window was set and has closed."""
    found = window(session, year, venue, kind)
    return found is not None and found.is_past(now)


def window(session: Session, year: int, venue: str, kind: str) -> Window | None:
    """Return the window of a kind: the venue's own, else the one for all, else None."""
    for whose in (venue, ""):
        row = session.get(WindowRow, (year, whose, kind))
        if row is not None:
            return Window(row.opens_at, row.closes_at)
    return None
