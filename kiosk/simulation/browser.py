"""A browser: keeps cookies, reads pages, sends forms, follows redirects, and tries again when the line breaks."""

import re
import time
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import httpx

from kiosk.simulation.errors import TimeIsUpError, UnexpectedAnswerError
from kiosk.simulation.page import Form, Page, read_page
from kiosk.simulation.tally import Tally

Files = list[tuple[str, tuple[str, bytes, str]]]
Witness = Callable[[str, Mapping[str, str]], None]

OK, SEE_OTHER, NOT_MODIFIED, OVERTAKEN, TELLS_WHAT_TO_DO = 200, 303, 304, 409, 422
GOOD = frozenset({SEE_OTHER})
CAPTURED = frozenset({SEE_OTHER, TELLS_WHAT_TO_DO})
"""A device may say what to do and be used again: no finger felt, the camera not ready."""
SHOWN_AGAIN = frozenset({SEE_OTHER, OVERTAKEN, TELLS_WHAT_TO_DO})
"""What a second press of the same button may be answered."""
MAX_REDIRECTS = 8
TRIES = "kaodian.tries"
"""Where an answer keeps how often it was asked for."""
_OPAQUE = re.compile(r"[0-9a-f]{32,}")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a browser waits for an answer, and how often it tries again when the connection breaks."""

    timeout_s: float = 60
    tries: int = 4
    pause_s: float = 0.3
    until: float = float("inf")
    """On the monotonic clock: when the whole run is over."""


class Browser:
    """One browser. `page` is what it shows."""

    def __init__(
        self, base_url: str, tally: Tally, patience: Patience, witness: Witness | None = None, staff: str = ""
    ) -> None:
        """Open it.

        Args:
            witness: told path and fields of every form whose answer, a redirect, has arrived.
            staff: who is signed in, for those who use this browser.
        """
        self._client = httpx.Client(
            base_url=base_url, timeout=patience.timeout_s, trust_env=False, follow_redirects=False
        )
        self.tally, self._patience, self._witness = tally, patience, witness
        self.staff = staff
        self.page = Page(base_url, 0)

    def close(self) -> None:
        """Close it."""
        self._client.close()

    def open(self, path: str) -> Page:
        """Show a page.

        Raises:
            UnexpectedAnswerError: the app has trouble with it.
        """
        return self._show(self._ask("GET", path))

    def peek(self, path: str, statuses: Collection[int] = (OK, 204, NOT_MODIFIED)) -> httpx.Response:
        """Fetch something beside the page, as its scripts and pictures do."""
        answer = self._ask("GET", path)
        self._expect(answer, statuses)
        return answer

    def look(self) -> None:
        """Fetch the candidate's pictures on the page."""
        for picture in dict.fromkeys(self.page.pictures):
            if "/files/" in picture:
                self.peek(picture, (OK,))

    def send(
        self,
        form: Form,
        answers: Mapping[str, str] | None = None,
        button: str = "",
        *,
        files: Files | None = None,
        step: str = "",
        expect: Collection[int] = GOOD,
        slip: str = "",
    ) -> Page:
        """Send a form and show what comes of it.

        Args:
            step: whose latency this is.
            expect: statuses of the answer that are no error.
            slip: `double` presses the button twice at once; `again` sends the same form once more after the answer,
                as somebody does who went back.
        """
        action, fields = form.filled(answers or {}, button)
        if self.page.status != OK:  # drawn by an answer to a second press, perhaps before the first was saved
            expect = {*expect, *SHOWN_AGAIN}
        press = _Press(self, action, fields, files)
        started = time.perf_counter()
        if slip == "double":
            with ThreadPoolExecutor(2) as fingers:
                first, answer = fingers.map(lambda _number: press(), range(2))
            self._expect(first, SHOWN_AGAIN)
            self.tally.count("retries")
            expect = SHOWN_AGAIN
        else:
            answer = press()
        if step:
            self.tally.took(step, (time.perf_counter() - started) * 1000)
        self._expect(answer, expect)
        if slip == "again":
            answer = press()
            self.tally.count("retries")
            self._expect(answer, SHOWN_AGAIN)
        return self._show(answer)

    def post(self, action: str, fields: Mapping[str, str], files: Files | None) -> httpx.Response:
        """Send fields; tell the witness when the app has confirmed them."""
        answer = self._ask("POST", action, fields, files)
        if answer.status_code == SEE_OTHER and self._witness:
            self._witness(action, fields)
        return answer

    def _show(self, answer: httpx.Response) -> Page:
        for _number in range(MAX_REDIRECTS):
            if answer.status_code != SEE_OTHER:
                break
            answer = self._ask("GET", urljoin(str(answer.url), answer.headers["Location"]))
        self._expect(answer, (OK, OVERTAKEN, TELLS_WHAT_TO_DO))
        self.page = read_page(str(answer.url), answer.status_code, answer.text)
        return self.page

    def _ask(
        self, method: str, path: str, fields: Mapping[str, str] | None = None, files: Files | None = None
    ) -> httpx.Response:
        for number in range(1, self._patience.tries + 1):
            if time.monotonic() > self._patience.until:
                raise TimeIsUpError("the time limit of the run")
            self.tally.count("http_requests")
            try:
                answer = self._client.request(method, path, data=dict(fields or {}), files=files)
            except httpx.TransportError as error:
                if number == self._patience.tries:
                    raise UnexpectedAnswerError(f"{method} {_place(path)}: {type(error).__name__}") from error
                self.tally.count("retries")
                time.sleep(self._patience.pause_s)
            else:
                answer.extensions[TRIES] = number
                if method == "GET":
                    self.tally.page_took(answer.elapsed.total_seconds() * 1000)
                return answer
        raise UnexpectedAnswerError(f"{method} {_place(path)}: no try allowed")

    @staticmethod
    def _expect(answer: httpx.Response, statuses: Collection[int]) -> None:
        # When the line broke, the first try may have been saved: the second is then like a second press.
        allowed = {*statuses, *SHOWN_AGAIN} if answer.extensions.get(TRIES, 1) > 1 else statuses
        if answer.status_code not in allowed:
            place = _place(str(answer.request.url))
            raise UnexpectedAnswerError(f"{answer.request.method} {place}: {answer.status_code}")


@dataclass(frozen=True, slots=True)
class _Press:
    """One button press; calling it again is pressing again."""

    browser: Browser
    action: str
    fields: Mapping[str, str]
    files: Files | None

    def __call__(self) -> httpx.Response:
        return self.browser.post(self.action, self.fields, self.files)


def _place(url: str) -> str:
    """Return a path without ids, so that equal errors look equal."""
    return _OPAQUE.sub("*", urlsplit(url).path)
