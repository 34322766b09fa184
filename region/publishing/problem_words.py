"""What is wrong with a profile, in the reader's language, and what to do about it."""

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from rules.errors import Problem
from rules.steps.portraits import PortraitRules

_NUMBER, _LIST = (
    _l("“%(key)s” has to be a number, without quotation marks."),
    _l("“%(key)s” has to be a list in square brackets."),
)
_SWITCH, _TABLE, _TEXT = (
    _l("“%(key)s” has to be true or false, without quotation marks."),
    _l("“%(key)s” has to be a table of its own, or stand in braces."),
    _l("“%(key)s” has to be text in quotation marks."),
)
WORDS: Mapping[str, LazyString] = {
    "toml": _l("From this line on it cannot be read. Check quotation marks, brackets and equals signs here and above."),
    "too_large": _l("It is larger than %(most)s KB. Is it another file?"),
    "missing": _l("“%(key)s” is missing. Add it."),
    "unknown": _l("“%(what)s” is not known. Write one of these: %(known)s"),
    "extra_forbidden": _l("There is no setting “%(key)s”. Check how it is written, or take it out."),
    "literal_error": _l("“%(input)s” is not possible here. Write one of these: %(choices)s"),
    "needs_words": _l("“name” takes both languages, zh and en."),
    "name": _l("“%(key)s” takes 1 to %(most)s characters."),
    "steps_list": _l("“steps” has to be a list of steps in square brackets, each in quotation marks."),
    "step_twice": _l("The step “%(step)s” is listed twice. Take one out."),
    "arrival_first": _l("The first step has to be “arrival”."),
    "before_consent": _l("The step “%(step)s” captures biometrics. Put it behind “consent”."),
    "no_notice": _l(
        "The step “%(step)s” takes a notice “%(notice)s” in “consent”. Add the notice, or leave the step out."
    ),
    "repeated": _l("“%(value)s” is listed twice. Take one out."),
    "turned": _l("%(low)s is %(least)s and %(high)s is %(most)s. Make %(low)s smaller or %(high)s larger."),
    "no_reason": _l("No reason applies to “%(verdict)s”. Add one whose “applies” names it."),
    "exceeds": _l("“%(name)s” is %(number)s; here at most %(limit)s is possible."),
    "needs": _l("“%(name)s” takes %(other)s as well."),
    "portrait": _l("The numbers for pictures contradict each other: %(fields)s. No picture could meet them."),
    "greater_than_equal": _l("“%(key)s” is too small: at least %(ge)s."),
    "greater_than": _l("“%(key)s” is too small: more than %(gt)s."),
    "less_than_equal": _l("“%(key)s” is too large: at most %(le)s."),
    "less_than": _l("“%(key)s” is too large: less than %(lt)s."),
    "too_short": _l("“%(key)s” has too few entries."),
    "too_long": _l("“%(key)s” has too many entries."),
    "string_too_short": _l("“%(key)s” is too short."),
    "string_too_long": _l("“%(key)s” is too long."),
    "string_pattern_mismatch": _l("“%(key)s” takes small letters, digits and underscores, and begins with a letter."),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float", "float_type", "float_parsing"), _NUMBER),
    **dict.fromkeys(("bool_type", "bool_parsing"), _SWITCH),
    **dict.fromkeys(("tuple_type", "list_type"), _LIST),
    **dict.fromkeys(("model_type", "model_attributes_type", "dict_type"), _TABLE),
    **dict.fromkeys(("string_type", "string_unicode"), _TEXT),
}
"""By the code of a problem: ours, and those of pydantic that a profile can meet."""


def problem_words(problem: Problem) -> str:
    """Return what is wrong and what to do; the line and the key are shown beside it."""
    words = WORDS.get(problem.code)
    if words is None:
        return str(_("This does not fit here. Compare with a profile that works."))
    return str(words) % {**problem.values, **_more(problem)}


def _more(problem: Problem) -> dict[str, Any]:
    """Return what the sentences name besides the values that came with the problem."""
    values = problem.values
    expected, why = str(values.get("expected", "")), str(values.get("why", ""))
    return {
        "key": problem.key,
        "name": values.get("key", problem.key),
        "what": str(values.get("shown", "")).strip("'\""),
        "choices": ", ".join(re.findall(r"'([^']*)'", expected)),
        "fields": ", ".join(word for word in re.findall(r"[a-z_]+", why) if word in PortraitRules.model_fields),
    }
