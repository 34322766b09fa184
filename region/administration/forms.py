"""What administrators type, read with care and given back as it was."""

from dataclasses import dataclass, field

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

MAX_REASON, MAX_NAME, MAX_ADDRESS, MAX_DIRECTIONS = 120, 200, 300, 1000

Answer = str | Response | tuple[str, int]


@dataclass(slots=True)
class Typed:
    """One sent form.

    Attributes:
        problems: what is wrong, by the field.
    """

    problems: dict[str, str] = field(default_factory=dict)

    def text(self, name: str, most: int, problem: str = "") -> str:
        """Return a field without blanks around it; where it is empty and must not be, `problem` is noted."""
        value = request.form.get(name, "").strip().replace("\r\n", "\n")
        if not value and problem:
            self.problems[name] = problem
        if len(value) > most:
            self.problems[name] = _("At most %(count)s characters.", count=most)
        return value

    def reason(self, name: str = "reason") -> str:
        """Return the reason, which every act takes that somebody could ask about later."""
        value = self.text("reason", MAX_REASON)
        if not value:
            self.problems[name] = _("Say why, in a few words. It is kept; write no candidate's name.")
        elif "reason" in self.problems:
            self.problems[name] = self.problems.pop("reason")
        return value

    @property
    def seen(self) -> int:
        """The revision that the page showed; -1, which none has, where the form does not say."""
        value = request.form.get("seen", "")
        return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else -1
