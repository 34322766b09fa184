"""Identity documents that were just read: kept in memory for the page that comes next, and nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from threading import Lock

from devices.base import Card
from kiosk.step import Answers, Upload
from local_db.clock import Clock
from records.registration import Registration
from rules.roster.folding import name_folded
from rules.roster.identity import id_problems, tidy_id_no, types_of

HELD_FOR = timedelta(minutes=3)
PHOTO_FIELD = "card_photo"


@dataclass(frozen=True, slots=True)
class _Held:
    card: Card
    until: datetime


class CardTable:
    """The cards that browsers have read, each for its own browser and a short time. Nothing of them is on the disk."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self._held: dict[str, _Held] = {}

    def hold(self, browser: str, card: Card) -> None:
        """Keep a card for a browser, and forget all that have been kept too long."""
        now = self._clock.now()
        with self._lock:
            self._held = {key: held for key, held in self._held.items() if held.until > now}
            self._held[browser] = _Held(card, now + HELD_FOR)

    def held(self, browser: str) -> Card | None:
        """Return the card that the browser has read, None if none or too long ago."""
        with self._lock:
            held = self._held.get(browser)
        return held.card if held and held.until > self._clock.now() else None

    def forget(self, browser: str) -> None:
        """Forget a browser's card: the next person must find nothing of it."""
        with self._lock:
            self._held.pop(browser, None)


def is_of(card: Card, registration: Registration) -> bool:
    """Tell whether a card carries the document number of a registration."""
    return tidy_id_no(card.id_no) == tidy_id_no(registration.fields["id_no"])


def findings(card: Card, registration: Registration, today: date) -> Mapping[str, str]:
    """Return what staff should look at: nothing of it stops anybody.

    Returns:
        `card_name`: `same`, `other`, or `unread` where the card gives none, or one with characters that its maker had
        no code point for. `card_expired`: `yes` or `no`. `card_number`: codes of `id_problems`, "" if it is sound.
    """
    name = "unread"
    if card.name and not any("\ue000" <= character <= "\uf8ff" for character in card.name):
        name = "same" if name_folded(card.name) == name_folded(registration.fields["name"]) else "other"
    number = tidy_id_no(card.id_no)
    kinds = types_of(number)
    return {
        "card_name": name,
        "card_expired": "yes" if card.valid_until and card.valid_until < today else "no",
        "card_number": " ".join(id_problems(kinds[0], number, today)) if kinds else "",
    }


def with_card(answers: Answers, card: Card, registration: Registration, today: date) -> Answers:
    """Return the arrival's answers with what the card says; its picture goes along for profiles that keep it."""
    fields = {**answers.fields, "found_by": "card", **findings(card, registration, today)}
    files = {**answers.files, PHOTO_FIELD: (Upload("card", card.photo),)} if card.photo else answers.files
    return replace(answers, fields=fields, files=files)


def photo_type(content: bytes) -> str:
    """Return the media type of a card's picture, which is JPEG or PNG."""
    return "image/png" if content.startswith(b"\x89PNG") else "image/jpeg"
