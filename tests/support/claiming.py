"""`python -m tests.support.claiming ACTOR`: take every registration in hand that one gets; print them as JSON."""

import json
import os
import sys

from sqlalchemy import select

from region.registry.changing import Actor, Key
from region.registry.errors import ClaimedError
from region.registry.models import RegistrationRow
from region.registry.status import Role
from region.settings import load_settings
from region.store import open_store
from tests.support.region_records import VENUE
from tests.support.registry import registry_of


def main(name: str) -> None:
    """Begin when a line comes, so that two begin together."""
    store = open_store(load_settings(os.environ))
    registry, mine = registry_of(store), []
    with store.read() as session:
        keys = [Key(*row) for row in session.execute(select(RegistrationRow.exam_year, RegistrationRow.id))]
    print("ready", flush=True)
    sys.stdin.readline()
    for key in keys:
        try:
            registry.review.claim(key, Actor(name, Role.VENUE_REVIEW, VENUE))
            mine.append(key.id)
        except ClaimedError:
            pass
    print(json.dumps(mine), flush=True)
    store.close()


main(sys.argv[1])
