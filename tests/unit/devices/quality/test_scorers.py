"""Other people's word on quality: asked through one small door, off unless wanted."""

import sys
from pathlib import Path

import numpy as np
import pytest

from devices.errors import ConfigurationError
from devices.fingerprint.press import press
from devices.quality.finger import judge
from devices.quality.scorers import Nfiq2Command, OwnScorer, QualityScorer, scorer_named

PRINT = press("A-11")

TOOL = """
import sys
head = open(sys.argv[-1], "rb").read(15)
assert head.startswith(b"P5"), head
says = {says!r}
print(says)
"""


def tool(folder: Path, says: str) -> Nfiq2Command:
    """A program that is called as NIST's is, gets a real picture, and prints this."""
    script = folder / "nfiq2.py"
    script.write_text(TOOL.format(says=says), encoding="utf-8")
    return Nfiq2Command((sys.executable, str(script)))


@pytest.mark.parametrize(
    ("says", "mark"),
    [
        ("54", 54),
        ("Filename,FingerCode,QualityScore,OptionalError\nprint.pgm,0,57,NA", 57),
        ("Filename,FingerCode,QualityScore,OptionalError\nprint.pgm,0,255,blank", None),
        ("could not read the picture", None),
        ("", None),
    ],
)
def test_the_tools_word_is_read_alone_or_in_its_table(tmp_path, says, mark):
    assert tool(tmp_path, says).score(PRINT, 500) == mark


def test_a_picture_too_small_for_nfiq2_gets_no_mark(tmp_path):
    assert tool(tmp_path, "99").score(np.full((192, 192), 128, np.uint8), 500) is None


def test_a_tool_that_is_gone_gives_no_mark(tmp_path):
    assert Nfiq2Command((str(tmp_path / "gone"),)).score(PRINT, 500) is None


def test_our_own_is_named_as_ours():
    scorer: QualityScorer = OwnScorer()
    assert (scorer.name, scorer.score(PRINT, 500)) == ("kaodian", judge(PRINT, 500).score_pct)
    assert scorer_named("kaodian").name == "kaodian"


def test_what_is_not_installed_is_refused_with_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigurationError, match="put NIST's nfiq2"):
        scorer_named("nfiq2")
    with pytest.raises(ConfigurationError, match="there are kaodian, nfiq2"):
        scorer_named("nfiq1")
