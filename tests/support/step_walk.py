"""One step of one visit, walked as the journey walks it: what a screen gave stands before the next one."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from devices.bench import Bench
from kiosk.step import Actor, Answers, Case, Outcome, Step, StepRejectedError, Upload
from records.evidence import CANDIDATE, Entry, Evidence
from records.registration import Registration
from records.standing import standing
from tests.support.cases import FIELDS, NOW, ORDER, TODAY


class Walk:
    """A visit with one step under test. Time does not pass unless told."""

    def __init__(self, step: Step, fields: Mapping[str, str] | None = None, today: date = TODAY) -> None:
        self.step = step
        self.fields = {**FIELDS, **(fields or {})}
        self.today = today
        self.entries: list[Entry] = []

    @property
    def case(self) -> Case:
        registration = Registration(self.fields["reg_no"], self.fields, None)
        entries = tuple(self.entries)
        return Case("visit-1", registration, standing(entries, self.fields), entries, ORDER, NOW, self.today)

    @property
    def outcome(self) -> Outcome:
        return self.step.outcome(self.case)

    @property
    def screen(self) -> Mapping[str, Any]:
        return self.step.screen(self.case)

    def post(
        self,
        fields: Mapping[str, str] | None = None,
        actor: Actor | None = None,
        files: Mapping[str, list[bytes]] | None = None,
        bench: Bench | None = None,
    ) -> list[Evidence]:
        """Submit a screen and save what it gave, without the bytes of files, as they come back from the store."""
        uploads = {
            name: tuple(Upload(f"{name}-{at}.jpg", content) for at, content in enumerate(contents))
            for name, contents in (files or {}).items()
        }
        answers = Answers(fields or {}, actor or Actor(), uploads)
        given = list(self.step.submit(self.case, answers, bench or Bench("测试台", {})))
        for evidence in given:
            self.add(evidence, answers.actor.id)
        return given

    def problems(
        self,
        fields: Mapping[str, str] | None = None,
        actor: Actor | None = None,
        files: Mapping[str, list[bytes]] | None = None,
    ) -> dict[str, str]:
        """Return what a refused screen says; fails if it is taken."""
        count = len(self.entries)
        try:
            self.post(fields, actor, files)
        except StepRejectedError as error:
            assert len(self.entries) == count
            return error.problems
        raise AssertionError("the screen was taken")

    def add(self, evidence: Evidence, actor: str = CANDIDATE) -> None:
        files = tuple(replace(file, content=None) for file in evidence.attachments)
        self.entries.append(Entry(len(self.entries) + 1, replace(evidence, attachments=files), actor, "测试台"))
