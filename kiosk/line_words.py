"""What went wrong on the way to the region, in words that say what to do."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

_BY_STATUS = {
    "401": _l("The region does not know this venue's key. Tell the administrator."),
    "403": _l("The region says this record belongs to another venue. Tell the administrator."),
    "409": _l("The region holds something else under this number. Tell the region's office."),
    "413": _l("The file is larger than the region takes. Tell the region's office."),
    "422": _l("The region cannot read it. Tell the region's office."),
    "429": _l("The region has asked to wait. It is sent later by itself."),
    "503": _l("The region is busy. It is sent later by itself."),
    "507": _l("The region's disk is full. It is sent later by itself; tell the region's office."),
}
_BY_PHRASE = {
    "held revoked_key": _l(
        "The region has it and holds it, because this computer's signing key was revoked; somebody there looks at it. "
        "Have the administrator make a new key, then seal again."
    ),
    "revoked_key": _l(
        "The region no longer takes this computer's signing key. Have the administrator make a new one and seal again."
    ),
    "unknown_signer": _l(
        "The region does not know this computer's signing key yet. Have it enrolled, then send again."
    ),
    "bad_signature": _l("The region says the record's signature is wrong. Tell the administrator."),
    "unknown_recipient": _l(
        "Sealed to a key that is not the region's. Have the administrator ask for the right one, then seal again."
    ),
    "cannot_be_opened": _l("The region cannot open the record. Have the administrator seal it again."),
    "digest_mismatch": _l("It arrived changed: the line or this computer's disk damages it. Tell the administrator."),
    "not_announced": _l("Its record has to be sent first. That happens by itself."),
    "damaged or gone": _l("The file on this computer is damaged or gone. Tell the administrator."),
    "not the region's": _l("Somebody else answered instead of the region. Tell the administrator if this stays."),
    "not a receipt": _l("Not the region's answer, perhaps a sign-in page of the network. Open a browser and look."),
    "signature is wrong": _l("The receipt's signature is wrong. It does not count; tell the administrator."),
    "something else": _l("The receipt was for another object. It does not count; it is sent again by itself."),
    "ConnectError": _l("The region cannot be reached. Check the network cable; it is sent later by itself."),
    "Timeout": _l("The region did not answer in time. It is sent later by itself."),
    "no answer": _l("The line broke. It goes on by itself where it was."),
}


def trouble_label(error: str) -> str:
    """Return what an attempt failed with, in words; "" for nothing.

    Args:
        error: the text of a `SyncError`.
    """
    if not error:
        return ""
    parts = error.split()
    phrase = next((text for part, text in _BY_PHRASE.items() if part in error), None)
    known = phrase or next((text for status, text in _BY_STATUS.items() if status in parts), None)
    if known is not None:
        return str(known)
    return str(_("It could not be sent. Tell the administrator: %(error)s", error=error))
