"""What one press gave: the print, its marks, its minutiae, and the files that are kept of it."""

from dataclasses import dataclass
from typing import Any

from devices.base import FingerScan
from devices.errors import CaptureRejectedError
from devices.formats.coding import Coding, coded
from devices.formats.finger_image import FingerImage, Quality, write_record
from devices.formats.finger_minutiae import read_minutiae, write_minutiae
from devices.formats.positions import iso_position
from devices.matching.comparing import SAME_FROM, likeness
from devices.matching.cylinders import Template, template_of
from devices.matching.minutiae import find_minutiae
from devices.quality.finger import FingerQuality, judge
from devices.quality.resolution import NATIVE_PPI, at_native
from devices.quality.scorers import scorer_named
from kiosk.pictures import png_bytes
from kiosk.step import Case
from kiosk.steps.fingerprint.options import FingerprintOptions
from kiosk.steps.fingerprint.progress import Tried
from records.evidence import Attachment

MINUTIAE, OTHER_MINUTIAE = "minutiae", "minutiae_other"
"""Roles of the best press's minutiae, and of the other good presses' where the profile wants several."""

ISO_IMAGE, ISO_MINUTIAE = "application/vnd.iso.19794-4", "application/vnd.iso.19794-2"
"""Neither has a registered media type."""

NFIQ2_OWNER = 0x0101
"""ISO/IEC JTC 1 SC 37, as NFIQ 2 names itself in its source; its algorithm numbers differ from release to release."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One press, judged.

    Attributes:
        nfiq2: NIST's mark, None where the profile does not want it or the print gets none.
        minutiae: as an ISO/IEC 19794-2 record.
        template: the same, ready to be compared.
    """

    scan: FingerScan
    quality: FingerQuality
    nfiq2: int | None
    minutiae: bytes
    template: Template

    def is_good(self, finger: int, options: FingerprintOptions) -> bool:
        """Tell whether it reaches what the profile wants of this finger."""
        is_marked = not options.nfiq2_min or (self.nfiq2 or 0) >= options.nfiq2_min
        return self.quality.score_pct >= options.quality_min_of(finger) and is_marked


def reading_of(scan: FingerScan, finger: int, options: FingerprintOptions) -> Reading:
    """Return the press as it is judged; about 100 ms, some hundred more with NFIQ 2."""
    quality = judge(scan.pixels, scan.resolution_ppi)
    found = find_minutiae(scan.pixels, scan.resolution_ppi)
    mark = scorer_named("nfiq2").score(scan.pixels, scan.resolution_ppi) if options.nfiq2 else None
    record = write_minutiae(found, iso_position(finger), quality.score_pct)
    return Reading(scan, quality, mark, record, template_of(found))


def same_as(reading: Reading, case: Case, others: tuple[Tried, ...]) -> Tried | None:
    """Return the finger pressed before that this press is of, None if it is a new one."""
    for other in others:
        for file in other.attachments:
            if file.role in (MINUTIAE, OTHER_MINUTIAE) and _is_same(reading.template, case.content(file.digest)):
                return other
    return None


def _is_same(template: Template, record: bytes | None) -> bool:
    try:
        return record is not None and likeness(template, template_of(read_minutiae(record))) >= SAME_FROM
    except CaptureRejectedError:  # of a version to come; a record that nobody can read must not stop a candidate
        return False


def files_of(reading: Reading, finger: int, options: FingerprintOptions) -> tuple[Attachment, ...]:
    """Return what is kept of a press: at 500 ppi, whatever the reader has."""
    scan = reading.scan
    native = at_native(scan.pixels, scan.resolution_ppi)
    files = [
        Attachment.of("picture", "image/png", png_bytes(native, NATIVE_PPI)),
        Attachment.of(MINUTIAE, ISO_MINUTIAE, reading.minutiae),
    ]
    if scan.template:
        files.insert(1, Attachment.of("template", "application/octet-stream", scan.template))
    if "iso_image" in options.files:
        image = FingerImage(native, iso_position(finger), NATIVE_PPI, scan.taken_at, _qualities(reading))
        files.append(Attachment.of("iso_image", ISO_IMAGE, write_record(image)))
    if "wsq" in options.files:
        files.append(Attachment.of("wsq", "image/x-wsq", coded(native, Coding.WSQ)))
    return tuple(files)


def _qualities(reading: Reading) -> tuple[Quality, ...]:
    """Return the marks for the ISO record; only NFIQ 2 has an owner's number, Kaodian's own measure has none."""
    marks = () if reading.nfiq2 is None else (Quality(reading.nfiq2, NFIQ2_OWNER),)
    return (*marks, Quality(reading.quality.score_pct))


def details_of(reading: Reading, driver: str, number: int) -> dict[str, Any]:
    """Return what the evidence says of the best press besides its score."""
    scan = reading.scan
    return {
        "device": driver,
        "device_id": scan.device_id,
        "device_quality": scan.device_quality,
        "device_ppi": scan.resolution_ppi,
        "resolution_ppi": NATIVE_PPI,
        "minutiae": len(reading.template),
        "best_try": number,
        **({} if reading.nfiq2 is None else {"nfiq2": reading.nfiq2}),
    }
