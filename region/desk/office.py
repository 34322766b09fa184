"""What the desks work with: the store, the key that opens registrations, the rules in force."""

from dataclasses import dataclass, field

from region.guard import reviewer
from region.registry.box import Box, open_box
from region.registry.changing import Actor, Key
from region.registry.reading import Case, read_case
from region.registry.reviewing import Review
from region.registry.rules import Rules, rules_in_force
from region.registry.status import Role
from region.reviewers import Person
from region.store import Store


@dataclass(slots=True)
class Office:
    """One for the whole program; opens the box when it is first needed, so that a lost key stops no other screen."""

    store: Store
    _box: Box | None = field(init=False, default=None)

    @property
    def box(self) -> Box:
        """What opens registrations; raises as `open_box`."""
        if self._box is None:
            self._box = open_box(self.store)
        return self._box

    @property
    def rules(self) -> Rules:
        """The rules in force."""
        return rules_in_force(self.store)

    @property
    def review(self) -> Review:
        """The reviewers' acts under the rules in force."""
        return Review(self.store, self.box, self.rules)

    def case(self, key: Key, actor: Actor) -> Case:
        """Return a registration that this reviewer may see; raises as `read_case`."""
        return read_case(self.store, self.box, key, self.rules, actor.venue)


def actor_of(person: Person) -> Actor:
    """Return who acts, by the account as it is at this moment."""
    return Actor(person.id, Role(person.role), person.venue)


def asking() -> Actor:
    """Return who has sent the present request."""
    return actor_of(reviewer())
