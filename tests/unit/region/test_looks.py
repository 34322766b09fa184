"""Looks go past SQLAlchemy; what they give, and what goes wrong in them, is the same as if they did not."""

import pytest
from sqlalchemy import bindparam, select, text
from sqlalchemy.exc import DBAPIError

from region.models import Venue
from region.store import Store

NAME_OF = select(Venue.name).where(Venue.id == bindparam("venue"), Venue.name.in_(("Test venue", "no name")))
ALL = select(Venue.id, Venue.name, Venue.change).where(Venue.id == bindparam("venue")).limit(1)


def test_a_look_gives_the_rows_of_its_query(region):
    store: Store = region.store
    with store.read() as session:
        (venue,) = session.scalars(select(Venue.id).limit(1))
        expected = session.execute(ALL, {"venue": venue}).all()
    for _time in range(2):
        assert [tuple(row) for row in store.look(ALL, venue=venue)] == [tuple(row) for row in expected]
    assert store.look(ALL, venue="nobody") == []


def test_a_query_that_only_sqlalchemy_can_finish_is_finished_by_it(region):
    assert list(region.store.look(NAME_OF, venue="nobody")) == []


def test_what_goes_wrong_in_a_look_is_an_error_of_sqlalchemy(region):
    with region.store.write() as session:
        session.execute(text("ALTER TABLE venues RENAME TO away"))
    with pytest.raises(DBAPIError):
        region.store.look(ALL, venue="nobody")
    with region.store.write() as session:
        session.execute(text("ALTER TABLE away RENAME TO venues"))
    assert list(region.store.look(ALL, venue="nobody")) == []
