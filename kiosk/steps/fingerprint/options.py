"""What a profile may set about fingers, as this venue's computer can do it."""

from typing import Self

from pydantic import model_validator

from devices.errors import ConfigurationError
from devices.formats.coding import has_wsq
from devices.quality.scorers import scorer_named
from rules.mistakes import mistake
from rules.steps.fingerprint import FingerprintOptions as SharedOptions


class FingerprintOptions(SharedOptions):
    """The region's options; what they ask for is installed here."""

    @model_validator(mode="after")
    def _check_installed(self) -> Self:
        if "wsq" in self.files and not has_wsq():
            raise mistake(
                "not_installed",
                'files asks for "wsq": install its package on the venue computer (pip install wsq)',
            )
        if self.nfiq2:
            try:
                scorer_named("nfiq2")
            except ConfigurationError as error:
                raise mistake("not_installed", "{why}", why=str(error)) from error
        return self
