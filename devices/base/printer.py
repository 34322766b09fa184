"""What prints slips."""

from abc import abstractmethod
from dataclasses import dataclass

from devices.base.device import Device, Pixels


@dataclass(frozen=True, slots=True)
class Printed:
    """How a print went.

    Attributes:
        is_confirmed: the printer itself said that it is through; False where it answers nothing.
        is_paper_low: the roll is nearly at its end.
    """

    is_confirmed: bool
    is_paper_low: bool = False


class Printer(Device):
    """Prints slips.

    Attributes:
        width_px: dots in a row; pictures have to be exactly as wide.
    """

    width_px: int
    readings = frozenset({"print_picture"})

    @abstractmethod
    def print_picture(self, picture: Pixels) -> Printed:
        """Print a grey picture, rows × `width_px`, darker than 128 is black; feed and cut.

        Raises:
            ValueError: the picture has another width.
            NotConnectedError: nobody holds the printer open, or the cable is out.
            NotRespondingError: it takes nothing any more.
            OutOfPaperError: nothing, or not everything, came out; paper has to be put in.
        """

    @abstractmethod
    def check(self) -> Printed:
        """Ask how the printer is, without printing.

        Raises:
            NotConnectedError, NotRespondingError, OutOfPaperError: as `print_picture`.
        """
