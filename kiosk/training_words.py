"""Words for what can go wrong with a simulated device."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

_FAULTS: Mapping[str, LazyString] = {
    "well": _l("Works"),
    "": _l("Something written by hand"),
    "unplugged": _l("Unplugged"),
    "silence": _l("Answers nothing"),
    "frozen": _l("The picture stands still"),
    "black": _l("Black picture"),
    "green": _l("Green picture, as of a bad cable"),
    "sideways": _l("The camera lies on its side"),
    "tiny": _l("The camera gives tiny pictures"),
    "slow_4k": _l("Large pictures, five a second"),
    "nobody": _l("Nobody is there"),
    "two_people": _l("Two people in the picture"),
    "dry": _l("Dry finger"),
    "wet": _l("Wet finger"),
    "partial": _l("Only part of the finger"),
    "off_centre": _l("Finger beside the middle"),
    "blurred": _l("Finger moves"),
    "messy": _l("Print too messy for the sensor"),
    "few": _l("Too few features for the sensor"),
    "wrong": _l("Another finger than the one asked for"),
    "power_dip": _l("The power fails for a moment"),
    "busy": _l("Answers two seconds late"),
    "wrong_address": _l("Answers with another address"),
    "image_cleared": _l("The picture is cleared by the template"),
    "unplugged_in_picture": _l("Unplugged in the middle of a picture"),
    "silence_in_picture": _l("Falls silent in the middle of a picture"),
    "bad_checksum": _l("Wrong checksums"),
    "bad_byte": _l("A wrong byte in each picture"),
    "lost_byte": _l("A lost byte in each picture"),
    "garbage": _l("Rubbish between the answers"),
    "refuse": _l("Takes no picture"),
    "half": _l("Half a card: lifted too soon"),
    "no_name": _l("A card without its name"),
    "encoding": _l("Text in a wrong encoding"),
    "no_paper": _l("Out of paper"),
    "low_paper": _l("Paper nearly used up"),
}
_SPECIAL: Mapping[tuple[str, str], LazyString] = {
    ("fingerprint", "nobody"): _l("No finger comes"),
    ("document_camera", "nobody"): _l("No paper on the desk"),
    ("card", "garbage"): _l("An answer that is no text"),
}


def fault_label(role: str, code: str) -> str:
    """Return what is wrong with a device, in words."""
    return str(_SPECIAL.get((role, code)) or _FAULTS.get(code, code))
