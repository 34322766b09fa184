"""What the flags of a candidate's kind are called, see docs/glossary.md."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

_KINDS = {
    "LV1": _l("physician"),
    "LV2": _l("assistant physician"),
    "UPG2": _l("assistant with two years of practice, going up"),
    "UPG5": _l("assistant with five years of practice, going up"),
    "FRESH": _l("graduates this year"),
    "RETAKE": _l("sat before"),
    "TCM_SC": _l("apprenticeship or proven expertise"),
    "MIL": _l("military"),
    "HMT": _l("from Taiwan, Hong Kong or Macau"),
    "FOR": _l("foreign national"),
    "OVS": _l("diploma from outside the mainland"),
    "SEC": _l("secondary diploma"),
    "TOPUP": _l("college, then bachelor's"),
    "GRAD": _l("postgraduate finishing this year"),
    "DENT": _l("dental"),
    "RURAL": _l("rural general practice"),
    "SKILLOK": _l("practical part still valid"),
    "ADD": _l("add-on exam"),
}


def kinds_label(flags: str) -> str:
    """Return the words for flags as the roster keeps them, `LV1,FRESH`; an unknown flag stays as it is."""
    return str(_(", ")).join(str(_KINDS.get(flag, flag)) for flag in flags.split(",") if flag)
