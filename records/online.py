"""What the region knows of a registration before the candidate comes: facts, appointment, materials, opinions.

It is handed down as one JSON document a registration (docs/sync-contract.md). Both sides read and write it here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from records.registration import FIELDS, SLOT_FIELDS, Registration, Slot
from records.shape import digest, name, require, shaped, text, whole

PASSED, RETURNED, EMPTY = "passed", "returned", "empty"
STATES = (EMPTY, "open", "waiting", PASSED, RETURNED)
FILLING, REFUSED = "filling", "refused"
"""The two statuses in which a registration's materials have not passed the review."""

CAPTURES = ("fingerprint", "photo")
"""Steps that need not be done a second time at another visit, once the region has accepted their captures."""


@dataclass(frozen=True, slots=True)
class OnlinePicture:
    """One page as the region keeps it.

    Attributes:
        id: of the picture, made up by the region.
        digest: names its bytes as the region keeps them, sealed; other content has another one.
        size_bytes: of what is sent.
        source: `candidate` or `venue`.
    """

    id: str
    digest: str
    media_type: str
    size_bytes: int
    source: str = "candidate"


@dataclass(frozen=True, slots=True)
class OnlineItem:
    """One material as it stands at the region.

    Attributes:
        state: one of `STATES`.
        version: counts up each time the pictures that stand are others.
        opinion: the reviewer's sentence in both languages, empty where none was picked.
        opinion_text: the reviewer's own words.
    """

    code: str
    state: str
    version: int
    opinion: Mapping[str, str] = field(default_factory=dict)
    opinion_text: str = ""
    pictures: tuple[OnlinePicture, ...] = ()


@dataclass(frozen=True, slots=True)
class Captured:
    """A step that an accepted record of some visit holds."""

    step: str
    visit: str


@dataclass(frozen=True, slots=True)
class Online:
    """How far a registration is at the region.

    Attributes:
        key: which one, `2027/<id>`.
        change: the venue's count at its last change.
        status: a word of the region's table of statuses.
        is_submitted: the candidate has submitted what was uploaded.
    """

    key: str
    change: int
    status: str
    is_submitted: bool
    items: tuple[OnlineItem, ...] = ()
    captured: tuple[Captured, ...] = ()

    def item(self, code: str) -> OnlineItem | None:
        """Return the item of this code, None while nobody has touched it."""
        return next((item for item in self.items if item.code == code), None)

    @property
    def is_reviewed(self) -> bool:
        """Whether the materials as a whole have passed a review."""
        return self.status not in (FILLING, REFUSED)

    def captured_elsewhere(self, visit: str) -> frozenset[str]:
        """Return the captures that another visit's accepted record holds; one's own visit has its evidence itself."""
        return frozenset(one.step for one in self.captured if one.visit != visit and one.step in CAPTURES)


@dataclass(frozen=True, slots=True)
class Incoming:
    """One registration as it comes down.

    Attributes:
        registration: None where the registration is no longer this venue's.
        online: None likewise.
    """

    key: str
    change: int
    reg_no: str
    registration: Registration | None = None
    online: Online | None = None


def document_of(online: Online, registration: Registration) -> dict[str, Any]:
    """Return the JSON document of a registration."""
    slot = registration.slot
    return {
        "key": online.key,
        "change": online.change,
        "here": True,
        "reg_no": registration.reg_no,
        "facts": dict(registration.fields),
        "slot": {"day": slot.day.isoformat(), "from": f"{slot.starts:%H:%M}", "to": f"{slot.ends:%H:%M}"}
        if slot
        else None,
        "status": online.status,
        "submitted": online.is_submitted,
        "items": [item_document(item) for item in online.items],
        "captured": [{"step": one.step, "visit": one.visit} for one in online.captured],
    }


def document_of_departed(key: str, change: int, reg_no: str) -> dict[str, Any]:
    """Return the JSON document of a registration that is another venue's now."""
    return {"key": key, "change": change, "here": False, "reg_no": reg_no}


def item_document(item: OnlineItem) -> dict[str, Any]:
    """Return the JSON document of an item."""
    return {
        "code": item.code,
        "state": item.state,
        "version": item.version,
        "opinion": dict(item.opinion),
        "opinion_text": item.opinion_text,
        "pictures": [
            {
                "id": one.id,
                "digest": one.digest,
                "media_type": one.media_type,
                "size_bytes": one.size_bytes,
                "source": one.source,
            }
            for one in item.pictures
        ],
    }


def read_incoming(document: Any) -> Incoming:
    """Return what a document says.

    Raises:
        MalformedRecordError: it is none; the message holds nothing of it.
    """
    with shaped("registration"):
        key, change, reg_no = text(document["key"], 80), whole(document["change"], 1), text(document["reg_no"], 64)
        require(bool(key) and isinstance(document["here"], bool))
        if not document["here"]:
            return Incoming(key, change, reg_no)
        return Incoming(key, change, name(reg_no), _registration(document), _online(key, change, document))


def read_item(document: Any) -> OnlineItem:
    """Return the item that a document tells of; raises what `shaped` turns into an error."""
    require(document["state"] in STATES)
    return OnlineItem(
        code=name(document["code"]),
        state=document["state"],
        version=whole(document["version"]),
        opinion={text(language, 8): text(words) for language, words in document["opinion"].items()},
        opinion_text=text(document["opinion_text"]),
        pictures=tuple(_picture(one) for one in document["pictures"]),
    )


def read_captured(documents: Any) -> tuple[Captured, ...]:
    """Return the captures that a list tells of."""
    return tuple(Captured(name(one["step"]), name(one["visit"])) for one in documents)


def slot_of(text_: str) -> Slot | None:
    """Return the appointment that a text of the region's tables means, None for none.

    >>> slot_of("2027-03-01 09:00-09:30")
    Slot(day=datetime.date(2027, 3, 1), starts=datetime.time(9, 0), ends=datetime.time(9, 30))
    """
    if not text_:
        return None
    day, _space, hours = text_.partition(" ")
    starts, _dash, ends = hours.partition("-")
    return Slot(date.fromisoformat(day), time.fromisoformat(starts), time.fromisoformat(ends))


def _online(key: str, change: int, document: Mapping[str, Any]) -> Online:
    require(isinstance(document["submitted"], bool))
    items = tuple(read_item(one) for one in document["items"])
    return Online(
        key, change, name(document["status"]), document["submitted"], items, read_captured(document["captured"])
    )


def _registration(document: Mapping[str, Any]) -> Registration:
    facts = {text(code): text(value, 2000) for code, value in document["facts"].items()}
    fields = {code: facts.get(code, "") for code in FIELDS if code not in SLOT_FIELDS}
    require(fields["reg_no"] == document["reg_no"] and bool(fields["name"]))
    slot = document["slot"]
    hours = f"{text(slot['day'], 10)} {text(slot['from'], 5)}-{text(slot['to'], 5)}" if slot else ""
    return Registration(document["reg_no"], fields, slot_of(hours))


def _picture(document: Mapping[str, Any]) -> OnlinePicture:
    return OnlinePicture(
        id=name(document["id"]),
        digest=digest(document["digest"]),
        media_type=text(document["media_type"], 100),
        size_bytes=whole(document["size_bytes"]),
        source=text(document["source"], 16),
    )
