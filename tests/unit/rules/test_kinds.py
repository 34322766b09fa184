"""What candidates' kinds are called."""

from rules.kinds import KIND_WORDS, kind_words, kinds_words
from rules.roster.kinds import KINDS


def test_every_flag_that_a_roster_can_have_is_called_something_in_both_languages() -> None:
    assert KIND_WORDS.keys() == KINDS.keys()
    assert all(words.zh and words.en for words in KIND_WORDS.values())
    assert len({words.zh for words in KIND_WORDS.values()}) == len(KIND_WORDS)


def test_flags_are_joined_as_each_language_does_and_an_unknown_one_stays() -> None:
    words = kinds_words("LV2,DENT,XYZ")
    assert words.zh == "执业助理医师、口腔、XYZ"
    assert words.en == "assistant physician, dental, XYZ"
    assert kinds_words("").zh == ""
    assert kind_words("XYZ").en == "XYZ"
