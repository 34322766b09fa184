"""The rules in force, read again only when others were published."""

from sqlalchemy import select

from region.registry.models import ProfileRow
from region.registry.rules import Rules, rules_in_force
from region.store import Store


class Rulebook:
    """Remembers the parsed rules: a profile takes longer to read than a page to draw."""

    def __init__(self, store: Store, shipped: str = "default") -> None:
        self._store, self._shipped = store, shipped
        self._known: tuple[int, Rules] | None = None

    def now(self) -> Rules:
        """Return the rules in force; raises as `rules_in_force`."""
        with self._store.read() as session:
            newest = select(ProfileRow.seq).where(ProfileRow.published_at.is_not(None))
            seq = session.scalar(newest.order_by(ProfileRow.published_at.desc(), ProfileRow.seq.desc()).limit(1)) or 0
        known = self._known
        if known is None or known[0] != seq:
            known = self._known = seq, rules_in_force(self._store, self._shipped)
        return known[1]
