"""Pages as a browser sees them: forms with what is in them, buttons that are really there."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx

Files = dict[str, tuple[str, bytes, str] | list[tuple[str, bytes, str]]]


@dataclass(slots=True)
class Form:
    """One form: where it goes, what is in it, and the buttons that send it."""

    id: str
    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)

    def value(self, name: str) -> str:
        """Return what a field holds, "" if the form has none of this name."""
        return next((value for key, value in self.fields if key == name), "")

    def has(self, name: str) -> bool:
        """Tell whether a field of this name would be sent."""
        return any(key == name for key, _value in self.fields)


class _Reader(HTMLParser):
    """Collects forms and their controls, also those that stand outside and name their form."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.text: list[str] = []
        self._open: list[Form] = []
        self._loose: list[tuple[str, dict[str, str], str, str]] = []
        self._select: dict[str, Any] | None = None
        self._textarea: dict[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            form = Form(found.get("id", ""), found.get("action", ""))
            self.forms.append(form)
            self._open.append(form)
        elif tag == "input":
            self._input(found)
        elif tag == "button" and found.get("type", "submit") == "submit":
            self._add("button", found, found.get("name", ""), found.get("value", ""))
        elif tag == "select":
            self._select = {"attrs": found, "first": None, "chosen": None}
        elif tag == "option" and self._select is not None:
            if self._select["first"] is None:
                self._select["first"] = found.get("value", "")
            if "selected" in found:
                self._select["chosen"] = found.get("value", "")
        elif tag == "textarea":
            self._textarea = {**found, "": ""}

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open.pop()
        elif tag == "select" and self._select is not None:
            chosen = self._select["chosen"] if self._select["chosen"] is not None else self._select["first"]
            self._add("field", self._select["attrs"], self._select["attrs"].get("name", ""), chosen or "")
            self._select = None
        elif tag == "textarea" and self._textarea is not None:
            self._add("field", self._textarea, self._textarea.get("name", ""), self._textarea[""])
            self._textarea = None

    def handle_data(self, data: str) -> None:
        if self._textarea is not None:
            self._textarea[""] += data
        self.text.append(data)

    def _input(self, found: dict[str, str]) -> None:
        kind = found.get("type", "text")
        if kind == "file" or (kind in ("checkbox", "radio") and "checked" not in found):
            return
        self._add("field", found, found.get("name", ""), found.get("value", "on" if kind == "checkbox" else ""))

    def _add(self, what: str, attrs: dict[str, str], name: str, value: str) -> None:
        if "form" in attrs:
            self._loose.append((what, attrs, name, value))
        elif self._open:
            _put(self._open[-1], what, attrs, name, value)

    def finish(self) -> None:
        """Hand the controls that stand outside to the forms they name."""
        for what, attrs, name, value in self._loose:
            for form in self.forms:
                if form.id and form.id == attrs["form"]:
                    _put(form, what, attrs, name, value)


def _put(form: Form, what: str, attrs: dict[str, str], name: str, value: str) -> None:
    if what == "button":
        form.buttons.append((name, value, attrs.get("formaction", "")))
    elif name:
        form.fields.append((name, value))


class Page:
    """What came back."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.status = response.status_code
        self.path = urlsplit(str(response.url)).path
        reader = _Reader()
        if "html" in response.headers.get("content-type", ""):
            reader.feed(response.text)
            reader.finish()
        self.forms = reader.forms
        self.text = re.sub(r"\s+", " ", "".join(reader.text))

    @property
    def step(self) -> str:
        """The id of the step that the page's address names, "" if it is no step's."""
        found = re.search(r"/steps/([a-z]+)$", self.path)
        return found[1] if found else ""

    def form(self, id: str = "", action: str = "") -> Form:  # noqa: A002 - it is the attribute's name
        """Return the form with this id, or that goes to an address with this end."""
        found = [one for one in self.forms if (id and one.id == id) or (action and one.action.endswith(action))]
        assert found, f"no form {id or action!r} on {self.path} ({self.status}): {self.text[:400]}"
        return found[0]


class Browser:
    """Keeps cookies, follows redirects, sends forms as they stand on the page."""

    def __init__(self, url: str, language: str = "kaodian_ui=locale=en") -> None:
        self._language = language
        hooks = {"request": [self._speak]}
        self._client = httpx.Client(base_url=url, follow_redirects=True, trust_env=False, timeout=60, event_hooks=hooks)
        self.page = Page(self._client.get("/"))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _speak(self, request: httpx.Request) -> None:
        # A kiosk forgets the language after each candidate; the tests read English all the time.
        name = self._language.partition("=")[0]
        others = [one for one in request.headers.get("cookie", "").split("; ") if one and f"{name}=" not in one]
        request.headers["cookie"] = "; ".join([*others, self._language])

    def close(self) -> None:
        """Close the window."""
        self._client.close()

    def get(self, path: str) -> Page:
        """Open an address."""
        self.page = Page(self._client.get(path))
        return self.page

    def raw(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Ask for something that no link leads to, and follow nothing."""
        return self._client.request(method, path, follow_redirects=False, **options)

    def token(self) -> str:
        """Return the token that this browser's forms carry."""
        return next((form.value("csrf_token") for form in self.page.forms if form.has("csrf_token")), "")

    def press(self, form: Form, button: str = "", files: Files | None = None, **answers: str) -> Page:
        """Fill the form in and press a button of it: `name=value`, or any without a name."""
        data = dict(form.fields) | {key.replace("__", "-"): value for key, value in answers.items()}
        action = form.action
        if button:
            name, _, value = button.partition("=")
            found = [one for one in form.buttons if one[:2] == (name, value)]
            assert found, f"no button {button!r} in {form.id or form.action}; there are {form.buttons}"
            data[name], action = value, found[0][2] or action
        return self.send(action or self.page.path, data, files)

    def send(self, path: str, data: dict[str, str], files: Files | None = None) -> Page:
        """Send what a form once sent: this is how a repeated click and the Back button look to the server."""
        sent = [
            (name, one) for name, some in (files or {}).items() for one in (some if isinstance(some, list) else [some])
        ]
        self.page = Page(self._client.post(path, data=data, files=sent or None))
        return self.page
