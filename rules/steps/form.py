"""What a profile may set about the confirmation form."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from records.registration import FIELDS, SLOT_FIELDS
from rules.mistakes import unknown
from rules.words import StepOptions


def _fact(field: str) -> str:
    facts = [known for known in FIELDS if known not in SLOT_FIELDS]
    if field not in facts:
        raise unknown("field", field, ", ".join(facts))
    return field


class FormOptions(StepOptions):
    """What a profile may set.

    Attributes:
        fields: codes of the roster's fields that are read back, in order.
        per_page: facts a page; more than five do not fit a kiosk without scrolling.
        deciders: roles that may decide on corrections.
    """

    fields: tuple[Annotated[str, AfterValidator(_fact)], ...] = Field(min_length=1)
    per_page: int = Field(default=5, ge=3, le=10)
    deciders: tuple[Literal["REVIEW1", "REVIEW2", "LEAD"], ...] = ("REVIEW2", "LEAD")
