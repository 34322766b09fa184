"""What can be wrong with a roster file as a whole; what is wrong with one row is a `Finding`.

RosterError    its `fault` says which, its `missing` which columns
"""

from enum import StrEnum


class Fault(StrEnum):
    """Why nothing of the file could be read; `report.FAULT_WORDS` has the words."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    CORRUPT = "corrupt"
    ENCRYPTED_WORKBOOK = "encrypted_workbook"
    OLD_WORKBOOK = "old_workbook"
    NOT_A_TABLE = "not_a_table"
    NO_HEADER = "no_header"


class RosterError(Exception):
    """The file is no roster; the same file will fail again.

    Attributes:
        fault: which of the things that can be wrong.
        missing: for NO_HEADER, the Chinese headers that were looked for and not found.
    """

    retryable = False

    def __init__(self, fault: Fault, detail: str = "", missing: tuple[str, ...] = ()) -> None:
        """Keep what was wrong; `detail` is for the log and holds no personal data."""
        super().__init__(f"{fault}: {detail}" if detail else str(fault))
        self.fault = fault
        self.missing = missing
