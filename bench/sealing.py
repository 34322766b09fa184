"""Prints what sealing a visit costs: `python -m bench.sealing [ROUNDS]`.

A visit of the usual size (a photo, a signature, four prints with templates, six pages) is sealed, opened, and, as the
measure of both, its bytes are hashed with SHA-256, all in the same round; medians, and how often one goes into the
other. `durable` writes every object as the venue does, with fsync, beside the captures themselves. One JSON object.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from local_db.blobs import SealedFolder
from records.age import new_identity, recipient_of
from records.canonical import digest_bytes
from records.evidence import Attachment, Entry, Evidence
from records.manifest import unwrap
from records.record import Heading
from records.seal import SealedRecord, Sealer, open_file, open_record
from records.signing import Signer
from records.standing import standing

AT = datetime(2027, 3, 2, 1, 0, tzinfo=UTC)
FACTS = {f"field_{number}": "测试" * 8 for number in range(20)}
SIZES_KB = {"photo": [120], "signature": [20], "fingerprint": [75, 1] * 4, "materials": [250] * 6}
HEADING = Heading("V-BENCH", "visit", "R0001", 1, "", "default@1", "0" * 64, AT)


def entries() -> list[Entry]:
    """Return a visit's acts with files of random bytes."""
    found = [Entry(1, Evidence("form", AT, {"confirmed": True}), "candidate", "kiosk-1")]
    for step, sizes in SIZES_KB.items():
        for part, size_kb in enumerate(sizes):
            file = Attachment.of("picture", "image/jpeg", os.urandom(size_kb * 1024))
            act = Evidence(step, AT, {"accepted": True}, part=str(part), attachments=(file,))
            found.append(Entry(len(found) + 1, act, "capture", "booth-1"))
    return found


def timed(action: Callable[[], object]) -> float:
    """Return the milliseconds it took."""
    begun = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - begun)


def main(rounds: int) -> None:
    """Measure everything."""
    identity = new_identity()
    sealer = Sealer((recipient_of(identity),), Signer.new())
    acts = entries()
    contents = {file.digest: file.content or b"" for act in acts for file in act.evidence.attachments}
    stands = standing(acts, FACTS)

    def seal() -> SealedRecord:
        return sealer.seal(HEADING, acts, stands, contents.get, {})

    def hash_all() -> None:
        for content in contents.values():
            digest_bytes(content)

    def open_all(record: SealedRecord) -> None:
        held = {one.digest: one.content or b"" for one in record.objects}
        opened = open_record(unwrap(record.content, record.digest).manifest, held.__getitem__, [identity])
        for file in opened["files"]:
            open_file(held[file["object"]], [identity], file["sha256"], file["size_bytes"])

    spent: dict[str, list[float]] = {"sha256": [], "seal": [], "open": [], "durable_plain": [], "durable_sealed": []}
    for _round in range(rounds):
        record = seal()
        spent["sha256"].append(timed(hash_all))
        spent["seal"].append(timed(seal))
        spent["open"].append(timed(lambda sealed=record: open_all(sealed)))
        spent["durable_plain"].append(write(list(contents.values())))
        spent["durable_sealed"].append(write([one.content or b"" for one in record.objects]))
    print(json.dumps(report(record, sum(map(len, contents.values())), spent), indent=1))


def write(contents: list[bytes]) -> float:
    """Write as the venue does, into a folder that was empty; return the milliseconds it took."""
    with tempfile.TemporaryDirectory() as folder:
        blobs = SealedFolder(Path(folder) / "sealed")
        return timed(lambda: blobs.put_all(contents))


def report(record: SealedRecord, plain_bytes: int, spent: dict[str, list[float]]) -> dict[str, object]:
    """Return the figures."""
    median = {name: statistics.median(times) for name, times in spent.items()}
    return {
        "objects": len(record.objects),
        "plain_bytes": plain_bytes,
        "sealed_bytes_ratio": round(
            (len(record.content) + sum(one.size_bytes for one in record.objects)) / plain_bytes, 4
        ),
        "median_ms": {name: round(value, 2) for name, value in median.items()},
        "seal_to_sha256": round(median["seal"] / median["sha256"], 2),
        "open_to_sha256": round(median["open"] / median["sha256"], 2),
        "durable_sealed_to_plain": round(median["durable_sealed"] / median["durable_plain"], 2),
    }


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
