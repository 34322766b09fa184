"""The words for pictures: why one is not taken, what may be wrong with it, and how a reviewer reads that."""

from collections.abc import Mapping, Sequence

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

REFUSALS: Mapping[str, LazyString] = {
    "too_big": _l("The file is too large: at most 15 MB. Take the picture again with a smaller setting."),
    "wrong_type": _l("Only JPEG and PNG pictures can be uploaded. Save it as one of these, or photograph the paper."),
    "not_a_picture": _l("This file is no picture. Choose the picture again."),
    "truncated": _l("The picture did not arrive whole or is damaged. Send or take it again."),
    "too_many_pixels": _l("The picture has too many pixels. Take it again with a smaller setting."),
    "too_small": _l("The picture is too small to be read. Take it again, closer."),
    "animated": _l("A moving picture cannot be uploaded. Take an ordinary picture."),
    "unreadable": _l(
        "The picture cannot be made small enough and stay readable. Photograph the page alone, not what lies around it."
    ),
}
OTHER_REFUSAL = _l("This picture cannot be used. Take it again.")

WARNINGS: Mapping[str, LazyString] = {
    "page_sideways": _l("It seems to lie on its side or upside down. Turn it with the buttons below it."),
    "page_blurred": _l("It seems to be blurred. Hold the phone still, tap on the paper to focus, and take it again."),
    "page_dark": _l("It seems to be too dark. Take it again at a window or under a lamp."),
    "page_cut": _l("A part of the page seems to be cut off. Take it again with all four edges in the picture."),
    "page_small": _l("It seems to be too small to be read. Take it again, closer, or with a larger setting."),
    "page_glare": _l("A lamp seems to be mirrored on the page. Take it again from another side."),
}
"""What candidates read: what may be wrong, and what to do."""

FOUND: Mapping[str, LazyString] = {
    "page_sideways": _l("lies on its side or upside down"),
    "page_blurred": _l("blurred"),
    "page_dark": _l("too dark"),
    "page_cut": _l("a part of the page is cut off"),
    "page_small": _l("too small to be read"),
    "page_glare": _l("a lamp is mirrored on the page"),
}
"""What reviewers read beside a picture."""


def refused_words(code: str) -> str:
    """Return why a file is not taken."""
    return str(REFUSALS.get(code, OTHER_REFUSAL))


def found_words(warnings: str) -> Sequence[str]:
    """Return what the checks found, from the codes as the tables keep them, joined by commas."""
    return [str(FOUND[code]) for code in warnings.split(",") if code in FOUND]
