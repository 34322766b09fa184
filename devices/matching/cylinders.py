"""Describes each minutia by its neighbours, in bits.

Source: Cappelli, Ferrara, Maltoni, "Minutia Cylinder-Code" (IEEE PAMI 32/12, 2010), bit-based version: a cylinder about
the minutia, turned with it, cut into cells by place and direction; a bit is set where neighbours weigh enough.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from devices.matching.minutiae import Minutiae, Numbers

Bits = npt.NDArray[np.uint64]

RADIUS_PX = 70.0
CELLS_ACROSS = 8
SECTIONS = 6
PLACE_SIGMA_PX = 28 / 3
ANGLE_SIGMA = 2 * np.pi / 9
SET_FROM = 0.005
FEWEST_NEIGHBOURS = 2

_steps = (np.arange(CELLS_ACROSS) - (CELLS_ACROSS - 1) / 2) * (2 * RADIUS_PX / CELLS_ACROSS)
_grid = (_steps[None, :] + 1j * _steps[:, None]).ravel()
CELLS = _grid[np.abs(_grid) <= RADIUS_PX]
SECTION_ANGLES = (np.arange(SECTIONS) + 0.5) * (2 * np.pi / SECTIONS) - np.pi
WORDS = -(-len(CELLS) * SECTIONS // 64)


@dataclass(frozen=True, slots=True)
class Template:
    """What is compared of one print.

    Attributes:
        place: of each minutia, y upwards.
        angle: of each minutia.
        bits: minutiae × 64-bit words, the cylinders.
        size: square root of the number of bits set in each.
    """

    place: npt.NDArray[np.complex128]
    angle: Numbers
    bits: Bits
    size: npt.NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.place)


def template_of(minutiae: Minutiae) -> Template:
    """Return the template of a print; minutiae without neighbours tell nothing and are left out."""
    place, angle = minutiae.x - 1j * minutiae.y, minutiae.angle
    apart = np.abs(place[:, None] - place[None, :])
    near = (apart <= RADIUS_PX + 3 * PLACE_SIGMA_PX) & (apart > 0)
    kept = near.sum(axis=1) >= FEWEST_NEIGHBOURS
    set_cells = np.zeros((len(place), len(CELLS) * SECTIONS), dtype=bool)
    for one in np.flatnonzero(kept):
        set_cells[one] = _cylinder(place[one], angle[one], place[near[one]], angle[near[one]])
    packed = np.packbits(set_cells[kept], axis=1)
    padded = np.zeros((packed.shape[0], WORDS * 8), dtype=np.uint8)
    padded[:, : packed.shape[1]] = packed
    bits = padded.view(np.uint64)
    size = np.sqrt(np.bitwise_count(bits).sum(axis=1, dtype=np.int64)).astype(np.float32)
    return Template(place[kept], angle[kept], bits, size)


def _cylinder(
    place: complex, angle: float, places: npt.NDArray[np.complex128], angles: Numbers
) -> npt.NDArray[np.bool_]:
    cells = place + CELLS * np.exp(1j * angle)
    away = np.abs(cells[:, None] - places[None, :])
    by_place = np.exp(-(away**2) / (2 * PLACE_SIGMA_PX**2)) / (PLACE_SIGMA_PX * np.sqrt(2 * np.pi))
    by_place[away > 3 * PLACE_SIGMA_PX] = 0
    turned = _wrapped(SECTION_ANGLES[:, None] - _wrapped(angle - angles)[None, :])
    by_angle = np.exp(-(turned**2) / (2 * ANGLE_SIGMA**2)) / (ANGLE_SIGMA * np.sqrt(2 * np.pi))
    by_angle *= 2 * np.pi / SECTIONS
    return np.asarray((by_place @ by_angle.T) > SET_FROM).ravel()


def _wrapped(angle: Numbers) -> Numbers:
    """Return angles between -π and π."""
    return np.asarray((angle + np.pi) % (2 * np.pi) - np.pi)
