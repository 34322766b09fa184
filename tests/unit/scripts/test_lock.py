"""The lock made on one system serves the others."""

import lock


def test_what_only_windows_needs_is_asked_for_there_only():
    lines = lock.with_markers(
        "click==1.0 \\\n    --hash=sha256:aa\ncolorama==0.4 \\\n    --hash=sha256:bb\n"
    ).splitlines()
    assert lines == [
        "click==1.0 \\",
        "    --hash=sha256:aa",
        'colorama==0.4 ; sys_platform == "win32" \\',
        "    --hash=sha256:bb",
    ]
