"""Payment: opened for many once, paid by a signed call once, and what comes after by a list."""

import io
import json
import threading
from datetime import timedelta

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from region.payment.batches import Plan, cancel_batch, make_batch, run_due
from region.payment.orders import link_of, order_of, payment_link
from region.payment.scheduler import Scheduler, tick
from region.payment.signing import call_signature, payment_secret
from region.registry.changing import Key
from region.registry.ending import ended_at
from region.registry.errors import NotAllowedError
from region.registry.models import EventRow, RegistrationRow
from region.registry.review_models import BatchRow
from region.registry.rules import is_over
from region.registry.status import Status
from region.results.applying import preview
from region.results.reading import ListUnreadableError, read_list
from tests.support.desks import ADMIN, REVIEWER, Desk
from tests.support.desks import LEAD as LEADING
from tests.support.region_app import OTHER_VENUE, Region, open_region
from tests.support.region_records import VENUE
from tests.support.registry import LEAD, THIRD, YEAR, Registry, registry_of


def approved(registry: Registry, number: int = 0) -> Key:
    key = registry.venue_passed(number)
    registry.review.claim(key, THIRD)
    registry.review.approve(key, THIRD, registry.revision(key))
    return key


def due(registry: Registry, **changes: object) -> int:
    plan = {"year": YEAR, "venue": "", "level": "", "opens_at": registry.store.now(), **changes}
    return make_batch(registry.store, LEAD, Plan(**plan))


def paid(region: Region, order: str, transaction: str = "T-1", **changes: str):
    """Call back as the payment system does."""
    body = json.dumps({"order": order, "transaction": transaction, "result": "paid"}).encode()
    secret, timestamp = payment_secret(region.store.vault), str(int(region.clock().timestamp()))
    headers = {"X-Timestamp": timestamp, "X-Signature": call_signature(secret, timestamp, body), **changes}
    return region.app.test_client().post("/payment/callback", data=body, headers=headers)


def test_a_batch_opens_at_its_time_for_those_it_names(registry: Registry, region: Region) -> None:
    first, second = approved(registry, 0), registry.venue_passed(1)
    due(registry, opens_at=region.clock() + timedelta(hours=1))
    due(registry, venue="V-OTHER")
    assert tick(registry.store) == 0
    region.clock.advance(minutes=61)
    assert tick(registry.store) == 1
    assert registry.case(first).status is Status.PAYMENT_DUE
    assert registry.case(second).status is Status.VENUE_PASSED
    assert tick(registry.store) == 0
    with pytest.raises(NotAllowedError):
        make_batch(registry.store, THIRD, Plan(YEAR, "", "", region.clock()))


def test_a_cancelled_batch_opens_nothing(registry: Registry) -> None:
    approved(registry)
    seq = due(registry)
    assert cancel_batch(registry.store, LEAD, seq)
    assert not cancel_batch(registry.store, LEAD, seq)
    assert run_due(registry.store) == 0


def test_several_processes_open_each_once(registry: Registry, region: Region) -> None:
    keys = [approved(registry, number) for number in range(6)]
    with registry.store.write() as session:
        for key in keys[::2]:
            session.get_one(RegistrationRow, (key.year, key.id)).venue = OTHER_VENUE
    seq = due(registry)
    others = [open_region(region.settings.home, region.clock) for _number in range(3)]
    opened: list[int] = []
    threads = [threading.Thread(target=lambda one=one: opened.append(run_due(one.store))) for one in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    run_due(registry.store)
    with registry.store.read() as session:
        acts = list(session.scalars(select(EventRow.act).where(EventRow.act == "open_payment")))
        batch = session.get_one(BatchRow, seq)
    assert (len(acts), batch.opened) == (len(keys), len(keys))
    assert batch.done_at is not None
    for one in others:
        one.store.close()


def test_the_scheduler_does_what_is_due_and_ends_when_told(registry: Registry) -> None:
    key = approved(registry)
    due(registry)
    scheduler = Scheduler(registry.store, every_s=0.05)
    scheduler.start()
    waited = threading.Event()
    for _try in range(400):
        if registry.case(key).status is Status.PAYMENT_DUE:
            break
        waited.wait(0.05)
    scheduler.stop()
    assert registry.case(key).status is Status.PAYMENT_DUE


def test_a_signed_call_pays_once_and_a_replay_changes_nothing(registry: Registry, region: Region) -> None:
    key = approved(registry)
    due(registry)
    tick(registry.store)
    order = order_of(registry.store, key)
    assert order is not None
    assert order.order_no in payment_link("/pay", b"k", order)
    assert paid(region, order.order_no).get_json() == {"result": "paid"}
    before = registry.revision(key)
    assert paid(region, order.order_no).get_json() == {"result": "known"}
    assert paid(region, order.order_no, "T-2").status_code == 409
    assert (registry.case(key).status, registry.revision(key)) == (Status.PAID, before)


def test_a_call_that_is_not_the_payment_systems_is_not_believed(registry: Registry, region: Region) -> None:
    key = approved(registry)
    due(registry)
    tick(registry.store)
    order = order_of(registry.store, key)
    assert order is not None
    old = str(int((region.clock() - timedelta(minutes=6)).timestamp()))
    for wrong in ({"X-Signature": "0" * 64}, {"X-Timestamp": old}, {"X-Timestamp": "x"}, {"X-Signature": "ü"}):
        assert paid(region, order.order_no, **wrong).status_code == 403
    secret, body = payment_secret(region.store.vault), json.dumps({"order": order.order_no}).encode()
    stale = {"X-Timestamp": old, "X-Signature": call_signature(secret, old, body)}
    assert region.app.test_client().post("/payment/callback", data=body, headers=stale).status_code == 403
    assert paid(region, "no such order").status_code == 404
    assert registry.case(key).status is Status.PAYMENT_DUE


def test_a_lead_opens_payment_on_the_screen(registry: Registry, region: Region) -> None:
    key, lead = approved(registry), Desk(region, LEADING)
    lead.get("/payment/")
    fields = {"year": str(YEAR), "venue": VENUE, "level": "", "opens_at": "2026-03-02T10:00"}
    assert lead.post("/payment/batches", **{**fields, "opens_at": "soon"}).status_code == 422
    assert "1 are approved" in lead.post("/payment/batches", **fields).text
    assert lead.post("/payment/batches", **fields, step="confirm").status_code == 303
    tick(registry.store)
    assert registry.case(key).status is Status.PAYMENT_DUE
    assert "Done" in lead.get("/payment/").text
    assert Desk(region, REVIEWER).get("/payment/").status_code == 403


def test_the_national_list_is_previewed_and_taken_over(registry: Registry, region: Region) -> None:
    key, other = approved(registry, 0), approved(registry, 1)
    due(registry)
    tick(registry.store)
    order = order_of(registry.store, key)
    assert order is not None
    paid(region, order.order_no)
    numbers = [registry.case(one).person.reg_no for one in (key, other)]
    text = f"某考区名单\n报名号,状态\n{numbers[0]},备考\n{numbers[1]},备考\nX-1,通过\nX-2,不明\n".encode("gb18030")
    admin = Desk(region, ADMIN)
    admin.get("/results/")
    page = admin.client.post(
        "/results/preview",
        data={"csrf_token": admin._token, "year": str(YEAR), "list": (io.BytesIO(text), "list.csv")},
    ).text
    for words in ("Nobody of this year has this number", "“不明” is no status", "Payment due"):
        assert words in page
    assert registry.case(key).status is Status.PAID
    token = page.split('name="token" value="')[1].split('"')[0]
    assert admin.post("/results/apply", year=str(YEAR), token=token).status_code == 303
    assert registry.case(key).status is Status.PREPARING
    assert registry.case(other).status is Status.PAYMENT_DUE
    assert admin.post("/results/apply", year=str(YEAR), token=token).status_code == 422, "it is gone"
    found = preview(registry.store, YEAR, read_list(f"reg_no,result\n{numbers[0]},passed\n".encode()))
    assert len(found.moves) == 1


def test_lists_come_as_workbooks_and_nonsense_is_named() -> None:
    book, content = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in (["报名号", "姓名", "状态"], [209900000001, "某", "未通过"], [None, "空", None]):
        sheet.append(row)
    book.save(content)
    (entry,) = read_list(content.getvalue())
    assert (entry.reg_no, entry.act) == ("209900000001", "fail_exam")
    for nonsense, code in ((b"PK\x03\x04 broken", "format"), (b"a,b\n1,2\n", "columns"), (b"\0\1", "format")):
        with pytest.raises(ListUnreadableError) as raised:
            read_list(nonsense)
        assert raised.value.code == code


def test_the_review_of_a_year_is_declared_over_and_taken_back(region: Region, registry: Registry) -> None:
    admin = Desk(region, ADMIN)
    admin.get("/results/")

    def over() -> bool:
        with region.store.read() as session:
            return is_over(session, YEAR, VENUE, region.clock())

    assert not over()
    admin.post("/results/review", year=str(YEAR), act="end")
    assert over()
    since = ended_at(region.store, YEAR)
    region.clock.advance(minutes=5)
    admin.post("/results/review", year=str(YEAR), act="end")
    assert ended_at(region.store, YEAR) == since
    admin.post("/results/review", year=str(YEAR), act="reopen")
    assert not over()


def test_the_stand_in_pays_as_the_real_one_would(region: Region, registry: Registry) -> None:
    from dataclasses import replace

    from region.app import create_app
    from region.payment.stand_in import ADDRESS

    key = approved(registry)
    due(registry)
    tick(registry.store)
    order = order_of(region.store, key)
    assert order is not None
    assert region.app.test_client().get(ADDRESS).status_code == 303, "only a demonstration has it"
    app = create_app(replace(region.settings, payment_url=ADDRESS), region.store)
    app.testing, app.config["WTF_CSRF_ENABLED"] = True, False
    client = app.test_client()
    link = link_of(region.store, ADDRESS, key)
    assert link_of(region.store, "", key) == "", "no payment system is set up"
    assert client.get(link.replace("signature=", "signature=0")).status_code == 403
    page = client.get(link).text
    signature = page.split('name="signature" value="')[1].split('"')[0]
    answer = client.post(ADDRESS, data={"order": order.order_no, "signature": signature})
    assert answer.status_code == 200
    assert registry_of(region.store).case(key).status is Status.PAID
    assert link_of(region.store, ADDRESS, key) == "", "nothing is to be paid any more"
