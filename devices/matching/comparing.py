"""How alike two prints are, and which of many is most alike.

Source: Local Similarity Sort with Relaxation of the Minutia Cylinder-Code (see cylinders.py): pairs of alike minutiae
count in so far as the other pairs lie to them in both prints in the same way.
"""

import math

import numpy as np
import numpy.typing as npt

from devices.matching.cylinders import Template

Scores = npt.NDArray[np.float32]

MOST_TURNED = np.pi / 4
"""Fingers lie on a reader nearly upright; pairs turned further apart than this are no pairs."""

SAME_FROM = 0.09
"""Prints that are alike by so much are of one finger; what that misses and mistakes: docs/fingerprints.md."""

FEWEST_MINUTIAE = 8
ROUNDS = 5
KEPT_SHARE = 0.5
FEWEST_PAIRS, MOST_PAIRS = 4, 12


def likeness(first: Template, second: Template) -> float:
    """Return how alike two prints are, 0 to 1; 0 where either shows too little to tell."""
    if min(len(first), len(second)) < FEWEST_MINUTIAE:
        return 0.0
    rows, columns, alike = _pairs(local_likeness(first, second))
    if len(rows) < FEWEST_PAIRS:
        return 0.0
    fit = _fit(first, rows, second, columns)
    relaxed = alike.astype(np.float64)
    for _ in range(ROUNDS):
        relaxed = KEPT_SHARE * relaxed + (1 - KEPT_SHARE) * (fit @ relaxed) / (len(rows) - 1)
    efficiency = relaxed / np.maximum(alike, 1e-9)
    best = np.argsort(-efficiency)[: _pair_count(min(len(first), len(second)))]
    return float(relaxed[best].mean()) if len(best) else 0.0


def local_likeness(first: Template, second: Template) -> Scores:
    """Return how alike each minutia of one is to each of the other by their surroundings, 0 to 1."""
    differing = np.bitwise_count(first.bits[:, None, :] ^ second.bits[None, :, :]).sum(axis=2, dtype=np.uint16)
    alike = 1 - np.sqrt(differing, dtype=np.float32) / np.maximum(first.size[:, None] + second.size[None, :], 1)
    alike[np.cos(first.angle[:, None] - second.angle[None, :]) < np.cos(MOST_TURNED)] = 0
    return np.asarray(alike, dtype=np.float32)


def _pairs(alike: Scores) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], Scores]:
    """Return the best pairs, each minutia in one at most."""
    rows, columns = [], []
    free_rows, free_columns = np.ones(alike.shape[0], dtype=bool), np.ones(alike.shape[1], dtype=bool)
    for place in np.argsort(-alike, axis=None):
        row, column = divmod(int(place), alike.shape[1])
        if alike[row, column] <= 0:
            break
        if free_rows[row] and free_columns[column]:
            rows.append(row)
            columns.append(column)
            free_rows[row] = free_columns[column] = False
            if len(rows) == min(alike.shape):
                break
    found = np.array(rows, dtype=np.intp), np.array(columns, dtype=np.intp)
    return *found, alike[found]


def _fit(
    first: Template, rows: npt.NDArray[np.intp], second: Template, columns: npt.NDArray[np.intp]
) -> npt.NDArray[np.float64]:
    """Return for each two pairs how far they lie in both prints in the same way, 0 to 1."""
    ways, turns = [], []
    for template, chosen in ((first, rows), (second, columns)):
        place, angle = template.place[chosen], template.angle[chosen]
        ways.append((place[:, None] - place[None, :]) * np.exp(-1j * angle)[:, None])
        turns.append(np.exp(1j * (angle[:, None] - angle[None, :])))
    longer = np.abs(np.abs(ways[0]) - np.abs(ways[1]))
    turned = np.abs(np.angle(turns[0] * turns[1].conjugate()))
    beside = np.abs(np.angle(ways[0] * ways[1].conjugate()))
    fit = _falling(longer, 5, 8 / 5) * _falling(turned, np.pi / 12, 30) * _falling(beside, np.pi / 12, 30)
    np.fill_diagonal(fit, 0)
    return np.asarray(fit, dtype=np.float64)


def _falling(value: npt.NDArray[np.float64], half: float, steepness: float) -> npt.NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(np.clip(steepness * (value - half), -60, 60))))


def _pair_count(smaller: int) -> int:
    """Return how many pairs decide: the more minutiae, the more."""
    share = 1 / (1 + math.exp(-0.4 * (smaller - 20)))
    return FEWEST_PAIRS + round(share * (MOST_PAIRS - FEWEST_PAIRS))
