"""What a corrected value has to look like: light checks that catch typing, not the region's rules.

Source of the number's rule: GB 11643, as ISO 7064 MOD 11-2.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date

from flask_babel import gettext as _

from kiosk.step import StepRejectedError

VALUE_MAX = 100

_WITH_CHECK_DIGIT = ("居民身份证", "临时居民身份证", "港澳台居民居住证")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"


def tidy(field: str, text: str) -> str:
    """Return a typed value without invisible characters and stray spaces; codes in half-width capitals.

    >>> tidy("id_no", " 990101 1990 0101 002x ")
    '99010119900101002X'
    """
    plain = "".join(" " if character.isspace() else character for character in text)
    plain = "".join(character for character in plain if unicodedata.category(character) not in ("Cc", "Cf"))
    if field in ("id_no", "mobile", "diploma_no", "kinds"):
        return re.sub(r"\s", "", unicodedata.normalize("NFKC", plain)).upper()
    return " ".join(plain.split())[:VALUE_MAX]


def ensure_value(field: str, value: str, facts: Mapping[str, str], *, is_certain: bool) -> None:
    """Check a corrected value.

    Args:
        is_certain: staff said that it stands like this on the original; a check digit that does not fit is then taken.

    Raises:
        StepRejectedError: it cannot be right; the words say what to type. Its only field is "".
    """
    if not value:
        raise StepRejectedError(_("Type the right value."))
    check = _CHECKS.get(field)
    words = check(value) if check else ""
    if words:
        raise StepRejectedError(words)
    if field == "id_no" and not is_certain and facts.get("id_type") in _WITH_CHECK_DIGIT and not is_number(value):
        raise StepRejectedError(
            _("The last digit does not fit the number. Type it again, or confirm that the original says so.")
        )


def is_number(id_no: str) -> bool:
    """Tell whether an 18-digit number carries the check digit that belongs to it.

    >>> is_number("990101199001010028"), is_number("990101199001010027")
    (False, True)
    """
    if not re.fullmatch(r"\d{17}[\dX]", id_no):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, id_no, strict=False))
    return id_no[-1] == _CHECK[total % 11]


def _id_no(value: str) -> str:
    return "" if re.fullmatch(r"[A-Z0-9]{4,28}", value) else _("Type only the digits and letters of the number.")


def _mobile(value: str) -> str:
    return "" if re.fullmatch(r"1\d{10}", value) else _("Type a mobile number of 11 digits.")


def _born_on(value: str) -> str:
    try:
        date.fromisoformat(value)
    except ValueError:
        return str(_("Type the date like 1990-01-31."))
    return ""


def _graduated(value: str) -> str:
    return "" if re.fullmatch(r"(19|20)\d{2}-(0[1-9]|1[0-2])", value) else _("Type year and month like 2015-07.")


def _sex(value: str) -> str:
    return "" if value in ("男", "女") else _("Type 男 or 女.")


def _name(value: str) -> str:
    is_name = len(value) <= 28 and not re.search(r"[\d?？*_@#]", value)
    return "" if is_name else _("Type the name as on the identity document, at most 28 characters.")


def _kinds(value: str) -> str:
    return "" if re.fullmatch(r"[A-Z]+[A-Z0-9_]*(,[A-Z]+[A-Z0-9_]*)*", value) else _("Type flags like LV1,FRESH.")


_CHECKS: Mapping[str, Callable[[str], str]] = {
    "id_no": _id_no,
    "mobile": _mobile,
    "born_on": _born_on,
    "graduated": _graduated,
    "sex": _sex,
    "name": _name,
    "kinds": _kinds,
}
