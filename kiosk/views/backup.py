"""How backups are and how the key is kept; making a backup by hand."""

from collections.abc import Mapping, Sequence
from operator import itemgetter

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug import Response

from kiosk.auth import staff
from kiosk.strips import desk_context
from kiosk.views.here import origin, venue
from local_db.backup.layout import BackupFolder, time_of
from local_db.errors import BackupError
from local_db.rotation.journal import read_journal
from local_db.vault.vault import Vault

blueprint = Blueprint("backup", __name__, url_prefix="/admin/backup")

_TROUBLE = {
    "missing": _l("The backup's disk is not there. Plug it in, then press the button; work goes on meanwhile."),
    "full": _l("The backup's disk is full. Use a larger one, or delete something else on it."),
    "unwritable": _l("The backup's disk cannot be written. It may be locked or broken: use another one."),
    "unreadable": _l("The backup does not read back. Do not trust this disk: use another one."),
    "none": _l("There is no backup on this disk yet."),
}
_WAYS = {
    "passphrase": _l("passphrase"),
    "recovery": _l("recovery key on paper"),
    "keystore": _l("this computer's key store"),
    "demo": _l("demo key, which lies in clear and protects nothing"),
}


@blueprint.get("/")
@staff("LEAD", "ADMIN")
def show() -> str:
    """How things are."""
    backups = venue().backups
    state = backups.state()
    return render_template(
        "kiosk/backup.html",
        **desk_context(),
        disk=backups.plan.disk if backups.plan else None,
        every_min=int(backups.plan.every.total_seconds() // 60) if backups.plan else 0,
        state=state,
        trouble=trouble_words(state.error) if state.error else "",
        is_late=backups.is_late(),
        is_on_own_disk=backups.is_on_own_disk(),
        ways=[str(_WAYS[way]) for way in Vault(venue().settings.vault_folder).ways()],
        key_id=venue().key.id,
        shelves=_shelves(),
        is_exchanging=read_journal(venue().settings.home) is not None,
    )


@blueprint.post("/")
@staff("LEAD", "ADMIN")
def make() -> Response:
    """Make one now."""
    try:
        report = venue().backups.make(origin())
    except BackupError as error:
        flash(trouble_words(error.code), "bad")
    else:
        flash(_("The backup is made and was read back: %(count)s files.", count=report.files), "good")
    return redirect(url_for("backup.show"), 303)


@blueprint.post("/check")
@staff("LEAD", "ADMIN")
def check() -> Response:
    """Read the newest one whole."""
    try:
        damaged = venue().backups.check()
    except BackupError as error:
        flash(trouble_words(error.code), "bad")
    else:
        if damaged:
            flash(trouble_words("unreadable"), "bad")
        else:
            flash(_("The newest backup was read whole. Every file is intact."), "good")
    return redirect(url_for("backup.show"), 303)


def _shelves() -> Sequence[Mapping[str, object]]:
    """Return which key opens which of the disk's backups, the newest backups first."""
    plan = venue().backups.plan
    if plan is None or not plan.disk.is_dir():
        return []
    folders = BackupFolder.all_of(plan.disk, venue().settings.venue.id)
    named = [(key_id, [time_of(name) for name in folder.names()]) for key_id, folder in folders.items()]
    found = [{"key": key_id, "since": made[0], "until": made[-1], "count": len(made)} for key_id, made in named if made]
    return sorted(found, key=itemgetter("until"), reverse=True)


def trouble_words(code: str) -> str:
    """Return what went wrong and what to do, in the language of the page."""
    return str(_TROUBLE.get(code, _TROUBLE["unwritable"]))
