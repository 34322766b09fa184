"""What the venue's app refuses; that a profile cannot be used is `rules.errors.ProfileError`.

KioskError
├── SettingsError        the venue's settings file cannot be used
├── NothingToAdoptError  the region has published no other profile than the one in use
├── NotAllowedError      this person or this station may not do that
├── ClosingRefusedError  the closing of a day cannot go on like that; says why by a code
├── ShutDownRefusedError the system does not switch the computer off
├── LostCaptureError     a captured file that counts is damaged; names the step to do again
├── WrongPinError        sign-in failed; the same words whatever was wrong
└── LockedOutError       too many wrong PINs; says until when
"""

from datetime import datetime


class KioskError(Exception):
    """Base of everything `kiosk` raises on purpose, except a step's `StepRejectedError`."""


class SettingsError(KioskError):
    """The venue's settings file cannot be used; the message says which line and what to write."""


class NothingToAdoptError(KioskError):
    """The region has published nothing else than what is in use, or something newer than was looked at."""


class ShutDownRefusedError(KioskError):
    """The system does not switch the computer off; somebody does it by hand."""


class NotAllowedError(KioskError):
    """This person or this station may not do that."""


class ClosingRefusedError(KioskError):
    """The closing of a day cannot go on like that; nothing was changed. `code` says why, see kiosk/closing/words.py."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class LostCaptureError(KioskError):
    """A captured file that counts is gone or damaged and was never sealed: its step has to be done again."""

    def __init__(self, step_id: str) -> None:
        super().__init__(f"a file of the step {step_id} is gone or damaged")
        self.step_id = step_id


class WrongPinError(KioskError):
    """Sign-in failed."""


class LockedOutError(KioskError):
    """Too many wrong PINs."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"locked until {until:%H:%M} UTC")
        self.until = until
