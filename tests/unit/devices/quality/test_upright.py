"""Pages are turned the right way up where Tesseract is installed, and left alone where it is not."""

import sys
from pathlib import Path

import numpy as np
import pytest

from devices.quality.page import picture_from
from devices.quality.page_cut import cut_page, turned
from devices.quality.upright import quarters_to_upright, tesseract
from tests.support.papers import loaded, printed_page


@pytest.fixture(scope="module")
def program() -> str:
    found = tesseract()
    if found is None:
        pytest.skip("Tesseract is not installed; scripts/test_system.py brings it")
    return found


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_page_on_its_side_or_head_is_brought_upright(testdata: Path, program: str, quarters: int) -> None:
    picture = picture_from(cut_page(loaded(testdata / "pages" / "test3.jpg")).pixels)
    assert quarters_to_upright(turned(picture, -quarters).pixels, program, 60) == quarters


def test_what_cannot_be_read_is_not_turned(program: str) -> None:
    assert quarters_to_upright(np.full((400, 300, 3), 240, np.uint8), program) == 0


def test_a_program_that_is_not_there_or_says_nonsense_turns_nothing(tmp_path: Path) -> None:
    assert quarters_to_upright(printed_page(), str(tmp_path / "no-such-program")) == 0
    assert quarters_to_upright(printed_page(), sys.executable) == 0
