"""What a profile may set about consent: the texts."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from records.canonical import digest_document
from rules.mistakes import at, mistake
from rules.words import StepOptions, Words


class Notice(BaseModel):
    """One text the candidate reads.

    Attributes:
        required: the law itself is the ground: the candidate is told and not asked. Otherwise the candidate may refuse,
            which leads to a check by hand and never to a disadvantage.
        body: paragraphs apart by an empty line.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["general", "face", "fingerprint"]
    version: str
    title: Words
    body: Words
    required: bool = False

    @property
    def digest(self) -> str:
        """SHA-256 of the text in both languages."""
        return digest_document({"title": self.title.model_dump(), "body": self.body.model_dump()})

    @property
    def decisions(self) -> tuple[str, ...]:
        """What can be answered."""
        return ("read",) if self.required else ("agree", "refuse")


class ConsentOptions(StepOptions):
    """What a profile may set: the texts, in the order in which they are read."""

    notices: tuple[Notice, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _check_kinds(self) -> Self:
        kinds = [notice.kind for notice in self.notices]
        mistakes = [
            at(("notices", place, "kind"), kind, mistake("repeated", "{value}: listed twice", value=kind))
            for place, kind in enumerate(kinds)
            if kind in kinds[:place]
        ]
        if mistakes:
            raise ValidationError.from_exception_data("consent", mistakes)
        return self
