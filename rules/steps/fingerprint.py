"""What a profile may set about fingers, apart from what has to be installed at a venue."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from rules.mistakes import exceeds, mistake, unknown
from rules.words import StepOptions

FINGERS = tuple(range(11, 21))
"""Position codes: 11 right thumb to 15 right little finger, 16 left thumb to 20 left little finger."""


def _known(finger: int) -> int:
    if finger not in FINGERS:
        raise unknown("finger", finger, ", ".join(map(str, FINGERS)))
    return finger


Finger = Annotated[int, AfterValidator(_known)]


class FingerLimits(BaseModel):
    """What is other for one finger; None is as for all."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    quality_min: int | None = Field(default=None, ge=1, le=100)
    tries: int | None = Field(default=None, ge=1, le=10)


class FingerprintOptions(StepOptions):
    """What a profile may set.

    Attributes:
        fingers: position codes in the order in which they are asked for.
        fallback: codes asked for, in order, in place of fingers that could not be read.
        required: how many fingers are wanted.
        presses: good presses wanted of each finger, 2 or 3 where the region compares against several; the best is
            kept as the finger's picture, and of every good one the minutiae.
        quality_min: from 1 to 100; a press below is not good.
        tries: presses of one finger before the next one is asked for.
        per_finger: by position code, where one finger has other limits: a little finger gives less.
        max_fingers: fingers pressed, read or not, after which staff decide instead of asking for yet another.
        timeout_s: how long the reader waits for a finger.
        finger_s: after so long with one finger the next one is asked for, whatever tries are left.
        all_s: after so long staff decide.
        files: what is kept besides picture, template and minutiae: `iso_image` (ISO/IEC 19794-4:2011), `wsq`.
        nfiq2: have NIST's NFIQ 2 mark every press as well; it has to be installed.
        nfiq2_min: a press below is not good either; 0 only records the mark.
    """

    fingers: tuple[Finger, ...] = Field(default=(11, 16), min_length=1)
    fallback: tuple[Finger, ...] = (12, 17, 13, 18, 14, 19, 15, 20)
    required: int = Field(default=2, ge=1, le=10)
    presses: int = Field(default=1, ge=1, le=5)
    quality_min: int = Field(default=55, ge=1, le=100)
    tries: int = Field(default=5, ge=1, le=10)
    per_finger: dict[Finger, FingerLimits] = Field(default_factory=dict)
    max_fingers: int = Field(default=4, ge=1, le=10)
    timeout_s: int = Field(default=15, ge=1, le=60)
    finger_s: int = Field(default=120, ge=10, le=900)
    all_s: int = Field(default=360, ge=20, le=3600)
    files: tuple[Literal["iso_image", "wsq"], ...] = ()
    nfiq2: bool = False
    nfiq2_min: int = Field(default=0, ge=0, le=100)

    @property
    def order(self) -> tuple[int, ...]:
        """All fingers in the order in which they are asked for, each once."""
        return tuple(dict.fromkeys((*self.fingers, *self.fallback)))

    def quality_min_of(self, finger: int) -> int:
        """Return the score from which on a press of this finger is good."""
        own = self.per_finger.get(finger, FingerLimits()).quality_min
        return self.quality_min if own is None else own

    def tries_of(self, finger: int) -> int:
        """Return how often this finger may be pressed."""
        own = self.per_finger.get(finger, FingerLimits()).tries
        return self.tries if own is None else own

    @model_validator(mode="after")
    def _check_counts(self) -> Self:
        if self.required > len(self.order):
            raise exceeds(
                "required", self.required, len(self.order), "{key} is {value}, but only {limit} fingers are listed"
            )
        if self.required > self.max_fingers:
            raise exceeds(
                "required", self.required, self.max_fingers, "{key} is {value}, more than max_fingers {limit}"
            )
        tries = min(map(self.tries_of, self.order))
        if self.presses > tries:
            raise exceeds("presses", self.presses, tries, "{key} is {value}, more than the {limit} tries of a finger")
        if self.finger_s > self.all_s:
            raise exceeds(
                "finger_s", self.finger_s, self.all_s, "{key} is {value}, more than the {limit} seconds of all fingers"
            )
        if self.nfiq2_min and not self.nfiq2:
            raise mistake("needs", "{key} needs {other}", key="nfiq2_min", other="nfiq2 = true")
        return self
