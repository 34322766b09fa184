"""One way per driver to own a card reader, to lay cards on it, and to break it."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from devices.base import CardReader
from devices.registry import make
from tests.support.card_services import HttpCardService, SocketCardService, Table
from tests.support.control_files import write_orders

FIELDS = {
    "name": "resultContent.partyName",
    "id_no": "resultContent.certNumber",
    "sex": "resultContent.gender",
    "ethnic_group": "resultContent.nation",
    "born_on": "resultContent.bornDay",
    "address": "resultContent.certAddress",
    "authority": "resultContent.certOrg",
    "valid_from": "resultContent.effDate",
    "valid_until": "resultContent.expDate",
    "photo": "resultContent.identityPic",
}
"""As one vendor's service has it."""
NONE_IF: dict[str, list[Any]] = {"resultFlag": [-1]}
_THEIR_NAME = {name: path.rpartition(".")[2] for name, path in FIELDS.items()}

ALL_FAULTS = ("unplugged", "silence", "half", "no_name", "garbage", "encoding")


class CardRig(ABC):
    """A card reader, and hands that reach behind it.

    Attributes:
        faults: what can be wrong with this kind of reader.
        has_all: whether it gives more than the number.
        silent_s: how long nothing is heard before a card counts as lifted.
        notices_lying: whether a card that is left lying can be told from one that is laid on again.
    """

    reader: CardReader
    faults: ClassVar[tuple[str, ...]] = ALL_FAULTS
    has_all: ClassVar[bool] = True
    notices_lying: ClassVar[bool] = True
    silent_s: ClassVar[float] = 0.0

    @abstractmethod
    def lay(self, **card: str) -> None:
        """Lay a card on: our names of fields, dates as 20270302, the photo as Base64."""

    @abstractmethod
    def lift(self) -> None:
        """Take it away."""

    @abstractmethod
    def fault(self, name: str) -> None:
        """Cause one of `faults`; an empty name puts everything right."""

    def remove(self) -> None:
        """Put everything away."""
        self.reader.shutdown()


class SimulatedRig(CardRig):
    """The demo's reader and its control file."""

    def __init__(self, folder: Path) -> None:
        self._control = folder / "card.json"
        self._words: dict[str, Any] = {}
        self.reader = _reader("card.simulated", control=str(self._control))

    def lay(self, **card: str) -> None:
        self._say(card=card)

    def lift(self) -> None:
        self._say(card=None)

    def fault(self, name: str) -> None:
        self._say(fault=name or None)

    def _say(self, **words: object) -> None:
        self._words |= words
        write_orders(self._control, **self._words)


class _ServiceRig(CardRig):
    table: Table
    stop: Callable[[], None]
    start: Callable[[], None]

    def lay(self, **card: str) -> None:
        self.table.card = {_THEIR_NAME[name]: text for name, text in card.items()}

    def lift(self) -> None:
        self.table.card = None

    def fault(self, name: str) -> None:
        was, self.table.fault = self.table.fault, name
        if name == "unplugged":
            self.stop()
        elif was == "unplugged":
            self.start()

    def remove(self) -> None:
        super().remove()
        if self.table.fault != "unplugged":
            self.stop()


class HttpRig(_ServiceRig):
    """A vendor's service that is asked over HTTP."""

    faults = (*ALL_FAULTS, "error")

    def __init__(self, folder: Path) -> None:
        service = HttpCardService()
        self.table, self.stop, self.start = service.table, service.stop, service.start
        self.reader = _reader("card.vendor_http", url=service.url, fields=FIELDS, none_if=NONE_IF, answer_s=1.0)


class AskedSocketRig(_ServiceRig):
    """A vendor's service on a WebSocket that has to be asked."""

    ask = '{"type": 4}'

    def __init__(self, folder: Path) -> None:
        self.service = SocketCardService(waits_to_be_asked=bool(self.ask))
        self.table, self.stop, self.start = self.service.table, self.service.stop, self.service.start
        options = {"fields": FIELDS, "none_if": NONE_IF, "ask": self.ask, "answer_s": 1.0}
        self.reader = _reader("card.vendor_ws", url=self.service.url, **options)


class SpeakingSocketRig(AskedSocketRig):
    """A vendor's service on a WebSocket that speaks by itself."""

    ask = ""
    silent_s = 1.8


class KeyboardRig(CardRig):
    """A reader that types; it cannot be seen to be unplugged, and what it types is heard by the page."""

    faults = ("half",)
    has_all = False
    notices_lying = False

    def __init__(self, folder: Path) -> None:
        self._is_half = False
        self.reader = _reader("card.keyboard")

    def lay(self, **card: str) -> None:
        self.reader.take_line(card["id_no"][:9] if self._is_half else card["id_no"].lower())

    def lift(self) -> None:
        """Nothing is typed when a card is lifted."""

    def fault(self, name: str) -> None:
        self._is_half = name == "half"


RIGS: dict[str, type[SimulatedRig] | type[HttpRig] | type[AskedSocketRig] | type[KeyboardRig]] = {
    "card.simulated": SimulatedRig,
    "card.vendor_http": HttpRig,
    "card.vendor_ws": AskedSocketRig,
    "card.vendor_ws speaking": SpeakingSocketRig,
    "card.keyboard": KeyboardRig,
}


def _reader(driver: str, **options: object) -> CardReader:
    reader = make(driver, **options)
    assert isinstance(reader, CardReader)
    return reader
