"""What came down from the region before the candidate, and what of it is still to be fetched."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Exists, case, exists, func, select, update

from local_db import audit
from local_db.blobs import BlobFolder
from local_db.clock import Clock
from local_db.engine import Database
from local_db.errors import MissingBlobError
from local_db.models import EvidenceRow, RecordRow, RegistrationRow, VisitRow
from local_db.online_merge import merge_incoming
from local_db.online_models import OnlinePictureRow, OnlineRow, RegionProfileRow
from local_db.sending_models import SyncStateRow
from local_db.store import Origin
from records.canonical import digest_bytes
from records.online import Incoming

REGION = "region"
"""Who acts in the audit when something came down by itself."""
CURSOR, PULLED_AT = "registration_cursor", "registrations_at"
GIVES_UP_AFTER = 5
"""A picture that could not be fetched so often waits until the region says something new of its registration."""
_OF_PICTURE = RegistrationRow.reg_no == OnlinePictureRow.reg_no


@dataclass(frozen=True, slots=True)
class Wanted:
    """A picture that is to be fetched."""

    id: str
    object: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture as a page shows it; `digest` is "" until it is here."""

    id: str
    code: str
    media_type: str
    digest: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of what the region has is here.

    Attributes:
        registrations: this venue's, told of over the line.
        moved_away: that are another venue's now.
        pictures, here: how many there are, and how many of them are here.
        today_left: pictures still to come of those who have an appointment today.
        bytes_left: what is still to come.
        given_up: pictures that could not be fetched.
        told_at: when the region last had something new.
    """

    registrations: int
    moved_away: int
    pictures: int
    here: int
    today_left: int
    bytes_left: int
    given_up: int
    told_at: datetime | None


@dataclass(frozen=True, slots=True)
class RegionProfile:
    """A version of the profile that the region has published."""

    digest: str
    version: str
    source: str
    fetched_at: datetime
    adopted_at: datetime | None


class OnlineBook:
    """The venue's side of what the region hands down.

    Pictures lie in a folder of their own, encrypted as captured files are. No backup copies it: they come down again.
    """

    def __init__(self, database: Database, folder: BlobFolder, clock: Clock) -> None:
        self._database = database
        self._blobs = folder
        self._clock = clock

    @property
    def cursor(self) -> int:
        """The region's count up to which it has told us everything."""
        with self._database.reading() as session:
            row = session.get(SyncStateRow, CURSOR)
            return int(row.value) if row else 0

    def apply(self, incoming: Sequence[Incoming], cursor: int) -> frozenset[str]:
        """Save what came and move the cursor, in one transaction; return whom it concerns, by registration number."""
        now = self._clock.now()
        with self._database.writing() as session:
            concerned = merge_incoming(session, incoming, now)
            session.merge(SyncStateRow(key=CURSOR, value=str(cursor)))
            session.merge(SyncStateRow(key=PULLED_AT, value=now.isoformat()))
            if incoming:
                act = audit.Act(REGION, REGION, "registrations_received", str(cursor), {"count": len(concerned)})
                audit.append(session, self._clock, act)
        return concerned

    def wanted(self, limit: int, today: date) -> list[Wanted]:
        """Return what to fetch next: of candidates who are here, then by the day of their appointment."""
        arrived = exists().where(VisitRow.registration_id == RegistrationRow.id)
        day = RegistrationRow.slot_day
        query = (
            select(OnlinePictureRow)
            .join(RegistrationRow, _OF_PICTURE)
            .where(OnlinePictureRow.digest == "", OnlinePictureRow.tries < GIVES_UP_AFTER, ~_is_done())
            .where(arrived | day.is_(None) | (day >= today))
            .order_by(case((arrived, 0), else_=1), OnlinePictureRow.tries, day.is_(None), day, OnlinePictureRow.reg_no)
            .order_by(OnlinePictureRow.place)
            .limit(limit)
        )
        with self._database.reading() as session:
            return [Wanted(row.id, row.object, row.size_bytes) for row in session.scalars(query)]

    def keep(self, wanted: Wanted, content: bytes) -> None:
        """Keep a picture's bytes: the file is on the disk before the row says so. One that is gone by now is dropped.

        Raises:
            DiskFullError: there is no room; it is still wanted.
        """
        digest = self._blobs.put(content)
        with self._database.writing() as session:
            row = session.get(OnlinePictureRow, wanted.id)
            if row is None or row.object != wanted.object:
                return  # replaced meanwhile; the file goes at the next start
            if not self._blobs.has(digest):  # a start in another process has swept it, or it was let go, between
                self._blobs.put(content)
            row.digest, row.fetched_at = digest, self._clock.now()

    def put_off(self, wanted: Wanted) -> None:
        """Note that a picture could not be fetched."""
        row = update(OnlinePictureRow).where(OnlinePictureRow.id == wanted.id)
        with self._database.writing() as session:
            session.execute(row.values(tries=OnlinePictureRow.tries + 1))

    def fetch_again(self) -> None:
        """Try again what was given up."""
        with self._database.writing() as session:
            session.execute(update(OnlinePictureRow).where(OnlinePictureRow.digest == "").values(tries=0))

    def pictures(self, reg_no: str) -> dict[str, Shown]:
        """Return a registration's pictures by id, in order."""
        query = select(OnlinePictureRow).where(OnlinePictureRow.reg_no == reg_no).order_by(OnlinePictureRow.place)
        with self._database.reading() as session:
            return {row.id: Shown(row.id, row.code, row.media_type, row.digest) for row in session.scalars(query)}

    def content(self, shown: Shown) -> bytes | None:
        """Return a picture's bytes, None where they are not here; one that is damaged is fetched again."""
        if not shown.digest:
            return None
        try:
            return self._blobs.get(shown.digest)
        except MissingBlobError:
            with self._database.writing() as session:
                row = session.get(OnlinePictureRow, shown.id)
                if row is not None and row.digest == shown.digest:
                    row.digest, row.fetched_at = "", None
            return None

    def sweep(self) -> int:
        """Remove files that no row names, and note which are gone, as after a restore; return how many went.

        Under the write lock, as `keep` looks there whether its file is still here.
        """
        with self._database.writing() as session:
            rows = session.scalars(select(OnlinePictureRow).where(OnlinePictureRow.digest != "")).all()
            for row in rows:
                if not self._blobs.has(row.digest):
                    row.digest, row.fetched_at = "", None
            count = self._blobs.remove_others({row.digest for row in rows if row.digest})
        self._blobs.remove_drafts()
        return count

    def let_go(self) -> int:
        """Remove the pictures of those whose record the region has accepted as it stands; return how many went.

        When the region returns it, or staff open it again, they come down once more.
        """
        with self._database.writing() as session:
            rows = session.scalars(select(OnlinePictureRow).where(OnlinePictureRow.digest != "", _is_done())).all()
            going = {row.digest for row in rows}
            ids = [row.id for row in rows]
            others = select(OnlinePictureRow.digest).where(OnlinePictureRow.digest.in_(going))
            needed = set(session.scalars(others.where(OnlinePictureRow.id.not_in(ids)))) if going else set()
            for row in rows:
                row.digest, row.fetched_at = "", None
            for digest in going - needed:
                self._blobs.remove(digest)
        return len(going - needed)

    def has_moved_away(self, reg_no: str) -> bool:
        """Tell whether the region has given a registration to another venue."""
        with self._database.reading() as session:
            row = session.get(OnlineRow, reg_no)
            return row is not None and not row.is_here

    def progress(self, today: date) -> Progress:
        """Return how much is here."""
        is_left = (OnlinePictureRow.digest == "") & ~_is_done()
        is_given_up = is_left & (OnlinePictureRow.tries >= GIVES_UP_AFTER)
        bytes_left = func.sum(case((is_left, OnlinePictureRow.size_bytes), else_=0))
        figures = select(func.count(), _count(is_left), bytes_left, _count(is_given_up))
        due_today = select(func.count()).select_from(OnlinePictureRow).join(RegistrationRow, _OF_PICTURE)
        with self._database.reading() as session:
            here = dict(session.execute(select(OnlineRow.is_here, func.count()).group_by(OnlineRow.is_here)).all())
            pictures, left, bytes_left_, given_up = session.execute(figures).one()
            today_left = session.scalar(due_today.where(is_left, RegistrationRow.slot_day == today)) or 0
            told = session.get(SyncStateRow, PULLED_AT)
        return Progress(
            registrations=here.get(True, 0),
            moved_away=here.get(False, 0),
            pictures=pictures,
            here=pictures - (left or 0),
            today_left=today_left,
            bytes_left=bytes_left_ or 0,
            given_up=given_up or 0,
            told_at=datetime.fromisoformat(told.value) if told else None,
        )

    def known_profile(self) -> str:
        """Return the digest of the profile the region published last, "" while none is known."""
        found = self.newest_profile()
        return found.digest if found else ""

    def keep_profile(self, source: str, version: str) -> None:
        """Keep a version of the profile; it is put to use by a lead."""
        digest, now = digest_bytes(source.encode()), self._clock.now()
        with self._database.writing() as session:
            row = session.get(RegionProfileRow, digest)
            if row is None:
                row = RegionProfileRow(digest=digest, version=version, source=source)
                session.add(row)
            row.fetched_at = now  # one that is in force again is the newest again

    def newest_profile(self) -> RegionProfile | None:
        """Return the profile the region published last, None while none is known."""
        with self._database.reading() as session:
            row = session.scalar(select(RegionProfileRow).order_by(RegionProfileRow.fetched_at.desc()).limit(1))
            return _profile_of(row) if row else None

    def adopt(self, digest: str, origin: Origin) -> None:
        """Note that a lead has put a version of the profile to use."""
        with self._database.writing() as session:
            session.get_one(RegionProfileRow, digest).adopted_at = self._clock.now()
            audit.append(session, self._clock, audit.Act(origin.actor, origin.station, "profile_adopted", digest, {}))


def _is_done() -> Exists:
    """Tell of a picture whether its candidate's record is sealed as the visit stands, and accepted by the region."""
    last = select(func.max(EvidenceRow.seq)).where(EvidenceRow.visit_id == VisitRow.id).scalar_subquery()
    return exists(
        select(RecordRow.digest)
        .join(VisitRow, VisitRow.id == RecordRow.visit_id)
        .join(RegistrationRow, RegistrationRow.id == VisitRow.registration_id)
        .where(RegistrationRow.reg_no == OnlinePictureRow.reg_no)
        .where(RecordRow.accepted_at.is_not(None), RecordRow.last_seq == last)
        .correlate(OnlinePictureRow)
    )


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _profile_of(row: RegionProfileRow) -> RegionProfile:
    return RegionProfile(row.digest, row.version, row.source, row.fetched_at, row.adopted_at)
