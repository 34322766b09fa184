"""The rules of the house that no other tool holds: sizes, names, and what may stand in a template."""

import ast
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("kiosk", "devices", "records", "rules", "local_db", "sync", "region")
CODE = (*PACKAGES, "scripts", "tools", "bench", "tests")
VENDOR = ROOT / "static" / "vendor"

MODULE_LINES, FUNCTION_LINES, TEMPLATE_LINES = 300, 40, 120
NAMELESS = re.compile(r"^(utils?|helpers?|common|managers?|misc)$|_(utils?|helpers?|manager)$")
URL = re.compile(r"https?://[^\s\"'<>]+")
# Names of vocabularies, never fetched.
NAMESPACES = ("http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink")
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style\b|\sstyle\s*=|\son[a-z]+\s*=|javascript:", re.IGNORECASE)
JINJA_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+")
# A language is offered in its own words whatever the page speaks.
LANGUAGE_NAMES = {"中文", "简体中文"}


def _python_files() -> Iterator[Path]:
    for folder in CODE:
        for path in (ROOT / folder).rglob("*.py"):
            if "versions" not in path.parts:  # migrations are as long as the change they carry
                yield path


def _templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.*ml"))


def _assets() -> Iterator[Path]:
    for pattern in ("css/**/*.css", "js/**/*.js", "**/*.svg"):
        yield from (path for path in (ROOT / "static").glob(pattern) if VENDOR not in path.parents)


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def _where(path: Path, line: int | None = None) -> str:
    place = path.relative_to(ROOT).as_posix()
    return f"{place}:{line}" if line else place


def _matches(path: Path, pattern: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    """Yield line and text of each match, outside Jinja comments."""
    text = JINJA_COMMENT.sub(lambda note: "\n" * note[0].count("\n"), path.read_text(encoding="utf-8"))
    for match in pattern.finditer(text):
        yield text.count("\n", 0, match.start()) + 1, match[0]


def test_no_module_is_longer_than_a_reader_can_hold():
    assert [f"{_where(path)}: {_lines(path)}" for path in _python_files() if _lines(path) > MODULE_LINES] == []


def test_no_function_is_longer_than_a_screen():
    long = []
    for path in _python_files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                size = (node.end_lineno or node.lineno) - node.lineno + 1
                if size > FUNCTION_LINES:
                    long.append(f"{_where(path, node.lineno)} {node.name}: {size}")
    assert long == []


def test_every_module_is_named_after_a_thing():
    names = {path: path.parent.name if path.name == "__init__.py" else path.stem for path in _python_files()}
    assert [_where(path) for path, name in names.items() if NAMELESS.search(name)] == []


def test_templates_stay_short():
    assert [f"{_where(path)}: {_lines(path)}" for path in _templates() if _lines(path) > TEMPLATE_LINES] == []


def test_templates_hold_no_script_style_or_handler():
    found = [(path, *match) for path in _templates() for match in _matches(path, INLINE)]
    assert [f"{_where(path, line)} {text}" for path, line, text in found] == []


def test_nothing_points_outside_this_machine():
    outside = []
    for path in (*_templates(), *_assets()):
        for line, url in _matches(path, URL):
            if not url.startswith(NAMESPACES):
                outside.append(f"{_where(path, line)} {url}")
    assert outside == []


def test_every_word_in_a_template_can_be_translated():
    found = [(path, *match) for path in _templates() for match in _matches(path, CHINESE)]
    assert [f"{_where(path, line)} {text}" for path, line, text in found if text not in LANGUAGE_NAMES] == []


def test_vendored_files_are_the_ones_that_were_reviewed():
    recorded = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))["sha256"]
    own = {"manifest.json", "THIRD_PARTY.md"}
    present = {
        path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name not in own
    }
    assert present == recorded


def test_every_vendored_folder_has_its_licence():
    folders = [path for path in VENDOR.iterdir() if path.is_dir()]
    assert folders
    assert [folder.name for folder in folders if not (folder / "LICENSE").is_file()] == []
