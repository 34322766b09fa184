"""Fetches the third-party files of tools/vendor.toml and checks them before they are copied.

    python tools/vendor.py              fetch everything anew (npm and apt-get must be there)
    python tools/vendor.py signature_pad    fetch one
    python tools/vendor.py manifest     write manifest.json and THIRD_PARTY.md for the files that lie there

tests/test_architecture.py holds every vendored file against manifest.json.
"""

import base64
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path
from typing import Any

import fonts

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
MANIFEST = VENDOR / "manifest.json"
NOTICE = VENDOR / "THIRD_PARTY.md"

Asset = dict[str, Any]


def assets() -> list[Asset]:
    """Return the table of vendor.toml."""
    table: list[Asset] = tomllib.loads((ROOT / "tools" / "vendor.toml").read_text(encoding="utf-8"))["asset"]
    return table


def check(package: Path, integrity: str) -> None:
    """Stop if a package is not the one that was reviewed. `integrity` is as npm writes it: sha512-<base64>."""
    method, _, wanted = integrity.partition("-")
    found = base64.b64encode(hashlib.new(method, package.read_bytes()).digest()).decode()
    if found != wanted:
        sys.exit(f"{package.name} is not what vendor.toml says: {method}-{found}")


def download(source: str, into: Path) -> Path:
    """Fetch a package with the system's own client and return the file."""
    kind, _, package = source.partition(":")
    commands = {"npm": ["npm", "pack", "--silent", package], "debian": ["apt-get", "download", "-q", package]}
    subprocess.run(commands[kind], cwd=into, check=True, stdout=subprocess.DEVNULL)
    (file,) = (path for path in into.iterdir() if path.suffix in (".tgz", ".deb"))
    return file


def copy_files(package: Path, files: dict[str, str], target: Path) -> None:
    """Copy the named members of a tarball."""
    with tarfile.open(package) as archive:
        for member, name in files.items():
            source = archive.extractfile(member)
            if source is None:
                sys.exit(f"{package.name} has no file {member}")
            (target / name).write_bytes(source.read())


def fetch(asset: Asset) -> None:
    """Put one asset's files in place."""
    target = VENDOR / asset["folder"]
    target.mkdir(parents=True, exist_ok=True)
    print(asset["name"], flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        package = download(asset["source"], Path(scratch))
        check(package, asset["integrity"])
        if not asset.get("fonts"):
            copy_files(package, asset["files"], target)
            return
        subprocess.run(["dpkg-deb", "-x", str(package), scratch], check=True)
        fonts.make_all(Path(scratch) / "usr/share/fonts/opentype/noto", target)


def digests() -> dict[str, str]:
    """Return the SHA-256 of every vendored file by its path below static/vendor."""
    own = {MANIFEST, NOTICE}
    files = sorted(path for path in VENDOR.rglob("*") if path.is_file() and path not in own)
    return {path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def notice(table: list[Asset]) -> str:
    """Return the page that names what is not ours, and whose it is."""
    lines = ["# Third-party files in this folder", "", "Made by `tools/vendor.py` from `tools/vendor.toml`.", ""]
    for asset in table:
        lines += [
            f"## {asset['name']} {asset['version']}",
            "",
            f"- licence: {asset['licence']}, in [{asset['folder']}/LICENSE]({asset['folder']}/LICENSE)",
            f"- copyright: {asset['copyright']}",
            f"- source: `{asset['source']}`, {asset['integrity']}",
            f"- {asset['note']}",
            "",
        ]
    return "\n".join(lines)


def write_manifest() -> None:
    """Write what the test checks and what a reader of the licences needs."""
    table = assets()
    keys = ("name", "version", "licence", "source", "integrity", "folder")
    content = {"assets": [{key: asset[key] for key in keys} for asset in table], "sha256": digests()}
    MANIFEST.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    NOTICE.write_text(notice(table), encoding="utf-8")


def main(arguments: list[str]) -> None:
    """Fetch what is asked for, then describe what lies there."""
    if arguments != ["manifest"]:
        for asset in assets():
            if not arguments or asset["name"] in arguments:
                fetch(asset)
    write_manifest()


if __name__ == "__main__":
    main(sys.argv[1:])
