"""What a candidate does: adds, removes and orders pictures, and submits. The locks are kept here and nowhere else."""

import secrets
from dataclasses import dataclass

from region.registry.box import Box
from region.registry.changing import CANDIDATE, Actor, Change, Key, changing
from region.registry.errors import ItemLockedError, NoRoomError, NotReadyError, UnknownRegistrationError
from region.registry.locks import ItemState, Lock, after_change, after_submission, lock_of
from region.registry.models import ItemRow, PictureRow
from region.registry.reading import registration_of, situation_of
from region.registry.rules import Rules
from region.store import Store
from rules.materials.required import Asked


@dataclass(frozen=True, slots=True)
class Prepared:
    """A picture that passed the rules of pictures: what people view, and the bytes as they came in.

    Attributes:
        warnings: codes of what may be wrong with it all the same (`devices.quality.upload.WARNINGS`).
        quarters: by how many quarters clockwise the original was turned.
        advised: by how many more it should be, 0 also where nobody can tell.
    """

    content: bytes
    original: bytes
    media_type: str
    width: int
    height: int
    warnings: tuple[str, ...] = ()
    quarters: int = 0
    advised: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """What a picture is made anew from: the untouched bytes, and by how many quarters they are turned by now."""

    code: str
    content: bytes
    quarters: int


class Wardrobe:
    """Where an item's pictures are put and taken out, for one candidate's registration."""

    def __init__(self, store: Store, box: Box, rules: Rules) -> None:
        self._store, self._box, self._rules = store, box, rules

    def require_room(self, key: Key, code: str, actor: Actor = CANDIDATE) -> None:
        """Raise as `add` where it would not take a picture now: asked before a picture is worth looking at."""
        with changing(self._store, key, actor) as change:
            self._require_room(change, code)

    def add(self, key: Key, code: str, picture: Prepared, actor: Actor = CANDIDATE) -> str:
        """Keep a picture behind the item's others; return its id.

        Raises:
            UnknownRegistrationError: no such registration, or no such item on the list.
            ItemLockedError, NoRoomError: it is not taken; nothing has changed.
        """
        self.require_room(key, code, actor)  # before the bytes are kept
        content = self._box.put(self._store, picture.content, str(key))
        original = self._box.put(self._store, picture.original, str(key)) if picture.original else ""
        with changing(self._store, key, actor) as change:
            standing = self._require_room(change, code)
            row = self._touched(change, code, len(standing) + 1)
            place = standing[-1].position + 1 if standing else 0
            kept = _row(change, row, place, picture, content, original)
            change.session.add(kept)
            change.note("picture_added", code=code)
            return kept.id

    def source(self, key: Key, picture_id: str, actor: Actor = CANDIDATE) -> Source:
        """Return what a picture is made anew from, where it may be changed; errors as `remove`."""
        with changing(self._store, key, actor) as change:
            row = self._picture(change, picture_id)
            self._require_open(change, row.code)
        if row.source != CANDIDATE.id:
            raise UnknownRegistrationError(f"picture {picture_id} is the venue's")
        content = self._box.get(self._store, row.original or row.object, str(key))
        return Source(row.code, content, row.quarters if row.original else 0)

    def replace(self, key: Key, picture_id: str, picture: Prepared, actor: Actor = CANDIDATE) -> str:
        """Put a turned picture in a picture's place, made from the same original; return the item's code.

        Raises:
            UnknownRegistrationError: there is no such picture, or it was replaced meanwhile.
            ItemLockedError: nothing has changed.
        """
        content = self._box.put(self._store, picture.content, str(key))
        with changing(self._store, key, actor) as change:
            old = self._picture(change, picture_id)
            self._require_open(change, old.code)
            old.removed_at = change.now
            row = self._touched(change, old.code, len(change.pictures(old.code)))
            change.session.add(_row(change, row, old.position, picture, content, old.original))
            change.note("picture_turned", code=old.code)
            return old.code

    def remove(self, key: Key, picture_id: str, actor: Actor = CANDIDATE) -> str:
        """Take a picture out of its item; return the item's code. Once more is an error like any unknown id.

        Raises:
            UnknownRegistrationError, ItemLockedError: nothing has changed.
        """
        with changing(self._store, key, actor) as change:
            picture = self._picture(change, picture_id)
            self._require_open(change, picture.code)
            picture.removed_at = change.now
            change.session.flush()
            self._touched(change, picture.code, len(change.pictures(picture.code)))
            change.note("picture_removed", code=picture.code)
            return picture.code

    def move(self, key: Key, picture_id: str, place: int, actor: Actor = CANDIDATE) -> None:
        """Put a picture at a place within its item, 0 first; beyond the end is the end. Errors as `remove`."""
        with changing(self._store, key, actor) as change:
            picture = self._picture(change, picture_id)
            self._require_open(change, picture.code)
            others = [other for other in change.pictures(picture.code) if other.id != picture_id]
            others.insert(max(0, place), picture)
            if [other.position for other in others] == sorted(other.position for other in others):
                return
            for position, other in enumerate(others):
                other.position = position
            self._touched(change, picture.code, len(others))
            change.note("pictures_ordered", code=picture.code)

    def submit(self, key: Key, actor: Actor = CANDIDATE) -> None:
        """提交审核: lock what is uploaded and have it reviewed. Submitting what is submitted changes nothing.

        Raises:
            UnknownRegistrationError: no such registration.
            ItemLockedError: nothing may be submitted (now).
            NotReadyError: required items lack pictures, or items that were sent back are unchanged; names them.
        """
        with changing(self._store, key, actor) as change:
            if change.row.submitted_at is not None:
                return
            now = situation_of(change.session, change.row, self._rules, change.now)
            items = change.items()
            state = ItemState.RETURNED if _has_returned(items) else ItemState.OPEN
            lock = lock_of(state, now)
            if lock not in (Lock.NONE, Lock.IN_REVIEW):
                raise ItemLockedError(lock)
            self._require_ready(change, items)
            for code, item in items.items():
                item.state = after_submission(ItemState(item.state), len(change.pictures(code))).value
            change.row.submitted_at = change.now
            change.row.waiting_since = change.row.waiting_since or change.now
            change.note("submitted")

    def _require_ready(self, change: Change, items: dict[str, ItemRow]) -> None:
        missing = []
        for asked in self._asked(change):
            pages = len(change.pictures(asked.code))
            too_few = pages < max(asked.min, 1) if asked.required else 0 < pages < asked.min
            if asked.images != "never" and too_few:
                missing.append(asked.code)
        unchanged = [
            code
            for code, item in items.items()
            if item.state == ItemState.RETURNED and item.version == item.decided_version
        ]
        if missing or unchanged:
            raise NotReadyError(missing, unchanged)

    def _require_room(self, change: Change, code: str) -> list[PictureRow]:
        asked = next((asked for asked in self._asked(change) if asked.code == code), None)
        if asked is None:
            raise UnknownRegistrationError(f"no item {code}")
        self._require_open(change, code)
        standing = change.pictures(code)
        most = 0 if asked.images == "never" else asked.max
        if len(standing) >= most:
            raise NoRoomError(most)
        return standing

    def _require_open(self, change: Change, code: str) -> None:
        item = change.items().get(code)
        now = situation_of(change.session, change.row, self._rules, change.now)
        lock = lock_of(ItemState(item.state) if item else ItemState.EMPTY, now)
        if lock is not Lock.NONE:
            raise ItemLockedError(lock)

    def _touched(self, change: Change, code: str, pages: int) -> ItemRow:
        item = change.item(code)
        item.state = after_change(ItemState(item.state), self._rules.online.lock, pages).value
        item.version += 1
        item.changed_at = change.now
        if item.state == ItemState.WAITING and change.row.waiting_since is None:
            change.row.waiting_since = change.now
        return item

    def _asked(self, change: Change) -> tuple[Asked, ...]:
        return self._rules.asked(registration_of(self._box, change.row))

    def _picture(self, change: Change, picture_id: str) -> PictureRow:
        row = change.session.get(PictureRow, (change.row.exam_year, picture_id))
        if row is None or row.registration != change.row.id or row.removed_at is not None:
            raise UnknownRegistrationError(f"no picture {picture_id}")
        return row


def _row(change: Change, item: ItemRow, position: int, picture: Prepared, content: str, original: str) -> PictureRow:
    return PictureRow(
        exam_year=item.exam_year,
        id=secrets.token_hex(12),
        registration=item.registration,
        code=item.code,
        position=position,
        object=content,
        original=original,
        media_type=picture.media_type,
        size=len(picture.content),
        width=picture.width,
        height=picture.height,
        version=item.version,
        source=CANDIDATE.id,
        added_at=change.now,
        warnings=",".join(picture.warnings),
        quarters=picture.quarters % 4 if original else 0,
        advised=picture.advised,
    )


def _has_returned(items: dict[str, ItemRow]) -> bool:
    return any(item.state == ItemState.RETURNED for item in items.values())
