"""Lays out everything under the new key beside what is there, and reads it back; what is there is not touched."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from shutil import disk_usage

from local_db.backup.snapshot import copy_database
from local_db.blobs import BlobFolder
from local_db.durable import PART, make_folder, saying_why, write_durably
from local_db.errors import DamagedError, DiskFullError, MissingBlobError
from local_db.reports import SUFFIX, ReportFolder
from local_db.rotation.places import Places, next_of
from local_db.rotation.switching import remove
from local_db.vault.keys import VenueKey
from local_db.vault.secret_keys import SUFFIX as KEY_SUFFIX
from local_db.vault.secret_keys import SecretKeys
from records.canonical import digest_bytes

BATCH = 16
"""Files that are written together: 12 MB each at most, all in memory."""
Progress = Callable[[int, int], None]
"""Is told how many of how many files are done."""


def carry_files(places: Places, old: VenueKey, new: VenueKey, progress: Progress) -> None:
    """Lay out all files but the database; those that were laid out before are read back again.

    Raises:
        DiskFullError, DiskFailedError: some are laid out; done again it goes on with them.
        DamagedError: a file does not open with the old key, or does not read back.
    """
    ensure_room(places)
    total, done = sum(1 for folder in places.blobs for _path in _files(folder)), 0
    for folder in places.blobs:
        for count in _carry_blobs(folder, old, new) if folder.exists() else ():
            done += count
            progress(done, total)
    for folder in (places.reports, places.keys, places.copies):
        remove(next_of(folder))  # of an attempt before; they are few
    _carry_reports(places.reports, old, new)
    _carry_keys(places.keys, old, new)
    _carry_copies(places.copies, old, new)
    for path in places.secrets:
        _carry_secret(path, old, new)


def ensure_room(places: Places) -> None:
    """See that everything fits on the disk a second time.

    Raises:
        DiskFullError: it does not; nothing was written.
    """
    needed = sum(_size(path) for path in (*places.folders, *places.files))
    laid_out = sum(_size(next_of(path)) for path in (*places.folders, *places.files))
    lacking = needed - laid_out - disk_usage(places.home).free
    if lacking > 0:
        raise DiskFullError(f"{lacking // 1024**2 + 1} MB more are needed on the disk: everything is written once more")


def _carry_blobs(folder: Path, old: VenueKey, new: VenueKey) -> Iterator[int]:
    """Lay out a folder of files by digest in batches; yields how many each had."""
    source, target = BlobFolder(folder, old), BlobFolder(next_of(folder), new)
    kept = set()
    files = iter(list(source.files()))
    while batch := list(islice(files, BATCH)):
        contents = [_content(source, path) for path in batch]
        target.put_all(contents)
        for content in contents:
            kept.add(digest := digest_bytes(content))
            if not target.is_intact(digest):
                raise DamagedError(f"{target.path(digest).name} does not read back; the disk may be breaking")
        yield len(batch)
    target.remove_others(kept)  # of an attempt before: what was removed here meanwhile must not come back
    _carry_others(folder, source.is_ours)


def _content(folder: BlobFolder, path: Path) -> bytes:
    try:
        return folder.content_of(path)
    except MissingBlobError as error:
        raise DamagedError(f"{path} does not open: `python -m kiosk verify` says whose it is") from error


def _carry_reports(folder: Path, old: VenueKey, new: VenueKey) -> None:
    source, target = ReportFolder(folder, old), ReportFolder(next_of(folder), new)
    for path in _files(folder):
        if path.name.endswith(SUFFIX):
            name = path.name.removesuffix(SUFFIX)
            target.put(name, content := source.get(name))
            _ensure_same(target.get(name), content, path)
    _carry_others(folder, lambda name: name.endswith(SUFFIX))


def _carry_keys(folder: Path, old: VenueKey, new: VenueKey) -> None:
    if folder.exists():
        source, target = SecretKeys(folder, old), SecretKeys(next_of(folder), new)
        for name in source.names():
            target.store(name, source.load(name))
        _carry_others(folder, lambda name: name.endswith(KEY_SUFFIX))


def _carry_copies(folder: Path, old: VenueKey, new: VenueKey) -> None:
    for path in _files(folder):
        make_folder(next_of(folder))
        target = next_of(folder) / path.name
        if path.suffix == ".db":
            copy_database(path, target, old, under=new)
    _carry_others(folder, lambda name: name.endswith(".db"))


def _carry_secret(path: Path, old: VenueKey, new: VenueKey) -> None:
    if path.exists():
        content = old.envelope("secrets").open(path.read_bytes(), path.name)
        write_durably(next_of(path), new.envelope("secrets").close(content, path.name))
        _ensure_same(new.envelope("secrets").open(next_of(path).read_bytes(), path.name), content, path)


def _carry_others(folder: Path, is_carried: Callable[[str], bool]) -> None:
    """Take along as it is what somebody else has put into a folder; it is not under the key."""
    for path in _files(folder):
        if not is_carried(path.name):
            target = next_of(folder) / path.relative_to(folder)
            make_folder(target.parent)
            write_durably(target, path.read_bytes())


def _ensure_same(read: bytes, written: bytes, path: Path) -> None:
    if read != written:
        raise DamagedError(f"{path.name} does not read back; the disk may be breaking")


def _files(folder: Path) -> Sequence[Path]:
    paths = sorted(folder.rglob("*")) if folder.exists() else []
    return [path for path in paths if path.is_file() and not path.name.startswith(PART)]


def _size(path: Path) -> int:
    with saying_why(path.name):
        if path.is_dir():
            return sum(one.stat().st_size for one in path.rglob("*") if one.is_file())
        return path.stat().st_size if path.exists() else 0
