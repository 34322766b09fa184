"""Reads the catalogue of every paper a candidate may be asked for."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from rules.words import Words

# It stands beside the profiles, because whoever writes one looks the codes up there.
_FILE = Path(__file__).resolve().parents[2] / "profiles" / "catalogue" / "materials.toml"


class Material(BaseModel):
    """One kind of paper.

    Attributes:
        min, max: pictures it takes, one a page.
        original: whether the paper itself has to be shown.
        proves: the fields of a registration that it shows; it is judged again when one of them is corrected.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    name: Words
    hint: Words
    min: int = Field(ge=0)
    max: int = Field(ge=1, le=20)
    original: bool
    proves: tuple[str, ...] = ()


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    kinds: tuple[str, ...]
    materials: tuple[Material, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What there is to ask for, and the flags by which a profile says from whom."""

    materials: Mapping[str, Material]
    kinds: frozenset[str]


@cache
def catalogue() -> Catalogue:
    """Return the catalogue that ships with the program."""
    file = _File.model_validate(tomllib.loads(_FILE.read_text(encoding="utf-8")))
    return Catalogue({material.code: material for material in file.materials}, frozenset(file.kinds))
