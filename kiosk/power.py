"""Switches the venue's computer off, when a lead asks for it and the settings allow it; never by itself."""

import logging
import subprocess
import sys
from collections.abc import Sequence

from kiosk.errors import ShutDownRefusedError

WAITS_S = 20

logger = logging.getLogger(__name__)


def usual_command(platform: str = sys.platform) -> tuple[str, ...]:
    """Return what switches a computer off a minute later, so that the answer still reaches the browser.

    >>> usual_command("win32")
    ('shutdown', '/s', '/t', '60')
    """
    return ("shutdown", "/s", "/t", "60") if platform == "win32" else ("shutdown", "-h", "+1")


def shut_down(command: Sequence[str]) -> None:
    """Have the system end everything and switch off; the venue is ended by it as by any SIGTERM.

    Raises:
        ShutDownRefusedError: the system does not do it, e.g. because the program's account may not.
    """
    try:
        made = subprocess.run(command, capture_output=True, timeout=WAITS_S, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ShutDownRefusedError(type(error).__name__) from error
    if made.returncode:
        logger.error("the computer is not shut down: the command ended with %s", made.returncode)
        raise ShutDownRefusedError(f"the command ended with {made.returncode}")
