"""The region's side of the day: a reviewer who judges some records, and the region's own list for the reckoning."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from kiosk.simulation.browser import OVERTAKEN, SEE_OTHER, Browser
from kiosk.simulation.errors import UnexpectedAnswerError
from kiosk.simulation.people import Candidate

RETURN_REASON, PASS_REASON, REFUSE_REASON = "模拟考区：请重做这一步", "模拟考区：材料齐全", "模拟考区：同意考点意见"
ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class Held:
    """One record as the region's list has it."""

    digest: str
    reg_no: str
    version: int
    state: str


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What became of the finished candidates' records.

    Attributes:
        accepted: how many finished candidates' newest record the region has accepted.
        lost: registration numbers of finished candidates of whom the region has no accepted record.
        duplicated: registration numbers with two different records of one version.
    """

    accepted: int
    lost: tuple[str, ...]
    duplicated: tuple[str, ...]


class RegionList:
    """Asks the region what it holds of this venue."""

    def __init__(self, url: str, key: str) -> None:
        self._client = httpx.Client(
            base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=30, trust_env=False
        )

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def of(self, reg_nos: Collection[str]) -> list[Held]:
        """Return all versions of these candidates' records.

        Raises:
            UnexpectedAnswerError: the region does not say.
        """
        held, after = [], 0
        while page := self._page(after):
            held += [_held(one) for one in page["records"] if one["reg_no"] in reg_nos]
            if page["cursor"] == after:
                break
            after = page["cursor"]
        return held

    def _page(self, after: int) -> dict[str, Any]:
        try:
            answer = self._client.get(f"/api/v1/records?after={after}")
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise UnexpectedAnswerError(f"the region's list: {type(error).__name__}") from error
        page: dict[str, Any] = answer.json()
        return page


class Reviewer:
    """A reviewer's browser at the region."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser

    def sign_in(self, name: str, secret: str) -> None:
        """Sign in."""
        page = self._browser.open("/sign-in")
        self._browser.send(page.form_to("/sign-in"), {"name": name, "secret": secret})

    def judge(self, candidate: Candidate, held: Held) -> str:
        """Give the verdict this candidate's habits ask for on this version, and return it; "" if it came too late."""
        page = self._browser.open(f"/records/{held.digest}")
        verdict = _verdict(candidate, held)
        form = page.form_to(f"/records/{held.digest}/verdict")
        page = self._browser.send(form, verdict, expect={SEE_OTHER, OVERTAKEN})
        return "" if page.status == OVERTAKEN else verdict["decision"]


def newest(held: Sequence[Held]) -> Mapping[str, Held]:
    """Return the newest version of each candidate's record."""
    return {one.reg_no: one for one in sorted(held, key=lambda one: one.version)}


def reckon(finished: Collection[str], held: Sequence[Held]) -> Reckoning:
    """Compare what the candidates saw with what the region holds.

    Args:
        finished: registration numbers of those who saw "done".
        held: see `RegionList.of`.
    """
    versions: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
    for one in held:
        versions[one.reg_no, one.version].add(one.digest)
    has_accepted = {one.reg_no for one in held if one.state == ACCEPTED}
    current = newest(held)
    return Reckoning(
        accepted=sum(1 for reg_no in finished if reg_no in current and current[reg_no].state == ACCEPTED),
        lost=tuple(sorted(set(finished) - has_accepted)),
        duplicated=tuple(sorted({reg_no for (reg_no, _version), digests in versions.items() if len(digests) > 1})),
    )


def _verdict(candidate: Candidate, held: Held) -> dict[str, str]:
    if candidate.habits.second_look == "refuse":
        return {"decision": "refused", "reason": REFUSE_REASON}
    if candidate.habits.returned and held.version == 1:
        return {"decision": "returned", "step": candidate.habits.returned, "reason": RETURN_REASON}
    return {"decision": "passed", "reason": PASS_REASON}


def _held(one: Mapping[str, Any]) -> Held:
    return Held(one["digest"], one["reg_no"], one["version"], one["state"])
