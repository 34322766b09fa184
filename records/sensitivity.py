"""What belongs together when a record is split: who may open one part need not be able to open the others."""

from collections.abc import Mapping
from enum import StrEnum

from records.evidence import ARRIVAL, CORRECTION, RETAKE, RETURN


class Sensitivity(StrEnum):
    """How much protection something needs, from the least to the most."""

    IDENTITY = "identity"
    MATERIALS = "materials"
    BIOMETRICS = "biometrics"


OF_STEP: Mapping[str, Sensitivity] = {
    ARRIVAL: Sensitivity.IDENTITY,
    "form": Sensitivity.IDENTITY,
    "consent": Sensitivity.IDENTITY,
    CORRECTION: Sensitivity.IDENTITY,
    RETAKE: Sensitivity.IDENTITY,
    RETURN: Sensitivity.IDENTITY,
    "materials": Sensitivity.MATERIALS,
    # Pressure and pace of a pen tell people apart as a finger does.
    "signature": Sensitivity.BIOMETRICS,
    "fingerprint": Sensitivity.BIOMETRICS,
    "photo": Sensitivity.BIOMETRICS,
}


def of_step(step: str) -> Sensitivity:
    """Return where a step's evidence belongs; a step that is not in the table is protected most.

    >>> of_step("iris").value
    'biometrics'
    """
    return OF_STEP.get(step, Sensitivity.BIOMETRICS)
