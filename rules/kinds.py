"""What the flags of a candidate's kind are called on both sides' screens; see docs/glossary.md."""

from collections.abc import Mapping

from rules.words import Words

KIND_WORDS: Mapping[str, Words] = {
    "LV1": Words(zh="执业医师", en="physician"),
    "LV2": Words(zh="执业助理医师", en="assistant physician"),
    "UPG2": Words(zh="助理（专科）满二年升执业", en="assistant with two years of practice, going up"),
    "UPG5": Words(zh="助理（中专）满五年升执业", en="assistant with five years of practice, going up"),
    "FRESH": Words(zh="应届毕业生", en="graduates this year"),
    "RETAKE": Words(zh="往届再考", en="sat before"),
    "TCM_SC": Words(zh="师承或确有专长", en="apprenticeship or proven expertise"),
    "MIL": Words(zh="现役军人、文职", en="military"),
    "HMT": Words(zh="台港澳", en="from Taiwan, Hong Kong or Macau"),
    "FOR": Words(zh="外籍", en="foreign national"),
    "OVS": Words(zh="境外学历", en="diploma from outside the mainland"),
    "SEC": Words(zh="中专学历", en="secondary diploma"),
    "TOPUP": Words(zh="专升本", en="college, then bachelor's"),
    "GRAD": Words(zh="应届研究生", en="postgraduate finishing this year"),
    "DENT": Words(zh="口腔", en="dental"),
    "RURAL": Words(zh="乡村全科", en="rural general practice"),
    "SKILLOK": Words(zh="技能成绩有效", en="practical part still valid"),
    "ADD": Words(zh="短线专业加试", en="add-on exam"),
}


def kind_words(flag: str) -> Words:
    """Return what a flag is called; an unknown one stays as it is."""
    return KIND_WORDS.get(flag) or Words(zh=flag, en=flag)


def kinds_words(flags: str) -> Words:
    """Return the words for flags as the roster keeps them.

    >>> kinds_words("LV1,FRESH").en
    'physician, graduates this year'
    """
    named = [kind_words(flag) for flag in flags.split(",") if flag]
    return Words(zh="、".join(one.zh for one in named), en=", ".join(one.en for one in named))
