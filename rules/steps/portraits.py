"""Reads the catalogue of published rules for portraits."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from devices.quality.portrait_spec import PortraitSpec
from rules.words import Words

# It stands beside the profiles, because whoever writes one looks the codes up there.
_FILE = Path(__file__).resolve().parents[2] / "profiles" / "catalogue" / "photos.toml"

USUAL = "exam_registration"

Share = Annotated[float, Field(ge=0, le=1)]
Colour = tuple[
    Annotated[int, Field(ge=0, le=255)], Annotated[int, Field(ge=0, le=255)], Annotated[int, Field(ge=0, le=255)]
]


class PortraitRules(BaseModel):
    """The rules of `PortraitSpec` by the same names; what is left out is as another rule has it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    width_px: int | None = Field(default=None, ge=100, le=2000)
    height_px: int | None = Field(default=None, ge=100, le=2000)
    dpi: int | None = Field(default=None, ge=72, le=600)
    min_kb: int | None = Field(default=None, ge=0, le=2000)
    max_kb: int | None = Field(default=None, ge=2, le=2000)
    face_share: Share | None = None
    face_share_max: Share | None = None
    eye_distance_min: Share | None = None
    eye_line: Share | None = None
    eye_line_min: Share | None = None
    eye_line_max: Share | None = None
    centre_tolerance: Share | None = None
    enlargement_max: float | None = Field(default=None, gt=0, le=10)
    roll_max_deg: float | None = Field(default=None, gt=0, le=45)
    light_min: Share | None = None
    light_max: Share | None = None
    dark_share_max: Share | None = None
    bright_share_max: Share | None = None
    side_difference_max: Share | None = None
    sharpness_min: float | None = Field(default=None, ge=0)
    background: tuple[Colour, ...] | None = Field(default=None, min_length=1)
    background_distance_max: float | None = Field(default=None, ge=0)
    background_unevenness_max: float | None = Field(default=None, ge=0)
    glare_max: Share | None = None
    warn: tuple[str, ...] | None = None

    def given(self) -> dict[str, object]:
        """Return the rules that are set, by name."""
        fields = PortraitRules.model_fields
        return {name: getattr(self, name) for name in fields if getattr(self, name) is not None}


class Photo(PortraitRules):
    """One published rule. `source`: where its numbers stand."""

    code: str
    name: Words
    source: str


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    photos: tuple[Photo, ...]


@cache
def photos() -> Mapping[str, Photo]:
    """Return the catalogue that ships with the program, by code; every rule in it can be met."""
    return {photo.code: photo for photo in parse_photos(_FILE.read_text(encoding="utf-8"))}


def parse_photos(text: str) -> tuple[Photo, ...]:
    """Return the rules in a catalogue.

    Raises:
        ValidationError: a field is unknown, missing or out of range.
        devices.errors.ConfigurationError: a rule contradicts itself.
    """
    found = _File.model_validate(tomllib.loads(text)).photos
    for photo in found:
        PortraitSpec(**photo.given())  # type: ignore[arg-type]
    return found
