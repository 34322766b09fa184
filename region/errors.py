"""What can go wrong at the region.

RegionError
├── SettingsError           the configuration cannot be used; the message names the key
├── IntakeError             an object is not taken; says the API's code, status, and whether sending again can help
│   ├── UnknownKeyError
│   ├── OtherVenueError
│   ├── WrongDigestError
│   ├── UnreadableRecordError
│   ├── UnknownSignerError
│   ├── RevokedKeyError
│   ├── BadSealError
│   ├── UnknownRecipientError
│   ├── UnopenableError
│   ├── NotAnnouncedError
│   ├── TooLargeError
│   ├── UnknownObjectError
│   ├── UnreadableObjectError
│   ├── WrongOffsetError
│   ├── DamagedChunkError
│   ├── UploadBusyError
│   ├── TooManyUploadsError
│   ├── OverCapacityError
│   ├── BadRequestError
│   ├── UnknownCheckpointKeyError
│   ├── WrongSignatureError
│   ├── ContradictionError
│   ├── StorageFullError
│   └── StorageFailedError
├── BundleError             a bundle on a stick is not taken at all; `code` says why
├── DamagedHereError        an object has changed on our own disk, or is gone from it
├── SignInRefusedError      name or secret wrong, or locked; deliberately one error
├── VerdictRefusedError     this version can no longer be judged
│   ├── NewerVersionError
│   ├── AlreadyDecidedError
│   ├── ConflictOpenError
│   ├── HeldError
│   └── NotAcceptedYetError
├── AlreadySettledError     somebody else has settled the conflict
├── RetractionRefusedError  a settlement is not taken back; `code` says why
├── TooManyRequestsError    one client asks for more than its share; says when to come back
└── OfficeRefusedError      what was to be done to a venue, a key or an account is not done (`region.office_errors`)
"""


class RegionError(Exception):
    """Base of everything `region` raises."""


class SettingsError(RegionError):
    """The configuration cannot be used."""


class IntakeError(RegionError):
    """An object is not taken. `code` and `status` are the API's; `retryable` says whether sending again can help."""

    code = "intake"
    status = 400
    retryable = False


class UnknownKeyError(IntakeError):
    """No venue has this key."""

    code, status = "unknown_key", 401


class OtherVenueError(IntakeError):
    """The record belongs to another venue than the key."""

    code, status = "other_venue", 403


class WrongDigestError(IntakeError):
    """The bytes are not those that the address names."""

    code, status, retryable = "digest_mismatch", 409, True


class UnreadableRecordError(IntakeError):
    """The bytes are no record of a schema that we know."""

    code, status = "malformed", 422


class UnknownSignerError(IntakeError):
    """The record is signed with a key that is not enrolled for this venue."""

    code, status = "unknown_signer", 403


class RevokedKeyError(IntakeError):
    """The record is signed with a key that was revoked."""

    code, status = "revoked_key", 403


class BadSealError(IntakeError):
    """The signature does not fit the record."""

    code, status = "bad_signature", 422


class UnknownRecipientError(IntakeError):
    """The record is sealed to keys that are none of this region's: nobody here could open it."""

    code, status = "unknown_recipient", 422


class UnopenableError(IntakeError):
    """The record is here as a whole, and does not open; `trouble` says why."""

    code, status = "cannot_be_opened", 422

    def __init__(self, trouble: str) -> None:
        super().__init__(f"the record does not open: {trouble}")
        self.trouble = trouble


class NotAnnouncedError(IntakeError):
    """No stored record of this venue names the file; send the record first."""

    code, status, retryable = "not_announced", 409, True


class TooLargeError(IntakeError):
    """The object is over the limit."""

    code, status = "too_large", 413


class UnknownObjectError(IntakeError):
    """This venue has sent no such object."""

    code, status = "not_found", 404


class UnreadableObjectError(IntakeError):
    """The object lies on a stick that does not give it; the venue writes it once more, or onto another stick."""

    code, retryable = "unreadable", True


class WrongOffsetError(IntakeError):
    """The upload is not where the request goes on; `offset` says where it is."""

    code, status, retryable = "wrong_offset", 409, True

    def __init__(self, offset: int) -> None:
        super().__init__(f"the upload is at byte {offset}")
        self.offset = offset


class DamagedChunkError(IntakeError):
    """The chunk is not what its checksum says; nothing of it was kept."""

    code, status, retryable = "chunk_damaged", 460, True


class UploadBusyError(IntakeError):
    """Another request is writing to this upload."""

    code, status, retryable = "upload_busy", 423, True


class TooManyUploadsError(IntakeError):
    """This venue has more half uploads lying here than its share."""

    code, status, retryable = "too_many_uploads", 429, True


class OverCapacityError(IntakeError):
    """More is coming in than can be worked off; come back a little later."""

    code, status, retryable = "over_capacity", 503, True


class BadRequestError(IntakeError):
    """The request itself makes no sense."""

    code, status = "bad_request", 400


class UnknownCheckpointKeyError(IntakeError):
    """No key of this name is enrolled for the venue; the checkpoint can be sent again once it is."""

    code, status, retryable = "unknown_signer", 403, True


class WrongSignatureError(IntakeError):
    """The signature does not fit the checkpoint, or its key was revoked."""

    code, status = "bad_signature", 422


class ContradictionError(IntakeError):
    """The checkpoint contradicts an earlier one of the same venue; it is kept as a finding."""

    code, status = "contradicts", 409


class StorageFullError(IntakeError):
    """The disk is full."""

    code, status, retryable = "storage_full", 507, True


class StorageFailedError(IntakeError):
    """The disk or the database does not take it now."""

    code, status, retryable = "storage_failed", 503, True


class BundleError(RegionError):
    """Nothing of a bundle was taken.

    `code` says why: "missing" (the stick is not there), "none" (no bundle lies there), "malformed", "unreadable", and
    as over the line "unknown_signer", "revoked_key", "bad_signature".
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class DamagedHereError(RegionError):
    """An object has changed on our own disk, or is gone from it; the venue can send it again."""

    def __init__(self, digest: str) -> None:
        super().__init__(f"object {digest} is damaged here or not here")
        self.digest = digest


class SignInRefusedError(RegionError):
    """Name or secret wrong, or locked; which of them is not said, so that nothing can be learnt."""


class VerdictRefusedError(RegionError):
    """This version of the record can no longer be judged."""


class NewerVersionError(VerdictRefusedError):
    """A newer version of the record has arrived."""


class AlreadyDecidedError(VerdictRefusedError):
    """Somebody has decided on it before."""


class NotAcceptedYetError(VerdictRefusedError):
    """Files that the record names have not arrived."""


class ConflictOpenError(VerdictRefusedError):
    """The record takes part in a conflict that somebody has to settle first."""


class HeldError(VerdictRefusedError):
    """The record's key had been revoked when it came; somebody has to say first whether it is genuine."""


class AlreadySettledError(RegionError):
    """Somebody else has settled the conflict before."""


class TooManyRequestsError(RegionError):
    """One client asks for more than its share.

    Attributes:
        is_news: whether it is the first time since this client was last let through; the others are not worth a line.
    """

    def __init__(self, wait_s: int, *, is_news: bool = True) -> None:
        super().__init__(f"come back in {wait_s} s")
        self.wait_s, self.is_news = wait_s, is_news


class RetractionRefusedError(RegionError):
    """A settlement is not taken back.

    `code` says why: "taken_back" (somebody else did), "lower_role" (somebody of a higher role settled it), "too_late"
    (a person was passed or refused since).
    """

    def __init__(self, code: str) -> None:
        super().__init__(f"the settlement is not taken back: {code}")
        self.code = code
