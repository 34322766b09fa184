"""A registration's whole way at the region, each act on the screen of whoever does it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from region.payment.orders import order_of
from region.payment.scheduler import tick
from region.payment.signing import call_signature, payment_secret
from region.registry.rules import is_over
from region.registry.status import Status, shown_to_candidate
from tests.support.desks import ADMIN, LEAD, OTHER_LEAD, REVIEWER, VENUE_REVIEWER, Desk, registry_in_force, staff
from tests.support.region_app import Region, furnish, open_region
from tests.support.region_records import VENUE
from tests.support.registry import PICTURE, YEAR, Registry


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Region]:
    opened = furnish(open_region(tmp_path_factory.mktemp("way") / "home"))
    staff(opened)
    yield opened
    opened.store.close()


@pytest.fixture
def registry(region: Region) -> Registry:
    return registry_in_force(region.store)


def test_online_to_the_venue_to_the_region_to_payment_and_the_exam(region: Region, registry: Registry) -> None:
    key = registry.submitted(0)
    venue, office, lead = Desk(region, VENUE_REVIEWER), Desk(region, REVIEWER), Desk(region, LEAD)
    venue.post("/desk/next")
    venue.judge_all(key, M04="return")
    venue.conclude(key, "send_back")
    picture = registry.case(key).item("M04").pictures[0].id
    registry.wardrobe.remove(key, picture)
    registry.wardrobe.add(key, "M04", PICTURE)
    registry.wardrobe.submit(key)
    venue.judge_all(key)
    assert venue.conclude(key, "pass_at_venue").status_code == 303
    office.act(key, "claim")
    assert office.conclude(key, "approve").status_code == 303

    def seen() -> Status:
        with region.store.read() as session:
            over = is_over(session, YEAR, VENUE, region.clock())
        return shown_to_candidate(registry.case(key).status, "when_over", is_over=over)

    assert seen() is Status.FILLING
    admin = Desk(region, ADMIN)
    admin.post("/results/review", year=str(YEAR), act="end")
    assert seen() is Status.APPROVED
    lead.get("/payment/")
    plan = {"year": str(YEAR), "venue": VENUE, "level": "", "opens_at": "2026-03-02T11:00", "step": "confirm"}
    assert lead.post("/payment/batches", **plan).status_code == 303
    assert tick(region.store) == 0, "not yet"
    region.clock.advance(hours=2)
    assert tick(region.store) == 1
    assert seen() is Status.PAYMENT_DUE
    pay(region, key)
    assert seen() is Status.PAID
    steps = [event.act for event in registry.case(key).events if event.before != event.after]
    assert steps == ["pass_at_venue", "approve", "open_payment", "pay"]


def pay(region: Region, key) -> None:
    order = order_of(region.store, key)
    assert order is not None
    body = json.dumps({"order": order.order_no, "transaction": "T-7", "result": "paid"}).encode()
    timestamp = str(int(region.clock().timestamp()))
    signature = call_signature(payment_secret(region.store.vault), timestamp, body)
    headers = {"X-Timestamp": timestamp, "X-Signature": signature}
    assert region.app.test_client().post("/payment/callback", data=body, headers=headers).status_code == 200


def test_a_refusal_with_four_eyes_and_an_appeal(region: Region, registry: Registry) -> None:
    key = registry.submitted(1)
    venue, lead, other = Desk(region, VENUE_REVIEWER), Desk(region, LEAD), Desk(region, OTHER_LEAD)
    venue.act(key, "claim")
    venue.conclude(key, "propose_refusal", opinion="not_eligible")
    lead.act(key, "claim")
    assert lead.conclude(key, "refuse", opinion="not_eligible").status_code == 303
    assert other.conclude(key, "reconsider", text="申诉成立").status_code == 303
    case = registry.case(key)
    assert case.status is Status.FILLING
    assert case.row.waiting_since is not None
    who = [event.actor for event in case.events if event.act in ("refusal_proposed", "refuse")]
    assert len(set(who)) == 2


def test_no_reviewer_gets_anywhere_that_is_not_theirs(region: Region, registry: Registry, tmp_path: Path) -> None:
    """Every route there is, asked by every role, for a registration of another venue."""
    from region.access import AREAS
    from tests.support.desks import PEOPLE
    from tests.support.region_app import OTHER_VENUE
    from tests.support.registry import somebody

    foreign = registry.enrol(somebody(9), OTHER_VENUE)
    before = registry.revision(foreign)
    region.app.config["WTF_CSRF_ENABLED"] = False
    adapter, asked = region.app.url_map.bind("localhost"), 0
    for name, role in PEOPLE.items():
        desk = Desk(region, name)
        for rule in region.app.url_map.iter_rules():
            area = rule.endpoint.partition(".")[0]
            if area not in AREAS or area in ("sign_in", "preferences"):
                continue
            known = {"year": foreign.year, "id_": foreign.id, "seq": 1, "picture": "x"}
            path = adapter.build(rule.endpoint, {name: known.get(name, "0" * 64) for name in rule.arguments})
            for method in (rule.methods or set()) & {"GET", "POST"}:
                answer = desk.client.open(path, method=method, data={"item": "M02", "mark": "pass", "act": "x"})
                asked += 1
                if role not in AREAS[area]:
                    assert answer.status_code == 403, (role, method, path)
                elif role.startswith("venue") and foreign.id in path:
                    assert answer.status_code == 404, (role, method, path)
                assert answer.status_code < 500, (role, method, path)
    region.app.config["WTF_CSRF_ENABLED"] = True
    assert asked > 150
    with_claims = {"claimed", "refusal_proposed"}
    changed = {event.act for event in registry.case(foreign).events[before:]}
    assert changed <= with_claims, "the region may take in hand what a refusal is proposed for, and nothing else"
