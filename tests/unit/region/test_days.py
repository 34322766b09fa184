"""A venue has its day confirmed: what the region has accepted, signed; and nobody else's."""

from datetime import UTC, date, datetime, timedelta

from records.day import DayWindow, check_statement, digest_of_day
from records.receipt import read_keys
from region.signing import receipt_signer
from tests.support.region_app import OTHER_KEY, Region
from tests.support.region_records import VENUE, sealed

SEALED_AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def asked(region: Region, begins_at: datetime, key: str = "") -> object:
    window = DayWindow(date(2026, 3, 2), begins_at, begins_at + timedelta(days=1))
    query = f"from={window.begins_at:%Y-%m-%dT%H:%M:%S}%2B00:00&until={window.ends_at:%Y-%m-%dT%H:%M:%S}%2B00:00"
    address = f"/days/2026-03-02?{query}"
    answer = region.get(address, key) if key else region.get(address)
    assert answer.status_code == 200
    keys = read_keys(receipt_signer(region.settings.home).public.hex())
    return check_statement(answer.data, "V-OTHER" if key else VENUE, window, keys).statement


def test_what_is_accepted_counts_and_what_is_half_here_is_told_apart(region: Region) -> None:
    whole, files = sealed("R0001")
    half, _files = sealed("R0002")
    region.deliver(whole, files)
    region.put(f"/records/{half.digest}", half.content)
    said = asked(region, SEALED_AT - timedelta(hours=12))
    assert (said.records, said.incomplete, said.digest) == (1, 1, digest_of_day([whole.digest]))
    for elsewhere in (SEALED_AT + timedelta(days=1), SEALED_AT - timedelta(days=2)):
        empty = asked(region, elsewhere)
        assert (empty.records, empty.incomplete) == (0, 0)
    others = asked(region, SEALED_AT - timedelta(hours=12), OTHER_KEY)
    assert (others.records, others.incomplete) == (0, 0)


def test_what_is_no_day_is_refused(region: Region) -> None:
    for address in (
        "/days/2026-03-02",
        "/days/2026-13-02?from=2026-03-01T16:00:00%2B00:00&until=2026-03-02T16:00:00%2B00:00",
        "/days/2026-03-02?from=2026-03-01T16:00:00&until=2026-03-02T16:00:00",
        "/days/2026-03-02?from=2026-03-02T16:00:00%2B00:00&until=2026-03-01T16:00:00%2B00:00",
        "/days/2026-03-02?from=2026-03-01T16:00:00%2B00:00&until=2027-03-01T16:00:00%2B00:00",
    ):
        assert region.get(address).status_code == 400, address
