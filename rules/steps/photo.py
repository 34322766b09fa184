"""What a profile may set about the picture."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from devices.errors import ConfigurationError
from devices.quality.portrait_spec import PortraitSpec
from rules.mistakes import mistake, unknown
from rules.steps.portraits import USUAL, PortraitRules, photos
from rules.words import StepOptions


def _known(code: str) -> str:
    if code not in photos():
        raise unknown("picture rules", code, ", ".join(photos()))
    return code


class PhotoOptions(PortraitRules, StepOptions):
    """What a profile may set: rules out of the catalogue, single numbers that replace theirs, and how it is taken.

    Attributes:
        rules: code in `profiles/catalogue/photos.toml`.
        burst: frames looked at around the press, of which the best is kept.
        retakes: pictures a candidate may take again alone; staff may always.
    """

    rules: Annotated[str, AfterValidator(_known)] = USUAL
    burst: int = Field(default=6, ge=1, le=15)
    retakes: int = Field(default=3, ge=0, le=10)

    def spec(self) -> PortraitSpec:
        """Return the rules as the picture's judge takes them: the profile's own numbers, else the catalogue's."""
        rules = {**photos()[self.rules].given(), **self.given()}
        return PortraitSpec(**rules)  # type: ignore[arg-type]

    @model_validator(mode="after")
    def _check_spec(self) -> Self:
        try:
            self.spec()
        except ConfigurationError as error:
            raise mistake("portrait", "{why}", why=str(error)) from error
        return self
