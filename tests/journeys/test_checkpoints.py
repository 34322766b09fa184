"""The venue's own key signs the checkpoints of its audit log; its region believes them until the key is revoked."""

from pathlib import Path

from region.checkpoints import newest
from region.signers import revoke
from tests.support.builders import DESK
from tests.support.venue_rig import VENUE_ID, venue_rig


def test_the_region_takes_what_the_venues_key_signs_until_it_is_revoked(tmp_path: Path) -> None:
    with venue_rig(tmp_path, people=3) as rig:
        sender, key_id = rig.venue.checkpoint_sender, rig.venue.sealing.keys.current().key_id
        assert sender.round(now=True)
        [kept] = newest(rig.region.store)
        assert (kept.venue, kept.key_id, kept.entry) == (VENUE_ID, key_id, rig.venue.audit.count())
        revoke(rig.region.store, key_id, "stolen")
        rig.venue.store.note("something", "", DESK)
        assert not sender.round(now=True)
        assert rig.venue.checkpoints.refused() == [(2, "bad_signature")]
        assert [row.number for row in newest(rig.region.store)] == [1]
