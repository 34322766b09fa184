"""Two more venues of a running region, at which the same candidate has been: a conflict for its reviewers."""

from collections.abc import Mapping
from pathlib import Path

import httpx

from records.seal import Sealer
from records.signing import Signer
from region.keys import current_recipient
from region.settings import Settings
from region.signers import enrol
from region.store import open_store
from region.venues import add_venue
from tests.support.region_records import ordinary_evidence, picture, sealed


def send_rivals(home: Path, url: str, fields: Mapping[str, str], mark: str) -> None:
    """Have two new venues send a record of this person each.

    Args:
        home: the region's folder; the region is running on it.
        fields: of the candidate, as a roster has them.
        mark: sets these two venues apart from others.
    """
    for number in (1, 2):
        venue, key, signer = f"RIVAL-{mark}-{number}", f"key-{mark}-{number}", Signer.new()
        store = open_store(Settings(home))
        try:
            add_venue(store, venue, venue, key)
            enrol(store, venue, signer.public)
            sealer = Sealer((current_recipient(store),), signer)
        finally:
            store.close()
        record, files = sealed(
            fields["reg_no"], ordinary_evidence(picture(40 * number)), venue=venue, sealer=sealer, fields=fields
        )
        with httpx.Client(
            base_url=f"{url}/api/v1", headers={"Authorization": f"Bearer {key}"}, trust_env=False
        ) as line:
            line.put(f"/records/{record.digest}", content=record.content).raise_for_status()
            for digest, content in files.items():
                line.put(f"/files/{digest}", content=content).raise_for_status()
