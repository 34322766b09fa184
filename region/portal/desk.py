"""What the candidate's pages work with: the registry under the profile in force at this moment."""

from dataclasses import dataclass

from region.preparing import Preparer
from region.registry.box import Box, open_box
from region.registry.candidate import Wardrobe
from region.registry.changing import Key
from region.registry.pictures import Pictures
from region.registry.reading import Case, read_case
from region.registry.rules import Rules, rules_in_force
from region.store import Store


@dataclass(frozen=True, slots=True)
class Desk:
    """The registry, for one candidate at a time."""

    store: Store
    preparer: Preparer
    timezone: str

    @property
    def box(self) -> Box:
        """What opens and seals; read anew, for a restored key is used at once."""
        return open_box(self.store)

    def rules(self) -> Rules:
        """Return the rules in force now."""
        return rules_in_force(self.store)

    def case(self, key: Key, rules: Rules) -> Case:
        """Return a registration."""
        return read_case(self.store, self.box, key, rules)

    def wardrobe(self, rules: Rules) -> Wardrobe:
        """Return what changes its materials."""
        return Wardrobe(self.store, self.box, rules)

    def pictures(self, rules: Rules) -> Pictures:
        """Return what hands pictures out."""
        return Pictures(self.store, self.box, rules, self.timezone)
