"""Finds in a crowd of prints those that are of the finger at hand: one against many."""

import threading
from collections.abc import Hashable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from devices.matching.comparing import FEWEST_MINUTIAE, SAME_FROM, Scores, likeness
from devices.matching.cylinders import WORDS, Bits, Template

SHORTLIST = 24
"""How many of the crowd are looked at closely; the finger is nearly always first among them."""

CHUNK_ROWS = 8192


@dataclass(frozen=True, slots=True)
class Found:
    """A print of the crowd that is of the same finger, and how alike it is (0.09 to 1)."""

    key: Hashable
    likeness: float


@dataclass(slots=True)
class _Stack:
    """The cylinders of all prints side by side, word by word (so that one word of all is read in a go); may grow."""

    bits: Bits = field(default_factory=lambda: np.zeros((WORDS, 1024), np.uint64))
    size: npt.NDArray[np.float32] = field(default_factory=lambda: np.ones(1024, np.float32))
    used: int = 0

    def add(self, template: Template) -> None:
        """Put a print's cylinders beside the others."""
        end = self.used + len(template)
        while end > len(self.size):
            self.bits = np.concatenate([self.bits, np.zeros_like(self.bits)], axis=1)
            self.size = np.concatenate([self.size, np.ones_like(self.size)])
        self.bits[:, self.used : end] = template.bits.T
        self.size[self.used : end] = template.size
        self.used = end


class PrintCrowd:
    """The prints of one venue, in memory: about 5 kB each. May be used by several threads."""

    def __init__(self) -> None:
        self._keys: list[tuple[Hashable, Hashable]] = []
        self._templates: list[Template] = []
        self._starts: list[int] = []
        self._stack = _Stack()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, owner: Hashable, key: Hashable, template: Template) -> None:
        """Take a print in; one that shows too little to be compared is left out."""
        if len(template) < FEWEST_MINUTIAE:
            return
        with self._lock:
            self._keys.append((owner, key))
            self._templates.append(template)
            self._starts.append(self._stack.used)
            self._stack.add(template)

    def same_finger(self, owner: Hashable, template: Template) -> list[Found]:
        """Return prints of the same finger that belong to others than `owner`, the most alike first."""
        if len(template) < FEWEST_MINUTIAE or not self._keys:
            return []
        with self._lock:
            near = self._shortlist(template)
            chosen = [(self._keys[one], self._templates[one]) for one in near]
        scored = [Found(key, likeness(template, other)) for (whose, key), other in chosen if whose != owner]
        return sorted((one for one in scored if one.likeness >= SAME_FROM), key=lambda one: -one.likeness)

    def _shortlist(self, template: Template) -> list[int]:
        """Return the prints whose minutiae have, one by one, the most alike surroundings."""
        best = np.zeros((len(template), len(self._keys)), np.float32)
        for row in range(len(template)):
            alike = self._alike(template.bits[row], float(template.size[row]))
            best[row] = np.maximum.reduceat(alike, self._starts)
        best.sort(axis=0)
        mean = best[-len(template) // 2 :].mean(axis=0)
        return [int(one) for one in np.argsort(-mean)[:SHORTLIST]]

    def _alike(self, bits: Bits, size: float) -> Scores:
        used = self._stack.used
        alike = np.empty(used, np.float32)
        for start in range(0, used, CHUNK_ROWS):
            part = slice(start, min(start + CHUNK_ROWS, used))
            differing = np.zeros(part.stop - start, np.uint16)
            for word in range(WORDS):
                differing += np.bitwise_count(self._stack.bits[word, part] ^ bits[word])
            alike[part] = 1 - np.sqrt(differing, dtype=np.float32) / np.maximum(self._stack.size[part] + size, 1)
        return alike
