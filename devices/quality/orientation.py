"""How sure the ridges of a print are of their direction: orientation certainty, block by block.

Source: ISO/IEC 29794-4:2017, orientation certainty level (OCL); the bins and the trimming are those of NIST's NFIQ 2,
whose published outputs this equals. Only these features; it is not an NFIQ 2 score.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from devices.base import Pixels

BLOCK_PX = 32
NEAR_WHITE = 250
BIN_EDGES = (0.337, 0.479, 0.579, 0.655, 0.716, 0.766, 0.81, 0.852, 0.898)


@dataclass(frozen=True, slots=True)
class PrintFeatures:
    """What NFIQ 2 publishes of these features, for one print at 500 ppi.

    Attributes:
        certainty_bins: number of blocks in each of the ten bins, from unsure to sure.
        certainty_mean, certainty_std: over the blocks, 0 to 1.
        grey_mean, block_grey_mean, grey_std: of the pixels; of the blocks' means; of the pixels (NIST's names: `Mu`,
            `MMB`, `UniformImage`).
    """

    certainty_bins: tuple[int, ...]
    certainty_mean: float
    certainty_std: float
    grey_mean: float
    block_grey_mean: float
    grey_std: float


def features(pixels: Pixels) -> PrintFeatures:
    """Return the features of a grey print at 500 ppi, its near-white frame taken away first."""
    trimmed = without_white_frame(pixels)
    certainty = certainties(trimmed)
    known = certainty[~np.isnan(certainty)]
    bins = np.bincount(np.searchsorted(BIN_EDGES, known, side="right"), minlength=len(BIN_EDGES) + 1)
    return PrintFeatures(
        certainty_bins=tuple(int(count) for count in bins),
        certainty_mean=float(known.mean()) if known.size else 0.0,
        certainty_std=float(known.std()) if known.size else 0.0,
        grey_mean=float(trimmed.mean()),
        block_grey_mean=_mean_of_block_means(trimmed),
        grey_std=float(trimmed.std()),
    )


def without_white_frame(pixels: Pixels) -> Pixels:
    """Return the print without rows and columns at its edges that are nearly white.

    A picture that is white all over comes back whole.
    """
    inked_rows = np.flatnonzero(pixels.mean(axis=1) <= NEAR_WHITE)
    inked_columns = np.flatnonzero(pixels.mean(axis=0) <= NEAR_WHITE)
    if not inked_rows.size or not inked_columns.size:
        return pixels
    return pixels[inked_rows[0] : inked_rows[-1] + 1, inked_columns[0] : inked_columns[-1] + 1]


def certainties(pixels: Pixels) -> npt.NDArray[np.float64]:
    """Return the certainty of each whole 32 × 32 block, 0 to 1, as rows × columns; NaN where a block is of one grey."""
    blocks = in_blocks(pixels).astype(np.float64)
    down, across = np.gradient(blocks, axis=(2, 3))
    across_2 = np.einsum("ijkl,ijkl->ij", across, across)
    down_2 = np.einsum("ijkl,ijkl->ij", down, down)
    both = np.einsum("ijkl,ijkl->ij", across, down)
    total, spread = across_2 + down_2, np.sqrt((across_2 - down_2) ** 2 + 4 * both**2)
    with np.errstate(invalid="ignore", divide="ignore"):
        certainty: npt.NDArray[np.float64] = np.where(total > 0, 1 - (total - spread) / (total + spread), np.nan)
    return certainty


def in_blocks(pixels: Pixels) -> Pixels:
    """Return the whole blocks, block rows × block columns × 32 × 32; what is left at the right and below is dropped."""
    rows, columns = pixels.shape[0] // BLOCK_PX, pixels.shape[1] // BLOCK_PX
    whole = pixels[: rows * BLOCK_PX, : columns * BLOCK_PX]
    return whole.reshape(rows, BLOCK_PX, columns, BLOCK_PX).swapaxes(1, 2)


def _mean_of_block_means(pixels: Pixels) -> float:
    rows = np.arange(0, pixels.shape[0], BLOCK_PX)
    columns = np.arange(0, pixels.shape[1], BLOCK_PX)
    sums = np.add.reduceat(np.add.reduceat(pixels.astype(np.float64), rows, axis=0), columns, axis=1)
    heights = np.diff(np.append(rows, pixels.shape[0]))
    widths = np.diff(np.append(columns, pixels.shape[1]))
    return float((sums / np.outer(heights, widths)).mean())
