"""What a profile may set for each step, by the step's name. The venue's steps are checked against the same tables."""

from collections.abc import Mapping

from rules.materials.options import MaterialsOptions
from rules.steps.arrival import ArrivalOptions
from rules.steps.consent import ConsentOptions
from rules.steps.fingerprint import FingerprintOptions
from rules.steps.form import FormOptions
from rules.steps.photo import PhotoOptions
from rules.steps.signature import SignatureOptions
from rules.words import StepOptions

STEP_OPTIONS: Mapping[str, type[StepOptions]] = {
    "arrival": ArrivalOptions,
    "form": FormOptions,
    "consent": ConsentOptions,
    "materials": MaterialsOptions,
    "signature": SignatureOptions,
    "fingerprint": FingerprintOptions,
    "photo": PhotoOptions,
}
