"""How names and numbers are made alike, so that what is typed at the door finds what the roster has."""

import re
import unicodedata

from rules.roster.cells import MIDDLE_DOTS

TAIL_LENGTH = 6

_IGNORED = re.compile(rf"[\s.'’\-{MIDDLE_DOTS}\u00ad\u200b-\u200f\u2060\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def name_folded(name: str) -> str:
    """Return the name as it is searched for: without width, case, spaces, dots and variants.

    >>> name_folded("欧阳·测试"), name_folded("Ｔｅｓｔ O’Person")
    ('欧阳测试', 'testoperson')
    """
    return _IGNORED.sub("", unicodedata.normalize("NFKC", name)).casefold()


def id_tail(id_no: str) -> str:
    """Return the last characters of an ID number as a person types them at the door.

    >>> id_tail("99010119900101002x")
    '01002X'
    """
    plain = unicodedata.normalize("NFKC", id_no)
    return "".join(character for character in plain if character.isalnum()).upper()[-TAIL_LENGTH:]
