"""No question that a region is asked all day reads a large table from beginning to end.

`python -m bench.region_scale` asks the same questions of a million registrations, and takes the time.
"""

import random

from sqlalchemy import text

from region.figures.contacts import Contacts
from region.figures.gathering import Dashboard
from region.registry.box import open_box
from region.registry.rules import rules_in_force
from tests.support.many_registrations import Filling, Size
from tests.support.plans import read_whole, short, watched
from tests.support.region_places import LargePlaces
from tests.support.region_questions import Asker, some_keys, waiting_at_venues
from tests.support.region_records import sealed

SIZE = Size(registrations=12_000, records=6_000, venues=12, items=4)


def test_no_question_reads_a_large_table_whole(large_places: LargePlaces) -> None:
    region = large_places.new()
    store, box = region.store, open_box(region.store)
    filling = Filling(store, box, SIZE, region.settings.database_url)
    filling.fill()
    fresh = iter([sealed("F1")[0], sealed("F2")[0]])
    keys, waiting = some_keys(store, 100), iter(waiting_at_venues(store, 5))
    asker = Asker(
        store=store,
        box=box,
        rules=rules_in_force(store),
        venues=filling.venues,
        people=SIZE.registrations,
        keys=keys,
        to_claim=waiting,
        fresh=fresh,
        dice=random.Random(1),
        board=Dashboard(store, region.settings, Contacts(store)),
    )
    found = {}
    for name, ask in asker.questions().items():
        with watched(store._engine) as statements:
            assert ask(), name
        assert statements.asked, name
        for statement, plan in statements.plans(store._engine):
            if read_whole(plan):
                found[name] = statement, short(plan)
    assert not found


def test_the_check_itself_sees_what_it_looks_for(large_places: LargePlaces) -> None:
    region = large_places.new()
    with watched(region.store._engine) as statements, region.store.read() as session:
        session.execute(text("SELECT count(*) FROM records WHERE previous = 'x'"))
    ((_statement, plan),) = statements.plans(region.store._engine)
    assert read_whole(plan) == ["records"]
