"""Reads a region's profile and makes its steps; what may stand in one is checked by `rules.profile`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from kiosk.step import Step
from kiosk.steps import STEPS
from rules.closing import ClosingRule
from rules.online import OnlineOptions
from rules.profile import check_profile
from rules.removal import RemovalRule
from rules.words import Words


@dataclass(frozen=True, slots=True)
class Profile:
    """A region's flow.

    Attributes:
        digest: SHA-256 of `source`; visits are pinned to it.
        source: the TOML text, kept with the visits so that they can be finished after the file has changed.
        removal: when captured biometrics leave the computer.
        online: what the region lets candidates upload before they come.
        closing: how a day is closed.
    """

    id: str
    version: str
    name: Words
    steps: tuple[Step, ...]
    digest: str
    source: str
    removal: RemovalRule = field(default_factory=RemovalRule)
    online: OnlineOptions = field(default_factory=OnlineOptions)
    closing: ClosingRule = field(default_factory=ClosingRule)

    @property
    def order(self) -> tuple[str, ...]:
        """The ids of the steps, in order."""
        return tuple(step.id for step in self.steps)

    def step(self, step_id: str) -> Step | None:
        """Return the step with this id if the profile has it."""
        return next((step for step in self.steps if step.id == step_id), None)


def load_profile(path: Path) -> Profile:
    """Return the profile in a file; see `parse_profile`."""
    return parse_profile(path.read_text(encoding="utf-8"), path.name)


def parse_profile(source: str, name: str) -> Profile:
    """Return the profile, with every step made and its options checked.

    Raises:
        ProfileError: as `rules.profile.check_profile`; or it asks for what is not installed here.
    """
    kinds = {step_id: _kind_of(step_id) for step_id in STEPS}
    found = check_profile(source, name, {step_id: kind.Options for step_id, kind in kinds.items()})
    steps = tuple(kinds[step_id](found.options[step_id]) for step_id in found.order)
    heading = found.id, found.version, found.name
    return Profile(*heading, steps, found.digest, found.source, found.removal, found.online, found.closing)


def make_step(step_id: str, options: Mapping[str, Any]) -> Step:
    """Return the step of the table `STEPS` with checked options.

    Raises:
        ValidationError: the options do not fit.
    """
    kind = _kind_of(step_id)
    return kind(kind.Options.model_validate(options))


def _kind_of(step_id: str) -> type[Step]:
    module, _, class_name = STEPS[step_id].partition(":")
    kind: type[Step] = getattr(import_module(module), class_name)
    return kind
