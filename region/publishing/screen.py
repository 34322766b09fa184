"""Turns versions, drafts and what venues have into what their pages lay out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import format_datetime
from flask_babel import gettext as _

from region.publishing.models import DraftRow, HeldRow
from region.publishing.problem_words import problem_words
from region.publishing.versions import EARLIER, IN_FORCE, NEVER, PLANNED, Text
from region.registry.models import ProfileRow
from rules.errors import Problem

TIME = "yyyy-MM-dd HH:mm"
MAX_EXCERPT_CHARS = 100
MOST_PROBLEMS = 50


@dataclass(frozen=True, slots=True)
class Names:
    """How people and versions are called, by id and by digest."""

    reviewers: Mapping[str, str]
    versions: Mapping[str, str]

    def of(self, digest: str) -> str:
        """Return the name of a version; one that was never published here is not known by name."""
        if not digest:
            return str(_("not said yet"))
        return self.versions.get(digest) or str(_("of its own (%(digest)s)", digest=digest[:8]))


def state_badge(state: str) -> tuple[str, str]:
    """Return colour and word."""
    return {
        IN_FORCE: ("good", _("In force")),
        PLANNED: ("attention", _("Planned")),
        EARLIER: ("off", _("Superseded")),
        NEVER: ("off", _("Superseded before it held")),
    }[state]


def version_line(row: ProfileRow, state: str, names: Names) -> dict[str, Any]:
    """Return one published version."""
    begins = row.holds_from or row.published_at
    return {
        "version": row.version,
        "url": url_for("publishing.version", digest=row.digest),
        "badge": state_badge(state),
        "published": _when(row.published_at),
        "by": names.reviewers.get(row.published_by, row.published_by),
        "drafted_by": names.reviewers.get(row.made_by, row.made_by),
        "holds_from": _when(begins),
        "reason": row.reason,
    }


def draft_line(row: DraftRow, names: Names) -> dict[str, Any]:
    """Return one draft."""
    return {
        "seq": row.seq,
        "url": url_for("publishing.draft", seq=row.seq),
        "origin": row.origin,
        "changed": _when(row.changed_at),
        "by": names.reviewers.get(row.changed_by, row.changed_by),
    }


def venue_line(name: str, row: HeldRow | None, standing: Text, names: Names) -> dict[str, Any]:
    """Return what a venue has."""
    if row is None:
        return {"name": name, "badge": ("off", _("Never asked")), "fetched": "", "in_use": "", "asked": ""}
    if row.in_use == standing.digest:
        badge = ("good", _("Works by it"))
    elif row.fetched == standing.digest:
        badge = ("attention", _("Has it, does not work by it yet"))
    else:
        badge = ("bad", _("Does not have it yet"))
    return {
        "name": name,
        "badge": badge,
        "fetched": names.of(row.fetched),
        "in_use": names.of(row.in_use),
        "asked": _when(row.asked_at),
    }


def problem_lines(problems: Sequence[Problem], source: str) -> list[dict[str, Any]]:
    """Return what is wrong, each with its line, its key, and how that line is written."""
    lines = source.splitlines()
    return [
        {
            "line": problem.line,
            "key": problem.key,
            "words": problem_words(problem),
            "excerpt": lines[problem.line - 1].strip()[:MAX_EXCERPT_CHARS] if 0 < problem.line <= len(lines) else "",
        }
        for problem in problems[:MOST_PROBLEMS]
    ]


def _when(at: datetime | None) -> str:
    return format_datetime(at, TIME) if at else ""
