"""What `verify` says of the audit log: whole, or the first entry that is not what it was."""

from flask_babel import gettext as _

from kiosk.venue import Venue


def audit_words(venue: Venue) -> tuple[bool, str, str]:
    """Return whether the log is whole, what was looked at, and that in words; as a finding of `verify`."""
    checkpoints = venue.checkpoints.every()
    found = venue.audit.first_break(checkpoints)
    if found is not None:
        texts = {
            "changed": _("entry %(seq)s was changed after it was written", seq=found.seq),
            "missing": _("entry %(seq)s is missing", seq=found.seq),
            "cut": _("entry %(seq)s and all after it were cut off; a checkpoint says they were there", seq=found.seq),
            "rewritten": _("up to entry %(seq)s the log was rewritten; a checkpoint says otherwise", seq=found.seq),
            "unreadable": _("entry %(seq)s cannot be read; it was changed after it was written", seq=found.seq),
        }
        told = _("Leave this computer as it is and call the region.")
        return False, "audit", f"{texts[found.kind]}. {told}"
    refused = venue.checkpoints.refused()
    if refused:
        number, code = refused[0]
        return False, "audit", str(_("the region refused checkpoint %(number)s: %(code)s", number=number, code=code))
    until = checkpoints[-1].entry if checkpoints else 0
    count = venue.audit.count()
    return (
        True,
        "audit",
        str(_("%(count)s entries in one chain, %(until)s under a checkpoint", count=count, until=until)),
    )
