"""A short slip that shows how the head is: a frame, a wedge of grey, and one diagonal through every dot."""

import numpy as np

from devices.base import Pixels

HEIGHT_PX = 120


def head_pattern(width_px: int) -> Pixels:
    """Return the slip. A dead dot is a white line through it, a crooked roll a slanting frame."""
    down, across = np.mgrid[0:HEIGHT_PX, 0:width_px]
    paper = np.full((HEIGHT_PX, width_px), 255, np.uint8)
    paper[(across % 64 < 2) & (down < 20)] = 0
    checked = ((across // 2 + down // 2) % 2 == 0) & (down >= 28) & (down < 60)
    paper[checked & (across < width_px // 2)] = 0
    paper[(down >= 28) & (down < 60) & (across >= width_px // 2)] = 0
    paper[np.abs(across * (HEIGHT_PX - 72) // width_px + 66 - down) < 2] = 0
    paper[[0, -1]] = 0
    paper[:, [0, -1]] = 0
    return paper
