"""A correction that came with its one picture has it still, and of several the first is left on the way back."""

from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import text

from region.corrections.evidence import evidence_of, open_evidence
from region.corrections.listing import own_correction
from region.corrections.requesting import Wish, request_correction
from region.database import WRITING, _config, open_engine
from region.registry.changing import CANDIDATE
from region.registry.errors import UnknownRegistrationError
from tests.support.region_app import furnish, open_region
from tests.support.registry import PICTURE, registry_of, somebody


def test_evidence_goes_both_ways(tmp_path: Path) -> None:
    region = furnish(open_region(tmp_path))
    registry = registry_of(region.store)
    key = registry.enrol(somebody())
    wish = Wish("diploma_no", "20260001", "", (PICTURE, PICTURE))
    id_ = request_correction(region.store, registry.box, registry.rules, key, CANDIDATE, wish)
    [first, _second] = evidence_of(region.store, own_correction(region.store, key, id_))
    region.store.close()
    engine = open_engine(region.settings.url)
    with engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
        config = _config(connection)
        scripts = ScriptDirectory.from_config(config).walk_revisions()
        [ours] = [script for script in scripts if script.path.endswith("_portal_rest.py")]
        command.downgrade(config, str(ours.down_revision))
        kept = connection.execute(text("SELECT evidence, media_type FROM corrections")).one()
        assert tuple(kept) == (first.object, "image/jpeg")
    engine.dispose()
    again = open_region(tmp_path)
    row = own_correction(again.store, key, id_)
    assert [(one.number, one.object) for one in evidence_of(again.store, row)] == [(1, first.object)]
    assert open_evidence(again.store, registry.box, row, 1)[1] == PICTURE.content
    with pytest.raises(UnknownRegistrationError):
        open_evidence(again.store, registry.box, row, 2)
    again.store.close()
