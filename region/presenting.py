"""Turns what is stored into what the screens lay out."""

from typing import Any

from flask import url_for
from flask_babel import format_datetime
from flask_babel import gettext as _

from records.evidence import ARRIVAL, CORRECTION, RETAKE, RETURN
from records.verdict import Decision
from region.clock_words import FLAGS, flag_words
from region.conflict_words import CODES, TITLES
from region.document import Document, Line, NamedFile
from region.dossier import Dossier, Version
from region.labels import DECISIONS, FACTS, FINDINGS, ROLES_OF_FILES, STATES, TROUBLES
from region.persons import Person, Persons
from region.wording import pairs, part_words, step_word
from region.worklist import Filter, Item, Page, State

_NEVER_RETURNED_TO = frozenset({ARRIVAL, CORRECTION, RETAKE, RETURN})
_PICTURES = ("photo", "fingerprint", "signature", "materials")
PICTURE_TYPES = frozenset({"image/jpeg", "image/png"})
TIME = "yyyy-MM-dd HH:mm:ss"


def worklist(page: Page, wanted: Filter, reg_no: str, venues: dict[str, str], persons: Persons) -> dict[str, Any]:
    """Return what `region/worklist.html` lays out."""
    query = {"state": wanted.state or "all", "venue": wanted.venue, "reg_no": reg_no}
    query["exceptions"] = "yes" if wanted.exceptions else ""
    kept = {key: value for key, value in query.items() if value}
    return {
        "items": [_item(item, venues, persons.of(item.row)) for item in page.items],
        "chosen": query,
        "states": [("all", _("All"))] + [(state.value, str(STATES[state][1])) for state in State],
        "venues": [("", _("All venues")), *venues.items()],
        "previous_url": _list_url(kept, before=page.before),
        "next_url": _list_url(kept, after=page.after),
    }


def _list_url(kept: dict[str, str], **cursor: int) -> str:
    values: dict[str, Any] = {**kept, **cursor}
    return url_for("judging.worklist", **values) if any(cursor.values()) else ""


def _item(item: Item, venues: dict[str, str], person: Person) -> dict[str, Any]:
    row = item.row
    return {
        "url": url_for("judging.record", digest=row.digest),
        "reg_no": person.reg_no or row.digest[:12],
        "name": person.name,
        "venue": venues.get(row.venue, row.venue),
        "version": row.version,
        "exceptions": row.exceptions,
        "received": format_datetime(row.received_at, TIME),
        "badge": STATES[item.state],
    }


def steps(dossier: Dossier) -> list[str]:
    """Return the steps that the venue can be asked to do again, in the order in which they were done."""
    lines = dossier.document.lines if dossier.document else ()
    return list(dict.fromkeys(line.step for line in lines if line.step not in _NEVER_RETURNED_TO))


def record(dossier: Dossier) -> dict[str, Any]:
    """Return what `region/record.html` lays out."""
    document = dossier.document
    return {
        "dossier": dossier,
        "badge_of_state": STATES[dossier.state],
        "heading": dossier.person.reg_no or dossier.row.digest[:12],
        "trouble": TROUBLES.get(dossier.trouble, ""),
        "signed": _signed(dossier),
        "facts": facts_of(document) if document else [],
        "findings": [{"badge": FINDINGS[finding.kind], **_line(finding.line, dossier)} for finding in dossier.found],
        "pictures": pictures(document, dossier) if document else [],
        "trail": [_line(line, dossier) for line in document.lines] if document else [],
        "versions": [_version(version) for version in dossier.versions],
        "conflicts": [(str(TITLES[one.kind]), url_for("conflicts.show", key=one.key)) for one in dossier.conflicts],
        "flags": flag_words(dossier.flags),
        "news": [_line(line, dossier) for line in dossier.news],
        "steps": [(step, step_word(step)) for step in steps(dossier)],
        "decisions": [(decision.value, str(word)) for decision, word in DECISIONS.items()],
        "verdict": _verdict(dossier),
        "times": {
            "sealed": format_datetime(document.sealed_at, TIME) if document else "",
            "received": format_datetime(dossier.row.received_at, TIME),
            "accepted": format_datetime(dossier.row.accepted_at, TIME) if dossier.row.accepted_at else "",
        },
    }


def facts_of(document: Document) -> list[tuple[str, str]]:
    """Return label and value of each fact, those that people look at first in front."""
    known = [(str(word), document.facts[key]) for key, word in FACTS.items() if key in document.facts]
    return known + [(key, value) for key, value in document.facts.items() if key not in FACTS]


def _line(line: Line, dossier: Dossier) -> dict[str, Any]:
    return {
        "seq": line.seq,
        "step": step_word(line.step),
        "part": part_words(line),
        "pairs": pairs(line.data),
        "at": format_datetime(line.taken_at, TIME),
        "actor": _("Candidate") if line.actor == "candidate" else line.actor,
        "station": line.station,
        "stands": line.stands,
        "clock": [str(FLAGS[flag.kind]) for flag in dossier.flags if flag.seq == line.seq],
        "withdraws": [step_word(step) for step in line.withdraws],
        "files": [_file(file, dossier) for file in line.files],
    }


def _file(file: NamedFile, dossier: Dossier) -> dict[str, Any]:
    is_here = file.object in dossier.integrity.stored
    return {
        "role": _role(file),
        "size_kb": max(1, round(file.size_bytes / 1024)),
        "is_named": bool(file.object),
        "url": url_for("judging.picture", digest=dossier.row.digest, object_digest=file.object) if is_here else "",
    }


def pictures(document: Document, dossier: Dossier) -> list[dict[str, Any]]:
    """Return the standing pictures by step, the person's face first."""
    groups = []
    lines = [line for line in document.lines if line.stands]
    for step in dict.fromkeys((*_PICTURES, *(line.step for line in lines))):
        named = [(line, file) for line in lines if line.step == step for file in line.files]
        # A picture that was taken and then accepted stands in two lines; the later one says what it became.
        figures = {
            file.digest: {"caption": " · ".join(filter(None, (part_words(line), _role(file)))), **_file(file, dossier)}
            for line, file in named
            if file.media_type in PICTURE_TYPES
        }
        if figures:
            groups.append({"step": step, "title": step_word(step), "figures": list(figures.values())})
    return groups


def _signed(dossier: Dossier) -> tuple[str, str]:
    revoked_at = dossier.signature.revoked_at
    if revoked_at is None:
        return "good", _("Signed by the venue")
    return "bad", _("Signed with a key that was revoked at %(time)s", time=format_datetime(revoked_at, TIME))


def _role(file: NamedFile) -> str:
    return str(ROLES_OF_FILES.get(file.role, file.role))


def _version(version: Version) -> dict[str, Any]:
    row = version.row
    return {
        **{name: getattr(version, name) for name in ("reason", "is_this", "is_conflict")},
        "url": url_for("judging.record", digest=row.digest),
        "number": row.version,
        "venue": row.venue,
        "digest": row.digest[:12],
        "previous": row.previous[:12],
        "received": format_datetime(row.received_at, TIME),
        "badge": STATES[version.state],
    }


def _verdict(dossier: Dossier) -> dict[str, str] | None:
    given = dossier.verdict
    if given is None:
        return None
    return {
        "word": str(STATES[State(Decision(given.decision).value)][1]),
        "step": step_word(given.step) if given.step else "",
        "code": str(CODES[given.code]) if given.code else "",
        "reason": given.reason,
        "by": dossier.decided_by,
        "at": format_datetime(given.decided_at, TIME),
    }
