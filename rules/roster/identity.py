"""The rules of identity documents: form, check digit, what the number itself says.

Source: GB 11643 (citizens), the residence permit of Hong Kong, Macau and Taiwan residents, the 2023 permanent
residence card; lengths of the others from the 2022 table of the national registration form (domain report §3.3).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

RESIDENT = "居民身份证"
TEMPORARY = "临时居民身份证"
HMT_PERMIT = "港澳台居民居住证"
PERMANENT = "外国人永久居留身份证"

_EIGHTEEN = r"\d{17}[\dX]"


@dataclass(frozen=True, slots=True)
class IdType:
    """One kind of document.

    Attributes:
        pattern: the whole number, without spaces and punctuation.
        checked: the number carries birth date, sex and a check digit as GB 11643 has them.
        flag: the candidate kind that follows from holding it, "" for none.
        aliases: what else a roster calls it.
    """

    pattern: str
    checked: bool = False
    flag: str = ""
    aliases: tuple[str, ...] = ()


ID_TYPES: Mapping[str, IdType] = {
    RESIDENT: IdType(
        _EIGHTEEN, True, "", ("身份证", "二代身份证", "第二代居民身份证", "中华人民共和国居民身份证", "二代居民身份证")
    ),
    TEMPORARY: IdType(_EIGHTEEN, True, "", ("临时身份证",)),
    HMT_PERMIT: IdType(
        r"8[123]\d{15}[\dX]",
        True,
        "HMT",
        ("居住证", "台港澳居民居住证", "港澳居民居住证", "台湾居民居住证", "港澳台居住证"),
    ),
    "香港身份证": IdType(r"[A-Z]{1,2}\d{6}[\dA]", False, "HMT", ("香港居民身份证", "香港永久性居民身份证")),
    "澳门身份证": IdType(r"\d{8}", False, "HMT", ("澳门居民身份证", "澳门永久性居民身份证")),
    "台湾身份证": IdType(r"[A-Z]\d{9}", False, "HMT", ("台湾居民身份证", "台湾地区身份证")),
    "港澳居民来往内地通行证": IdType(r"[HM]\d{8,10}", False, "HMT", ("回乡证", "港澳通行证", "港澳居民往来内地通行证")),
    "台湾居民来往大陆通行证": IdType(r"\d{8,10}[A-Z\d]{0,2}", False, "HMT", ("台胞证", "台湾居民往来大陆通行证")),
    "外国护照": IdType(r"[A-Z\d]{6,}", False, "FOR", ("护照", "外籍护照", "外籍人员护照")),
    PERMANENT: IdType(r"9\d{16}[\dX]|[A-Z]{3}\d{12}", False, "FOR", ("外国人永久居留证", "永久居留身份证")),
    "军官证": IdType(r".{4,}", False, "MIL", ("军官身份证", "解放军军官证", "中国人民解放军军官证")),
    "警官证": IdType(r".{4,}", False, "MIL", ("武警警官证", "中国人民武装警察部队警官证")),
    "文职干部证": IdType(r".{4,}", False, "MIL", ("文职证", "文职人员证", "军队文职人员证")),
    "士兵证": IdType(r".{4,}", False, "MIL", ("士官证", "义务兵证")),
    "学员证": IdType(r".{4,}", False, "MIL", ("军校学员证",)),
}

_NAMES = {alias: name for name, kind in ID_TYPES.items() for alias in (name, *kind.aliases)}
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_LOOKS_LIKE_X = str.maketrans(dict.fromkeys("xХхΧχ×✕*", "X"))


def id_type_named(text: str) -> str:
    """Return our name for a type of document, "" if it is not known."""
    return _NAMES.get(re.sub(r"[ ()（）《》]", "", text), "")


def types_of(id_no: str) -> tuple[str, ...]:
    """Return the documents that a chip can be of, by the number it gives; a citizen's card and its temporary one agree.

    >>> types_of("11010519491231002X"), types_of("830000199501010035"), types_of("911124198108030024")
    (('居民身份证', '临时居民身份证'), ('港澳台居民居住证',), ('外国人永久居留身份证',))
    """
    if re.fullmatch(r"[1-7]\d{16}[\dX]", id_no):
        return RESIDENT, TEMPORARY
    return tuple(name for name in (HMT_PERMIT, PERMANENT) if re.fullmatch(ID_TYPES[name].pattern, id_no))


def tidy_id_no(text: str) -> str:
    """Return the number in capitals, without the spaces and punctuation people put into it.

    >>> tidy_id_no("990101-19900101-002x"), tidy_id_no("A123456(7)")
    ('99010119900101002X', 'A1234567')
    """
    plain = re.sub(r"[\s\-—–_.()（）'’\"“”:：]", "", text)
    if len(plain) == 18 and plain[:17].isdigit():
        plain = plain.translate(_LOOKS_LIKE_X)
    return plain.upper()


def check_digit(seventeen: str) -> str:
    """Return the 18th character that belongs to 17 digits.

    >>> check_digit("11010519491231002")
    'X'
    """
    return _CHECK[sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, seventeen, strict=True)) % 11]


def carries_birth(id_type: str, id_no: str) -> bool:
    """Return whether the number is of the kind that says birth date and sex."""
    kind = ID_TYPES.get(id_type)
    checked = kind is not None and (kind.checked or id_type == PERMANENT)
    return checked and re.fullmatch(_EIGHTEEN, id_no) is not None


def birth_of(id_no: str) -> date | None:
    """Return the birth date in an 18-character number, None if there is no such day."""
    try:
        return date(int(id_no[6:10]), int(id_no[10:12]), int(id_no[12:14]))
    except ValueError:
        return None


def sex_of(id_no: str) -> str:
    """Return 男 or 女 as an 18-character number says it."""
    return "男" if int(id_no[16]) % 2 else "女"


def id_problems(id_type: str, id_no: str, today: date) -> tuple[str, ...]:
    """Return the codes of what is wrong with the number: id_form, id_checksum, id_date, id_age.

    >>> id_problems("居民身份证", "440524188001010014", date(2027, 1, 1))
    ('id_age',)
    """
    kind = ID_TYPES.get(id_type)
    if kind is None:
        return ()
    if not re.fullmatch(kind.pattern, id_no):
        return ("id_form",)
    if not carries_birth(id_type, id_no):
        return ()
    problems = () if check_digit(id_no[:17]) == id_no[17] else ("id_checksum",)
    born = birth_of(id_no)
    if born is None:
        return (*problems, "id_date")
    return problems if 15 <= today.year - born.year <= 100 else (*problems, "id_age")
