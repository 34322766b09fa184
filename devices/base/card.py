"""What reads identity documents."""

from abc import abstractmethod
from dataclasses import dataclass, field
from datetime import date

from devices.base.device import Device
from devices.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Card:
    """What an identity document's chip says. Nothing of it is shown when the object is printed or logged.

    Attributes:
        name: may hold characters of the private use area where the chip's maker had none better.
        id_no: capitals and digits, without spaces.
        sex: 男, 女 or "".
        valid_until: None for 长期 and where the reader does not say.
        photo: JPEG or PNG as the reader gave it, or made from its bitmap; None if there is none.
    """

    id_no: str = field(repr=False)
    name: str = field(default="", repr=False)
    sex: str = field(default="", repr=False)
    ethnic_group: str = field(default="", repr=False)
    born_on: date | None = field(default=None, repr=False)
    address: str = field(default="", repr=False)
    authority: str = field(default="", repr=False)
    valid_from: date | None = field(default=None, repr=False)
    valid_until: date | None = field(default=None, repr=False)
    photo: bytes | None = field(default=None, repr=False)


class CardReader(Device):
    """Reads the identity document that lies on it."""

    readings = frozenset({"read"})

    @abstractmethod
    def read(self, timeout_s: float) -> Card:
        """Return the document that was laid on since the last one, waiting for it; 0 looks once.

        Raises:
            NotConnectedError: nobody holds the reader open, or the cable or its service is gone.
            NotRespondingError: it is silent.
            CaptureRejectedError: `code` is `no_card` (none came in `timeout_s`), `same_card` (the one that was read
                before still lies there), `half_card` (part of it is missing) or `garbled` (the answer is no text, or
                in a wrong encoding).
        """

    def take_line(self, line: str) -> None:
        """Take a line that the station's page heard from a reader or scanner that types.

        Raises:
            ConfigurationError: this reader does not type.
        """
        raise ConfigurationError(f"{self.driver} does not type")
