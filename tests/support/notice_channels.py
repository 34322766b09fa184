"""A channel of notices that can be told what to do."""

from region.notices.composing import Letter


class KilledError(BaseException):
    """The process ends in the middle of sending."""


class Sent:
    """A channel that keeps what it is given, or fails as it is told."""

    def __init__(self, name: str = "sms", field: str = "mobile", *, dedupes: bool = True) -> None:
        self.name, self.field, self.dedupes = name, field, dedupes
        self.trouble: BaseException | None = None
        self.letters: list[tuple[str, str, Letter]] = []

    def send(self, notice_id: str, address: str, letter: Letter, url: str) -> None:
        self.letters.append((notice_id, address, letter))
        if self.trouble:
            raise self.trouble
