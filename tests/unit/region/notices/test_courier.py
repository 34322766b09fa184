"""Notices: queued with their event, sent once, never telling what may not be seen or whole document numbers."""

from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from region.cli import main
from region.notices.courier import MOST_ATTEMPTS, Courier
from region.notices.errors import NotDeliveredError
from region.notices.models import NoticeRow
from region.registry.box import open_box
from region.registry.changing import Key
from region.registry.models import RegistrationRow
from region.registry.reviewing import Said
from region.registry.window_models import WindowRow
from tests.support.appointing import booking, candidates, line, offered
from tests.support.notice_channels import KilledError, Sent
from tests.support.portal import publish
from tests.support.region_app import Region
from tests.support.region_process import write_settings
from tests.support.registry import FIRST, LEAD, PICTURE, THIRD, YEAR, Registry, rules, somebody

SEAL = Said("", "缺少公章")
URL = "https://region.example/portal/"


def rows(registry: Registry) -> list[NoticeRow]:
    with registry.store.read() as session:
        return list(session.scalars(select(NoticeRow).order_by(NoticeRow.seq)))


def states(registry: Registry) -> list[tuple[str, str]]:
    return [(row.kind, row.state) for row in rows(registry)]


@pytest.fixture
def channel() -> Sent:
    return Sent()


@pytest.fixture
def courier(region: Region, registry: Registry, channel: Sent) -> Courier:
    publish(region, registry.rules.source)
    return Courier(registry.store, [channel], URL)


def sent_back(registry: Registry, said: Said = SEAL, number: int = 0) -> Key:
    key = registry.submitted(number)
    registry.mark_all(key, FIRST, M04="return")
    registry.review.send_back(key, FIRST, registry.revision(key), said)
    return key


def review_ends(region: Region) -> None:
    now = region.clock()
    with region.store.write() as session:
        times = {"opens_at": now - timedelta(days=9), "closes_at": now - timedelta(days=1)}
        session.add(WindowRow(exam_year=YEAR, venue="", kind="region_review", **times))


def test_what_is_sent_back_is_told_once(registry: Registry, courier: Courier, channel: Sent) -> None:
    sent_back(registry)
    assert states(registry) == [("returned", "waiting")]
    assert courier.round() == 1
    assert courier.round() == 0
    [(_id, address, letter)] = channel.letters
    person = somebody()
    assert address == person.fields["mobile"]
    assert "毕业证书" in letter.text
    assert "缺少公章" in letter.text
    assert letter.text.endswith(URL)
    [row] = rows(registry)
    assert (row.state, row.channel) == ("sent", "sms")
    assert row.address == f"{address[:3]}****{address[-4:]}"
    assert row.text is not None
    opened = open_box(registry.store).open(row.text, f"notice {row.seq}").decode()
    assert opened == letter.text, "the log says what was sent, sealed"


def test_no_notice_holds_a_whole_document_number(registry: Registry, courier: Courier, channel: Sent) -> None:
    id_no = somebody().fields["id_no"]
    sent_back(registry, Said("", f"证件{id_no}与110105194912310021不符"))
    courier.round()
    text = channel.letters[0][2].text
    assert id_no not in text
    assert "110105194912310021" not in text
    assert id_no[-4:] in text
    assert somebody().reg_no not in text


def test_an_appointment_that_was_waited_for_is_told_with_its_time(
    region: Region, registry: Registry, courier: Courier, channel: Sent
) -> None:
    first, second = candidates(registry, 2)
    (nine,) = offered(region, line())
    booking(region).book(first, nine)
    booking(region).wait(second, nine)
    booking(region).cancel(first, LEAD)
    assert states(registry) == [("slot_given", "waiting"), ("slot_taken_back", "waiting")]
    courier.round()
    given, taken_back = (letter.text for _id, _address, letter in channel.letters)
    assert "已安排现场确认时间：2026-03-09 09:00-09:30" in given
    assert "（2026-03-09 09:00-09:30）已取消" in taken_back
    booking(region).cancel(second)
    courier.round()
    assert len(channel.letters) == 2, "what a candidate does alone is no news"


def test_an_event_that_is_undone_queues_nothing(registry: Registry) -> None:
    key = registry.submitted()
    registry.mark_all(key, FIRST, M04="return")
    with pytest.raises(Exception, match="revision"):
        registry.review.send_back(key, FIRST, registry.revision(key) - 1)
    assert rows(registry) == []


def test_what_the_region_sends_back_to_the_venue_alone_is_not_told(registry: Registry) -> None:
    key = registry.venue_passed()
    before = len(rows(registry))
    registry.review.claim(key, THIRD)
    registry.review.send_back(key, THIRD, registry.revision(key), Said("", "请复核"))
    assert len(rows(registry)) == before


def test_a_result_waits_until_the_candidate_may_see_it(
    region: Region, registry: Registry, courier: Courier, channel: Sent
) -> None:
    registry.venue_passed()
    courier.round()
    assert channel.letters == []
    assert states(registry) == [("venue_passed", "waiting")]
    review_ends(region)
    region.clock.advance(minutes=16)
    courier.round()
    assert "考点通过" in channel.letters[0][2].text


def test_what_is_no_longer_true_is_not_told(
    region: Region, registry: Registry, courier: Courier, channel: Sent
) -> None:
    key = registry.venue_passed()
    registry.mark_all(key, THIRD)
    registry.review.approve(key, THIRD, registry.revision(key))
    assert registry.open_payments() == 1
    courier.round()
    assert states(registry) == [("venue_passed", "overtaken"), ("approved", "overtaken"), ("payment_due", "sent")]
    assert len(channel.letters) == 1
    assert "缴费" in channel.letters[0][2].text


def test_whoever_resubmits_first_is_not_asked_any_more(registry: Registry, courier: Courier, channel: Sent) -> None:
    key = sent_back(registry)
    registry.wardrobe.add(key, "M04", PICTURE)
    registry.wardrobe.submit(key)
    courier.round()
    assert states(registry) == [("returned", "overtaken")]
    assert channel.letters == []


def test_what_does_not_go_is_tried_later_and_given_up_in_the_end(
    region: Region, registry: Registry, courier: Courier, channel: Sent
) -> None:
    channel.trouble = NotDeliveredError("http_503", retryable=True, is_unsure=True)
    sent_back(registry)
    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert courier.round() == 0
        assert len(channel.letters) == attempt
        assert courier.round() == 0
        assert len(channel.letters) == attempt, "not at once again"
        region.clock.advance(hours=7)
    assert len({notice_id for notice_id, _to, _letter in channel.letters}) == 1, "by one id, so that it arrives once"
    courier.round()
    [row] = rows(registry)
    assert (row.state, row.trouble, row.attempts) == ("failed", "http_503", MOST_ATTEMPTS)


def test_what_can_never_go_is_not_tried_again(registry: Registry, courier: Courier, channel: Sent) -> None:
    channel.trouble = NotDeliveredError("http_400", retryable=False)
    sent_back(registry)
    courier.round()
    assert states(registry) == [("returned", "failed")]


def test_where_sending_twice_would_deliver_twice_it_is_not_sent_again(
    region: Region, registry: Registry, courier: Courier, channel: Sent
) -> None:
    channel.dedupes = False
    channel.trouble = NotDeliveredError("smtp_SMTPServerDisconnected", retryable=True, is_unsure=True)
    sent_back(registry)
    courier.round()
    region.clock.advance(days=2)
    courier.round()
    assert states(registry) == [("returned", "unsure")]
    assert len(channel.letters) == 1


@pytest.mark.parametrize(("dedupes", "state"), [(True, "sent"), (False, "unsure")])
def test_a_process_that_is_killed_while_sending(
    region: Region, registry: Registry, courier: Courier, channel: Sent, dedupes: bool, state: str
) -> None:
    channel.dedupes = dedupes
    sent_back(registry)

    channel.trouble = KilledError()
    with pytest.raises(KilledError):
        courier.round()
    channel.trouble = None
    assert courier.round() == 0, "somebody may still be at it"
    region.clock.advance(minutes=11)
    courier.round()
    assert states(registry) == [("returned", state)]


def test_the_first_channel_that_reaches_somebody_is_used(region: Region, registry: Registry) -> None:
    publish(region, rules().source)
    mail, sms = Sent("email", "email", dedupes=False), Sent()
    key = sent_back(registry)
    no_address = replace(somebody(1), fields={**somebody(1).fields, "mobile": "", "kinds": "LV1"})
    other = registry.enrol(no_address)
    registry.fill(other)
    registry.wardrobe.submit(other)
    registry.mark_all(other, FIRST, M04="return")
    registry.review.send_back(other, FIRST, registry.revision(other))
    Courier(registry.store, [mail, sms], URL).round()
    assert (len(mail.letters), len(sms.letters)) == (0, 1)
    assert [row.state for row in rows(registry)] == ["sent", "unreachable"]
    assert key.id == rows(registry)[0].registration


def test_two_processes_send_it_once(registry: Registry, courier: Courier, channel: Sent) -> None:
    sent_back(registry)
    [row] = rows(registry)
    other = Courier(registry.store, [channel], URL)
    assert courier.round() == 1
    assert not other._take(row, "sms", "", b""), "it was read before the other took it"
    assert len(channel.letters) == 1


def test_what_is_wrong_with_one_notice_keeps_no_other_back(registry: Registry, courier: Courier, channel: Sent) -> None:
    first, second = sent_back(registry), sent_back(registry, number=1)
    with registry.store.write() as session:
        session.get_one(RegistrationRow, (first.year, first.id)).facts = b"damaged" * 10
    assert courier.round() == 1
    assert {row.registration: row.state for row in rows(registry)} == {first.id: "waiting", second.id: "sent"}


def test_a_foreign_candidate_is_told_in_english_and_an_empty_text_is_not_sent(
    region: Region, registry: Registry, channel: Sent
) -> None:
    source = rules().source.replace(
        "[materials]", '[online.notices]\nvenue_passed = { zh = "", en = "" }\n\n[materials]'
    )
    publish(region, source.replace('lock = "on_submit"', 'lock = "on_submit"\nshown = "at_once"'))
    key = registry.enrol(somebody(3, kinds="LV1,FOR"))
    registry.fill(key)
    registry.wardrobe.submit(key)
    registry.mark_all(key, FIRST, M04="return")
    registry.review.send_back(key, FIRST, registry.revision(key))
    registry.venue_passed(1)
    Courier(registry.store, [channel], URL).round()
    assert [letter.text.split()[0] for _id, _to, letter in channel.letters] == ["Materials"]
    assert [row.state for row in rows(registry)] == ["sent", "overtaken"]


def test_the_log_is_printed_and_a_failed_notice_sent_again(
    region: Region, registry: Registry, courier: Courier, channel: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel.trouble = NotDeliveredError("http_400", retryable=False)
    sent_back(registry)
    courier.round()
    write_settings(region.settings)
    home = region.settings.home.rename(region.settings.home.with_name("region"))
    monkeypatch.setenv("KAODIAN_HOME", str(home.parent))
    printed = CliRunner().invoke(main, ["notices", "--troubled"]).output
    assert "http_400" in printed
    assert channel.letters[0][1] not in printed, "addresses are masked"
    number = str(rows(registry)[0].seq)
    assert CliRunner().invoke(main, ["notices", "resend", number]).exit_code == 0
    assert CliRunner().invoke(main, ["notices", "resend", number]).exit_code == 1, "it waits already"
    assert states(registry) == [("returned", "waiting")]
