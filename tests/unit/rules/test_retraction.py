"""A conflict is open, settled, or open again under another name."""

from dataclasses import dataclass

from rules.retraction import as_it_stands


@dataclass(frozen=True)
class Quarrel:
    turn: int = 0

    @property
    def key(self) -> str:
        return f"quarrel {self.turn}"


def test_a_conflict_is_over_until_its_settlement_is_taken_back() -> None:
    assert as_it_stands(Quarrel(), {"something else": False}) == Quarrel(0)
    assert as_it_stands(Quarrel(), {"quarrel 0": False}) is None
    assert as_it_stands(Quarrel(), {"quarrel 0": True}) == Quarrel(1)
    assert as_it_stands(Quarrel(), {"quarrel 0": True, "quarrel 1": False}) is None
    assert as_it_stands(Quarrel(), {"quarrel 0": True, "quarrel 1": True}) == Quarrel(2)
