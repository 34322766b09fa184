"""Makes people who do not exist: for the demonstration venue, the simulated day and the tests.

Nobody can be meant: the names say that they are a test, the ID numbers are of an address that does not exist
(their check digits are right), and the mobile numbers begin like no operator's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from records.registration import Registration, Slot
from rules.roster import identity
from rules.roster.dates import SLOT_LENGTH
from rules.roster.fields import LEVELS
from rules.roster.kinds import derived_kinds, join_kinds

OPENS, CLOSES = time(8), time(17)

_SURNAMES = (*"赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张", "欧阳", "司马", "上官")
_NUMERALS = tuple("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥")
_RARE_NAMES = ("测试𠮷", "㼆测试", "测试䶮", "王𬀩测试", "欧阳𠮷㼆", "测试𡋾")
_MINORITY_NAMES = (
    ("阿依测试·买买提测试", "维吾尔族"), ("古丽测试·吐尔逊", "维吾尔族"),
    ("巴特尔测试", "蒙古族"), ("扎西测试", "藏族"), ("金测试", "朝鲜族"),
)  # fmt: skip
_LATIN_NAMES = ("Test Person", "Sample Doctor", "Nobody Example", "Jane Testcase")
_CATEGORIES = ("110 临床", "120 口腔", "130 公共卫生", "141 中医", "142 中西医结合")
_ASSISTANT_CATEGORIES = ("210 临床", "220 口腔", "230 公共卫生", "241 中医", "乡村全科")
_SCHOOLS = ("测试医科大学", "示例中医药大学", "样本医学院", "虚构大学医学部")
_EMPLOYERS = ("测试市第一人民医院", "示例县中医院", "样本区妇幼保健院", "虚构镇卫生院", "测试社区卫生服务中心")


@dataclass(frozen=True, slots=True)
class _Sort:
    """One sort of candidate among the made-up people; `share` is its weight."""

    share: int
    id_type: str = identity.RESIDENT
    flags: tuple[str, ...] = ()
    level: str = "LV1"
    education: str = "本科"


_SORTS = (
    _Sort(48), _Sort(8, flags=("RETAKE",)), _Sort(4, flags=("SKILLOK",)),
    _Sort(10, flags=("FRESH",)), _Sort(4, flags=("FRESH", "GRAD"), education="硕士研究生"),
    _Sort(12, level="LV2", education="专科"), _Sort(3, level="LV2", education="中专"),
    _Sort(5, flags=("UPG2",), education="专科"), _Sort(2, flags=("UPG5",), education="中专"),
    _Sort(3, flags=("TOPUP",)), _Sort(2, flags=("OVS",)), _Sort(2, flags=("MIL",)), _Sort(2, flags=("TCM_SC",)),
    _Sort(2, identity.HMT_PERMIT, ("HMT",)), _Sort(1, "香港身份证", ("HMT",)), _Sort(1, "台湾身份证", ("HMT",)),
    _Sort(2, "外国护照", ("FOR", "OVS")), _Sort(2, flags=("ADD",)),
)  # fmt: skip


def demo_people(
    count: int, day: date, seed: int = 1, *, opens: time = OPENS, closes: time = CLOSES, first: int = 0
) -> list[Registration]:
    """Return made-up registrations spread evenly over the day's half hours; equal arguments give equal people.

    Every sort of candidate comes up among a few hundred; rare characters and minority names among a few dozen.

    Args:
        first: how many registration and document numbers are passed over; they are unlike for a million people.
    """
    slots = _slots(day, opens, closes)
    random = Random(f"{seed}-{count}")  # not the day: the same people come again tomorrow
    shares = [sort.share for sort in _SORTS]
    return [
        _person(first + number, random.choices(_SORTS, shares)[0], slots[number * len(slots) // count], random)
        for number in range(count)
    ]


def _slots(day: date, opens: time, closes: time) -> list[Slot]:
    starts, last = datetime.combine(day, opens), datetime.combine(day, closes)
    slots = []
    while starts < last:
        ends = min(starts + SLOT_LENGTH, last)
        slots.append(Slot(day, starts.time(), ends.time()))
        starts = ends
    return slots or [Slot(day, opens, closes)]


def _person(number: int, sort: _Sort, slot: Slot, random: Random) -> Registration:
    male = random.random() < 0.4
    born = date(1972, 1, 1) + timedelta(days=random.randrange(27 * 365))
    name, ethnic_group = _name(number, sort)
    categories = _CATEGORIES if sort.level == "LV1" else _ASSISTANT_CATEGORIES
    reg_no = f"2099{number + 1:08}"
    fields = {
        "reg_no": reg_no,
        "name": name,
        "sex": "男" if male else "女",
        "ethnic_group": ethnic_group,
        "born_on": born.isoformat(),
        "nationality": "测试国" if "FOR" in sort.flags else "中国",
        "id_type": sort.id_type,
        "id_no": _id_no(sort.id_type, born, number, male=male),
        "exam_level": LEVELS[sort.level],
        "exam_category": "341 中医（师承或确有专长）" if "TCM_SC" in sort.flags else random.choice(categories),
        "education": sort.education,
        "study_form": "普通全日制",
        "school": random.choice(_SCHOOLS),
        "major": "测试医学",
        "graduated": f"{born.year + 23}-{'07' if number % 3 else '06'}",
        "diploma_no": f"{99000_0000_0000_0000 + number}",
        "employer": random.choice(_EMPLOYERS),
        "mobile": f"1000000{number % 10_000:04}",
        "kinds": "",
    }
    return Registration(reg_no, fields | {"kinds": _kinds(fields, sort)}, slot, {})


def _kinds(fields: Mapping[str, str], sort: _Sort) -> str:
    return join_kinds({*sort.flags, *derived_kinds(fields)})


def _name(number: int, sort: _Sort) -> tuple[str, str]:
    if sort.id_type == "外国护照":
        return _LATIN_NAMES[number % len(_LATIN_NAMES)], ""
    if number % 25 == 7:
        return _RARE_NAMES[number // 25 % len(_RARE_NAMES)], "汉族"
    if number % 25 == 13:
        return _MINORITY_NAMES[number // 25 % len(_MINORITY_NAMES)]
    surname, given = _SURNAMES[number % len(_SURNAMES)], _NUMERALS[number // len(_SURNAMES) % len(_NUMERALS)]
    return f"{surname}测试{given}", "汉族"


def _id_no(id_type: str, born: date, number: int, *, male: bool) -> str:
    if id_type == "香港身份证":
        return f"X{number:06}0"
    if id_type == "台湾身份证":
        return f"X{number:09}"
    if id_type == "外国护照":
        return f"TEST{number:06}"
    area = f"819{number % 1000:03}" if id_type == identity.HMT_PERMIT else f"99{number // 100 % 10_000:04}"
    seventeen = f"{area}{born:%Y%m%d}{number % 100:02}{1 if male else 2}"
    return seventeen + identity.check_digit(seventeen)
