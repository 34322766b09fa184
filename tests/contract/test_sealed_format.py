"""The sealed format is what docs/schema says, and tools that we did not write open it."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from records.age import decrypt, encrypt, new_identity, recipient_of
from records.manifest import unwrap
from tests.support.json_schema import faults, load
from tests.support.region_records import IDENTITY, SEALER, opened, reopened, sealed

AGE = shutil.which("age")
needs_age = pytest.mark.skipif(AGE is None, reason="the command-line tool age is not installed")


def age(*words: str, given: bytes = b"") -> bytes:
    assert AGE is not None
    return subprocess.run([AGE, *words], input=given, capture_output=True, check=True).stdout


@pytest.fixture
def identity_file(tmp_path: Path) -> str:
    path = tmp_path / "identity.txt"
    path.write_text(f"# the region's key\n{IDENTITY}\n", encoding="ascii")
    return str(path)


def test_what_is_sealed_is_what_the_published_schemas_say() -> None:
    record, contents = sealed()
    assert faults(json.loads(record.content), load("envelope-1.json")) == []
    parts = [reopened(contents[one.digest]) for one in record.objects if one.kind == "part"]
    assert [part["sensitivity"] for part in parts] == ["identity", "materials", "biometrics"]
    assert [faults(part, load("part-1.json")) for part in parts] == [[], [], []]
    assert ["reg_no" in part for part in parts] == [True, False, False]


@pytest.mark.parametrize(
    ("where", "value"), [("version", 0), ("previous", "x"), ("objects", []), ("venue", ""), ("reg_no", "R1")]
)
def test_the_published_schemas_refuse_what_is_wrong(where: str, value: object) -> None:
    document = json.loads(sealed()[0].content)
    document["manifest"][where] = value
    assert len(faults(document, load("envelope-1.json"))) == 1


@needs_age
def test_the_standard_tool_opens_every_object(identity_file: str) -> None:
    record, contents = sealed()
    document = opened(record, contents)
    for one in record.objects:
        plain = age("--decrypt", "--identity", identity_file, given=contents[one.digest])
        if one.kind == "part":
            assert json.loads(plain)["visit"] == document.visit
        else:
            assert len(plain) == next(file.size_bytes for file in document.files if file.object == one.digest)


@needs_age
def test_we_open_what_the_standard_tool_sealed_to_the_manifests_recipients(tmp_path: Path) -> None:
    record, _contents = sealed()
    path = tmp_path / "recipients.txt"
    path.write_text("\n".join(unwrap(record.content, record.digest).manifest.recipients), encoding="ascii")
    content = bytes(range(256)) * 1000  # more than one chunk of the format
    assert decrypt(age("--encrypt", "--recipients-file", str(path), given=content), [IDENTITY]) == content


@needs_age
@pytest.mark.parametrize("size_bytes", [0, 1, 64 * 1024, 64 * 1024 + 1, 1_000_000])
def test_both_agree_at_every_size(identity_file: str, size_bytes: int) -> None:
    content = b"\x5a" * size_bytes
    sealed_by_us = encrypt(content, SEALER.recipients)
    assert age("--decrypt", "--identity", identity_file, given=sealed_by_us) == content
    sealed_by_them = age("--encrypt", "--recipient", recipient_of(IDENTITY), given=content)
    assert decrypt(sealed_by_them, [new_identity(), IDENTITY]) == content
