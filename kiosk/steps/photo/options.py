"""What a profile may set about the picture."""

from dataclasses import fields
from typing import Annotated, Self

from pydantic import Field, model_validator

from devices.errors import ConfigurationError
from devices.quality.portrait import PortraitSpec
from kiosk.step import StepOptions

_USUAL = PortraitSpec()

Share = Annotated[float, Field(ge=0, le=1)]
Colour = tuple[
    Annotated[int, Field(ge=0, le=255)], Annotated[int, Field(ge=0, le=255)], Annotated[int, Field(ge=0, le=255)]
]


class PhotoOptions(StepOptions):
    """What a profile may set: the rules of `PortraitSpec` by the same names, and how the picture is taken.

    Attributes:
        burst: frames taken at once, of which the best is kept.
        retakes: pictures a candidate may take again alone; staff may always.
    """

    burst: int = Field(default=5, ge=1, le=15)
    retakes: int = Field(default=3, ge=0, le=10)

    width_px: int = Field(default=_USUAL.width_px, ge=100, le=2000)
    height_px: int = Field(default=_USUAL.height_px, ge=100, le=2000)
    dpi: int = Field(default=_USUAL.dpi, ge=72, le=600)
    min_kb: int = Field(default=_USUAL.min_kb, ge=0, le=2000)
    max_kb: int = Field(default=_USUAL.max_kb, ge=2, le=2000)
    face_share: Share = _USUAL.face_share
    face_share_max: Share = _USUAL.face_share_max
    eye_line: Share = _USUAL.eye_line
    eye_line_min: Share = _USUAL.eye_line_min
    eye_line_max: Share = _USUAL.eye_line_max
    centre_tolerance: Share = _USUAL.centre_tolerance
    enlargement_max: float = Field(default=_USUAL.enlargement_max, gt=0, le=10)
    roll_max_deg: float = Field(default=_USUAL.roll_max_deg, gt=0, le=45)
    light_min: Share = _USUAL.light_min
    light_max: Share = _USUAL.light_max
    dark_share_max: Share = _USUAL.dark_share_max
    bright_share_max: Share = _USUAL.bright_share_max
    sharpness_min: float = Field(default=_USUAL.sharpness_min, ge=0)
    background: tuple[Colour, ...] = Field(default=_USUAL.background, min_length=1)
    background_distance_max: float = Field(default=_USUAL.background_distance_max, ge=0)
    background_unevenness_max: float = Field(default=_USUAL.background_unevenness_max, ge=0)
    warn: tuple[str, ...] = _USUAL.warn

    def spec(self) -> PortraitSpec:
        """Return the rules as the picture's judge takes them."""
        return PortraitSpec(**{field.name: getattr(self, field.name) for field in fields(PortraitSpec)})

    @model_validator(mode="after")
    def _check_spec(self) -> Self:
        try:
            self.spec()
        except ConfigurationError as error:
            raise ValueError(str(error)) from error
        return self
