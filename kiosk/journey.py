"""Leads a visit from step to step: computes where it stands, takes what a step gives, seals what is finished."""

import logging
from collections.abc import Collection
from functools import partial
from zoneinfo import ZoneInfo

from devices.bench import Bench
from kiosk.errors import LostCaptureError
from kiosk.flow import Way, walk
from kiosk.profile import Profile
from kiosk.profiles import ProfileShelf
from kiosk.step import Actor, Answers, Case, State, Step
from local_db.clock import Clock
from local_db.errors import MissingBlobError, StaleVisitError, StoreError
from local_db.store import Origin, Store
from local_db.visits import Visit
from records.errors import LostFileError, MissingKeyError
from records.evidence import RETAKE, Evidence
from records.record import Heading
from records.seal import SealedRecord, Sealer
from records.standing import standing

logger = logging.getLogger(__name__)

KEEPER = Origin("keeper", "")
"""Who acts when the program itself seals what was waiting."""


class Journey:
    """The rules that every page obeys, whoever asks and in whatever order."""

    def __init__(
        self, store: Store, profiles: ProfileShelf, clock: Clock, venue: str, zone: ZoneInfo, sealer: Sealer | None
    ) -> None:
        """Use these parts; without a sealer finished visits wait until there is one (`seal_overdue`)."""
        self.store = store
        self.profiles = profiles
        self._clock = clock
        self._venue = venue
        self._zone = zone
        self._sealer = sealer

    def profile(self, visit: Visit) -> Profile:
        """Return the profile that the visit is pinned to."""
        return self.profiles.get(visit.profile_digest)

    def case(self, visit: Visit) -> Case:
        """Return what steps may look at of the visit."""
        now = self._clock.now()
        today = now.astimezone(self._zone).date()
        return Case(
            visit=visit.id,
            registration=visit.registration,
            standing=standing(visit.entries, visit.registration.fields),
            history=visit.entries,
            order=self.profile(visit).order,
            now=now,
            today=today,
            ticket=visit.ticket.number if visit.ticket and visit.ticket.day == today else "",
            zone=self._zone,
            content=self._content,
            online=visit.online,
            rule=self.profile(visit).online,
        )

    def way(self, visit: Visit) -> Way:
        """Return where the visit stands."""
        return walk(self.profile(visit).steps, self.case(visit))

    def submit(self, visit: Visit, step: Step, after: int, answers: Answers, bench: Bench, origin: Origin) -> Visit:
        """Take a screen's answers: one screen, one transaction.

        Raises:
            StaleVisitError: the screen was drawn before something else was saved.
            LostCaptureError: this would finish the visit, and a captured file is damaged; nothing was saved.
            StepRejectedError, DeviceError: as `Step.submit`.
        """
        if visit.last_seq != after:
            raise StaleVisitError(f"visit is at {visit.last_seq}, the page was drawn at {after}")
        evidence = step.submit(self.case(visit), answers, bench)
        if not evidence:
            return visit
        return self.store.save_evidence(visit.id, after, evidence, origin, self._seal_if_finished)

    def add(self, visit: Visit, evidence: Evidence, after: int, origin: Origin) -> Visit:
        """Save what staff noted beside the steps.

        Raises:
            StaleVisitError: as `submit`.
        """
        return self.store.save_evidence(visit.id, after, [evidence], origin, self._seal_if_finished)

    def have_done_again(self, visit: Visit, step_id: str, reason: str, after: int, origin: Origin) -> Visit:
        """Withdraw what stands of a step, with a reason, so that it comes back.

        Raises:
            StaleVisitError: as `submit`.
        """
        data = {"reason": reason}
        retake = Evidence(RETAKE, self._clock.now(), data, part=step_id, withdraws=(step_id,))
        return self.add(visit, retake, after, origin)

    def seal_overdue(self) -> int:
        """Seal the visits that were finished while there was no key to seal to; return how many."""
        if self._sealer is None:
            return 0
        waiting = [visit for visit in self.store.unsealed() if self.way(visit).is_finished]
        return sum(self._seal_late(visit) for visit in waiting)

    def seal_finished(self, reg_nos: Collection[str]) -> None:
        """Seal those of these candidates' visits that what the region said of them has finished."""
        if self._sealer is None:
            return
        for visit in self.store.visits_of(reg_nos):
            if visit.entries and not visit.is_sealed and self.way(visit).is_finished:
                self._seal_late(visit)

    def sealed_otherwise(self) -> list[Visit]:
        """Return the sealed visits that the region has not accepted and whose keys are not today's."""
        if self._sealer is None:
            return []
        return self.store.sealed_otherwise(self._sealer.signer.key_id, self._sealer.recipients)

    def _seal_late(self, visit: Visit) -> bool:
        """Seal what was waiting; one that cannot be sealed must not keep the others, or the venue, from going on."""
        try:
            self.store.save_evidence(visit.id, visit.last_seq, [], KEEPER, self._seal_if_finished)
        except (LostCaptureError, StoreError) as error:
            logger.error("visit %s is finished and cannot be sealed: %s", visit.id, error)
            return False
        return True

    def seal_again(self, visit: Visit, anew: bool = False) -> Visit:
        """Seal a finished visit once more as a version of its own: its key was replaced, or the region's was.

        Args:
            anew: encrypt every file again that is still here in plain; what was encrypted before may be what is wrong.

        Raises:
            MissingKeyError: there is no key.
            LostCaptureError: a file is damaged that no earlier version holds.
        """
        if self._sealer is None:
            raise MissingKeyError("there is no key to seal with")
        seal = partial(self._seal, self._sealer, anew=anew)
        return self.store.save_evidence(visit.id, visit.last_seq, [], KEEPER, seal)

    def may_submit(self, visit: Visit, step: Step, actor: Actor, way: Way | None = None) -> bool:
        """Tell whether the actor may send this step's screen now.

        A candidate: only the current step, and not while it needs staff. Staff: the current step and any before it.

        Args:
            way: the visit's, where it was computed already.
        """
        way = way or self.way(visit)
        if way.current and way.current.step.id == step.id:
            return actor.may(*step.roles) if actor.is_staff else not step.needs_staff(self.case(visit))
        return actor.may(*step.roles) and self._is_behind(way, step)

    def _content(self, digest: str) -> bytes | None:
        try:
            return self.store.blobs.get(digest)
        except MissingBlobError:
            return None

    @staticmethod
    def _is_behind(way: Way, step: Step) -> bool:
        ids = [position.step.id for position in way.positions]
        open_ids = [position.step.id for position in way.positions if position.outcome.state is State.TODO]
        here = way.current.step.id if way.current else next(iter(open_ids), "")
        return step.id in ids and ids.index(step.id) < (ids.index(here) if here else len(ids))

    def _seal_if_finished(self, visit: Visit) -> SealedRecord | None:
        if self._sealer is None or visit.is_sealed or not self.way(visit).is_finished:
            return None
        return self._seal(self._sealer, visit)

    def _seal(self, sealer: Sealer, visit: Visit, anew: bool = False) -> SealedRecord:
        profile = self.profile(visit)
        case = self.case(visit)
        heading = Heading(
            venue=self._venue,
            visit=visit.id,
            reg_no=visit.registration.reg_no,
            version=len(visit.versions) + 1,
            previous=visit.versions[-1].digest if visit.versions else "",
            profile=f"{profile.id}@{profile.version}",
            profile_digest=profile.digest,
            sealed_at=case.now,
        )
        earlier = self.store.sealed_files(visit.id)
        if anew:
            earlier = {key: one for key, one in earlier.items() if self.store.plaintext(key[1]) is None}
        try:
            return sealer.seal(heading, visit.entries, case.standing, self.store.plaintext, earlier)
        except LostFileError as error:
            raise LostCaptureError(_step_of(visit, error.digest)) from error


def _step_of(visit: Visit, digest: str) -> str:
    """Return the step that a file of the visit was captured in."""
    files = ((entry.evidence.step, file.digest) for entry in visit.entries for file in entry.evidence.attachments)
    return next(step for step, known in files if known == digest)
