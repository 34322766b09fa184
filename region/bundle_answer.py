"""Writes the region's answer onto the stick that a bundle came on: receipts, what was not taken, verdicts."""

from pathlib import Path
from typing import Any

from records import stick
from records.bundle import BundleContents
from records.bundle_reply import REPLY_NAME, Answer, Refusal, VerdictPage, close_verdicts, sign_answer
from records.errors import UnusableKeyError
from records.receipt import ReceiptSigner
from records.verdict import Verdict
from region.bundles import MISSING, REFUSED, Taken
from region.errors import IntakeError
from region.intake import receipt_for
from region.persons import Persons
from region.store import Store
from region.verdicts import verdicts_since


def write_answer(store: Store, persons: Persons, signer: ReceiptSigner, folder: Path, taken: Taken) -> str:
    """Answer on the stick; return why that could not be written, "" if it was and reads back.

    Without it nothing is lost: reading the bundle in again writes it again.
    """
    content = sign_answer(_answer(store, persons, signer, taken), signer)
    try:
        stick.write(folder / REPLY_NAME, content)
        return "" if stick.read_back(folder / REPLY_NAME) == content else "unreadable"
    except OSError as error:
        return stick.trouble_of(error, folder)


def _answer(store: Store, persons: Persons, signer: ReceiptSigner, taken: Taken) -> Answer:
    contents = taken.contents
    return Answer(
        venue=contents.venue,
        bundle=contents.digest,
        number=contents.number,
        at=store.now(),
        receipts=_receipts(store, signer, contents),
        refused=tuple(Refusal(one.digest, one.code) for one in taken.of(REFUSED)),
        missing=tuple(one.digest for one in taken.of(MISSING)),
        verdicts=_verdicts(store, persons, contents),
    )


def _receipts(store: Store, signer: ReceiptSigner, contents: BundleContents) -> list[dict[str, Any]]:
    """Return a receipt for each object that is here, however it came."""
    signed = []
    for one in contents.objects:
        try:
            receipt = receipt_for(store, contents.venue, one.kind, one.digest)
        except IntakeError:
            continue
        signed.append(signer.sign(receipt, contents.venue, store.now()))
    return signed


def _verdicts(store: Store, persons: Persons, contents: BundleContents) -> bytes:
    found: list[Verdict] = []
    cursor = contents.verdicts_after
    while page := verdicts_since(store, persons, contents.venue, cursor):
        found += page
        cursor = page[-1].seq
    try:
        return close_verdicts(VerdictPage(contents.verdicts_after, cursor, tuple(found)), contents.reply_to)
    except UnusableKeyError:
        return b""
