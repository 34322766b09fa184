"""Reads a page the way a browser does: forms with what they would send, buttons, links, pictures."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from kiosk.simulation.errors import NotOnPageError

Attributes = dict[str, str]
TICKED = ("radio", "checkbox")


@dataclass(slots=True)
class Form:
    """A form as it stands on the page.

    Attributes:
        values: what would be sent if nothing were touched.
        choices: what a radio button, a tick or a list offers.
        files: names of file fields.
        buttons: (name, value, address) of every button; the address is "" where it is the form's own.
    """

    id: str
    action: str
    values: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)

    def has(self, name: str) -> bool:
        """Tell whether there is such a field."""
        return name in self.values or name in self.choices or name in self.files

    def button(self, value: str) -> bool:
        """Tell whether there is a button of this value."""
        return any(value == known for _name, known, _action in self.buttons)

    def button_for(self, prefix: str) -> str:
        """Return the value of the first button that begins like this, "" if there is none."""
        return next((value for _name, value, _action in self.buttons if value.startswith(prefix)), "")

    def filled(self, answers: Mapping[str, str], button: str = "") -> tuple[str, dict[str, str]]:
        """Return the address and the fields that are sent.

        Raises:
            NotOnPageError: the form has no such field, choice or button; a browser could not send it.
        """
        unknown = [name for name in answers if not self.has(name)]
        if unknown:
            raise NotOnPageError(f"form {self.id or self.action!r} has no field {unknown[0]!r}")
        for name, value in answers.items():
            if name in self.choices and value not in self.choices[name]:
                raise NotOnPageError(f"{name!r} offers no {value!r}")
        fields = {**self.values, **answers}
        if not button:
            return self.action, fields
        pressed = next((one for one in self.buttons if one[1] == button), None)
        if pressed is None:
            raise NotOnPageError(f"form {self.id or self.action!r} has no button {button!r}")
        name, value, action = pressed
        return action or self.action, {**fields, name: value}


@dataclass(slots=True)
class Page:
    """A page that a browser shows.

    Attributes:
        texts: text by element id, and of the first element of each class, as `.class`.
    """

    url: str
    status: int
    forms: list[Form] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The address without host and query."""
        return urlsplit(self.url).path

    def form(self, form_id: str = "step-form") -> Form:
        """Return the form.

        Raises:
            NotOnPageError: it is not there.
        """
        found = self.find(form_id)
        if found is None:
            raise NotOnPageError(f"{self.path} has no form {form_id!r}")
        return found

    def find(self, form_id: str) -> Form | None:
        """Return the form of this id, None if it is not there."""
        return next((form for form in self.forms if form.id == form_id), None)

    def form_to(self, path: str, field_name: str = "") -> Form:
        """Return the form that is sent to a path and has a field.

        Raises:
            NotOnPageError: none is.
        """
        fitting = (form for form in self.forms if form.action == path)
        found = next((form for form in fitting if not field_name or form.has(field_name)), None)
        if found is None:
            raise NotOnPageError(f"{self.path} has no form for {path}")
        return found

    def form_with(self, button_prefix: str) -> Form | None:
        """Return the first form with a button whose value begins like this."""
        return next((form for form in self.forms if form.button_for(button_prefix)), None)


KEPT_TEXTS: Collection[str] = (
    "side-who",
    ".error-summary",
    ".ticket",
    ".demo",
    ".table",
    ".side__verdict--passed",
    ".side__verdict--returned",
    ".side__verdict--refused",
)


def read_page(url: str, status: int, html: str) -> Page:
    """Return the page in an answer."""
    reader = _Reader(Page(url, status))
    reader.feed(html)
    reader.close()
    return reader.finished()


class _Reader(HTMLParser):
    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._form: Form | None = None
        self._select = ""
        self._area = ""
        self._text = ("", "")
        self._outside: list[tuple[str, tuple[str, str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        handler = getattr(self, f"_on_{tag}", None)
        if handler:
            handler(given, {name for name, _value in attrs})
        for key in (given.get("id", ""), *(f".{name}" for name in given.get("class", "").split())):
            if key in KEPT_TEXTS and key not in self._page.texts:
                self._text = (key, tag)
                self._page.texts[key] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""
        if tag == self._text[1]:
            self._text = ("", "")

    def handle_data(self, data: str) -> None:
        if self._text[0]:
            self._page.texts[self._text[0]] += data
        if self._form and self._area:
            self._form.values[self._area] += data

    def finished(self) -> Page:
        """Return the page, with the buttons that stand outside of their forms."""
        for form_id, button in self._outside:
            if form := self._page.find(form_id):
                form.buttons.append(button)
        return self._page

    def _on_form(self, given: Attributes, _flags: set[str]) -> None:
        action = urlsplit(urljoin(self._page.url, given.get("action") or self._page.url)).path
        self._form = Form(given.get("id", ""), action)
        self._page.forms.append(self._form)

    def _on_input(self, given: Attributes, flags: set[str]) -> None:
        name, kind = given.get("name", ""), given.get("type", "text")
        if not self._form or not name:
            return
        if kind == "file":
            self._form.files.add(name)
        elif kind in TICKED:
            value = given.get("value", "on")
            self._form.choices.setdefault(name, []).append(value)
            if "checked" in flags:
                self._form.values[name] = value
        else:
            self._form.values[name] = given.get("value", "")

    def _on_select(self, given: Attributes, _flags: set[str]) -> None:
        self._select = given.get("name", "")

    def _on_option(self, given: Attributes, flags: set[str]) -> None:
        if not self._form or not self._select:
            return
        value = given.get("value", "")
        self._form.choices.setdefault(self._select, []).append(value)
        if "selected" in flags or self._select not in self._form.values:
            self._form.values[self._select] = value

    def _on_textarea(self, given: Attributes, _flags: set[str]) -> None:
        if self._form and given.get("name"):
            self._area = given["name"]
            self._form.values[self._area] = ""

    def _on_button(self, given: Attributes, _flags: set[str]) -> None:
        button = (given.get("name", ""), given.get("value", ""), given.get("formaction", ""))
        if given.get("type") == "button":
            return
        if given.get("form"):
            self._outside.append((given["form"], button))
        elif self._form:
            self._form.buttons.append(button)

    def _on_a(self, given: Attributes, _flags: set[str]) -> None:
        self._page.links.append(given.get("href", ""))

    def _on_img(self, given: Attributes, _flags: set[str]) -> None:
        self._page.pictures.append(given.get("src", ""))
