"""Which licences may be combined with ours."""

import pytest

import licences


@pytest.mark.parametrize("expression", ["MIT", "MIT AND PSF-2.0", "Proprietary OR MIT", "D-FSL-1.0"])
def test_free_licences_that_go_with_the_gpl_are_let_in(expression: str):
    assert licences.goes_with_ours(expression)


@pytest.mark.parametrize("expression", ["Proprietary", "MIT AND CNRI-Python", "GPL-2.0-only", "unknown: nothing said"])
def test_everything_else_is_kept_out(expression: str):
    assert not licences.goes_with_ours(expression)


def test_a_tool_may_be_under_a_free_licence_that_does_not_go_with_the_gpl():
    assert licences.goes_with_ours("Apache-2.0 AND CNRI-Python", licences.TOOL_ONLY)
