"""The audit log: who did what, when and where. Lead, administrator and auditor read it; nobody changes it."""

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response

from kiosk.act_words import act_label, actor_labels, detail_words, off_words, trust_badge
from kiosk.audit_check import audit_words
from kiosk.audit_export import MEDIA_TYPES, csv_lines, json_lines
from kiosk.auth import READS_LOG, staff
from kiosk.strips import desk_context
from kiosk.views.here import actor, origin, today, venue
from local_db.audit import CLOCK_CONFIRMED
from local_db.audit_log import AuditFilter

blueprint = Blueprint("audit", __name__, url_prefix="/audit")


@blueprint.get("/")
@staff(*READS_LOG)
def show() -> str:
    """One page of the log, newest first."""
    wanted = _wanted()
    page = venue().audit.page(wanted, _key("before"), _key("after"))
    kept = _kept(wanted)
    return render_template(
        "kiosk/audit.html",
        **desk_context(),
        rows=[(row, act_label(row.act), detail_words(row.detail), trust_badge(row.clock)) for row in page.rows],
        names={person.id: person.name for person in venue().book.everyone()} | actor_labels(),
        chosen=kept,
        **_choices(wanted),
        older_url=url_for("audit.show", **kept, before=page.older) if page.older else "",
        newer_url=url_for("audit.show", **kept, after=page.newer) if page.newer else "",
        clock_off=off_words(venue().audit.drift().total_seconds()),
        region_off=off_words(venue().checkpoints.skew_s()),
        may_act=actor().may("LEAD", "ADMIN"),
        may_confirm=actor().may("LEAD"),
    )


@blueprint.get("/log.csv")
@staff(*READS_LOG)
def export_csv() -> Response:
    """What the filter shows, whole, for a spreadsheet."""
    return _export("csv")


@blueprint.get("/log.jsonl")
@staff(*READS_LOG)
def export_jsonl() -> Response:
    """What the filter shows, whole, for a program that checks the chain again."""
    return _export("jsonl")


def _export(form: str) -> Response:
    """Stream the file. That it was exported is an entry, too."""
    wanted = _wanted()
    venue().store.note("audit:export", form, origin())
    rows = venue().audit.every(wanted)
    name = f"audit-{venue().settings.venue.id}-{wanted.day or 'all'}.{form}"
    lines = csv_lines(rows) if form == "csv" else json_lines(rows)
    response = Response(lines, mimetype=MEDIA_TYPES[form])
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response


@blueprint.post("/check")
@staff(*READS_LOG)
def check() -> Response:
    """Follow the whole chain and say whether it holds."""
    is_good, _what, words = audit_words(venue())
    flash(_("Checked: %(words)s", words=words), "good" if is_good else "attention")
    return redirect(url_for("audit.show"), 303)


@blueprint.post("/clock")
@staff("LEAD")
def confirm_clock() -> Response:
    """A lead has compared the clock with one that is right."""
    venue().store.note(CLOCK_CONFIRMED, "clock", origin())
    flash(_("Noted. From now on the times count as right again."), "good")
    return redirect(url_for("audit.show"), 303)


def _wanted() -> AuditFilter:
    text = request.args.get("day")
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        day = None
    given = {name: request.args.get(name, "")[:80] for name in ("actor", "station", "act")}
    return AuditFilter(today() if text is None else day, **given)


def _kept(wanted: AuditFilter) -> dict[str, Any]:
    """Return the filter as an address holds it; an empty day is every day."""
    day = wanted.day.isoformat() if wanted.day else ""
    return {"day": day, "actor": wanted.actor, "station": wanted.station, "act": wanted.act}


def _choices(wanted: AuditFilter) -> dict[str, list[tuple[str, str]]]:
    everything = [("", str(_("All")))]
    actors, stations, acts = venue().audit.choices(wanted.day)
    return {
        "actors": everything + [(one, one) for one in actors],
        "stations_seen": everything + [(one, one) for one in stations if one],
        "acts": everything + [(one, act_label(one)) for one in acts],
    }


def _key(name: str) -> int:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else 0
