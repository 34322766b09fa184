"""Two processes of one region, as if on two machines behind a proxy: what was begun at one goes on at the other."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest

from records.canonical import digest_bytes
from records.receipt import check_receipt, read_keys
from region.portal.limits import SIGNING_IN
from region.settings import Settings
from region.settings_tables import SignInTable
from region.signing import PUBLIC_FILE
from tests.support.object_store import running_object_store
from tests.support.postgres import running_cluster
from tests.support.region_app import CSRF, KEY, NAME, SECRET, furnish, open_region
from tests.support.region_process import RegionProcess, region_process, write_settings
from tests.support.region_records import VENUE, ordinary_evidence, sealed
from tests.support.registry import registry_of, somebody
from tests.support.server import ROOT
from tests.support.tus_requests import metadata

PEOPLE, WAIT_S = 24, 60
NOBODY = "http://127.0.0.1:9"
PROXY = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "region.example", "X-Forwarded-For": "203.0.113.9"}
RECORD, OBJECTS = sealed("R0001", ordinary_evidence(bytes(range(256)) * 4000))
LARGE = max(OBJECTS.values(), key=len)


@dataclass(frozen=True, slots=True)
class Pair:
    """Both, and the home of the first."""

    first: RegionProcess
    second: RegionProcess
    home: Path


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    tmp_path = tmp_path_factory.mktemp("pair")
    with running_cluster() as cluster, running_object_store() as bucket:
        settings = replace(
            Settings(tmp_path / "one" / "region"),
            database_url=cluster.url(cluster.create()),
            s3_bucket=bucket.name,
            s3_endpoint=bucket.endpoint,
            trusted_proxies=1,
            trusted_hosts=("region.example",),
            sign_in=SignInTable(issuer=NOBODY, client_id="portal", client_secret_file="portal.secret"),
        )
        settings.home.mkdir(parents=True)
        (settings.home / "portal.secret").write_text("a secret of the test", encoding="utf-8")
        region = furnish(open_region(settings))
        for number in range(PEOPLE):
            registry_of(region.store).enrol(somebody(number))
        region.store.close()
        write_settings(settings)
        shutil.copytree(tmp_path / "one", tmp_path / "two")
        with region_process(tmp_path / "one") as first, region_process(tmp_path / "two") as second:
            yield Pair(first, second, settings.home)


def venue(at: RegionProcess) -> httpx.Client:
    headers = {"Authorization": f"Bearer {KEY}", "Tus-Resumable": "1.0.0", "Prefer": "return=representation", **PROXY}
    return httpx.Client(base_url=at.url, headers=headers, timeout=WAIT_S, trust_env=False)


def part(client: httpx.Client, path: str, offset: int, content: bytes) -> httpx.Response:
    headers = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
    return client.patch(path, headers=headers, content=content)


@pytest.fixture
def doomed(pair: Pair, tmp_path: Path) -> Iterator[RegionProcess]:
    """A third process, to be killed."""
    shutil.copytree(pair.home, tmp_path / "region")
    with region_process(tmp_path) as third:
        yield third


def test_an_upload_that_was_begun_at_one_goes_on_at_the_other_when_that_was_killed(
    pair: Pair, doomed: RegionProcess
) -> None:
    with venue(doomed) as first, venue(pair.second) as second:
        assert first.put(f"/api/v1/records/{RECORD.digest}", content=RECORD.content).status_code == 201
        announced = {"Upload-Length": str(len(LARGE)), "Upload-Metadata": metadata("file", digest_bytes(LARGE))}
        made = second.post("/api/v1/uploads", headers=announced)
        assert made.headers["Location"].startswith("https://region.example/api/v1/uploads/"), "as the proxy is called"
        path = made.headers["Location"].removeprefix("https://region.example")
        with ThreadPoolExecutor(2) as pool:  # the same part at both: it counts once
            sent = [pool.submit(part, at, path, 0, LARGE[:300_000]) for at in (first, second)]
            assert sorted(answer.result(WAIT_S).status_code for answer in sent) == [204, 409]
        assert first.head(path).headers["Upload-Offset"] == "300000"
        doomed.kill()
        answer = part(second, path, 300_000, LARGE[300_000:])
        assert answer.status_code == 200
        keys = read_keys((pair.home / PUBLIC_FILE).read_text("utf-8"))
        check_receipt(answer.content, digest_bytes(LARGE), VENUE, keys)
        for digest, content in OBJECTS.items():
            assert second.put(f"/api/v1/files/{digest}", content=content).status_code in (200, 201)
        assert second.get(f"/api/v1/records/{RECORD.digest}").json()["receipt"]["state"] == "accepted"


def test_whoever_signs_in_at_one_is_signed_in_and_out_at_the_other(pair: Pair) -> None:
    with httpx.Client(headers=PROXY, timeout=WAIT_S, trust_env=False) as browser:

        def form(at: RegionProcess, path: str, **values: str) -> httpx.Response:
            page = browser.get(at.url + ("/sign-in" if path == "/sign-in" else "/records"))
            token = CSRF.search(page.text)
            assert token
            headers = {"Referer": "https://region.example/"}
            return browser.post(at.url + path, data={"csrf_token": token[1], **values}, headers=headers)

        assert form(pair.first, "/sign-in", name=NAME, secret=SECRET).status_code == 303
        assert browser.get(f"{pair.second.url}/records").status_code == 200
        assert form(pair.second, "/sign-out").status_code == 303
        assert browser.get(f"{pair.first.url}/records").headers["Location"] == "/sign-in"


def test_a_registration_is_in_one_persons_hands_whichever_process_they_use(pair: Pair) -> None:
    command = [sys.executable, "-m", "tests.support.claiming"]
    people = []
    try:
        for name, at in (("r-1", pair.first), ("r-2", pair.second)):
            people.append(
                subprocess.Popen(
                    [*command, name], cwd=ROOT, env=dict(at.environment), stdin=subprocess.PIPE, stdout=subprocess.PIPE
                )
            )
        for one in people:
            assert one.stdout
            assert one.stdout.readline() == b"ready\n"
        for one in people:
            assert one.stdin
            one.stdin.write(b"go\n")
            one.stdin.flush()
        taken = [json.loads(one.communicate(timeout=WAIT_S)[0]) for one in people]
    finally:
        for one in people:
            one.kill()
            one.wait(WAIT_S)
    assert len({*taken[0], *taken[1]}) == len(taken[0]) + len(taken[1]) == PEOPLE


def test_a_client_has_one_share_whichever_process_answers(pair: Pair) -> None:
    """As the proxy says who asks; what a client writes in front of it makes nobody another one."""
    statuses, began = [], time.monotonic()
    with httpx.Client(timeout=WAIT_S, trust_env=False) as browser:

        def begin(number: int, client: str) -> httpx.Response:
            at = (pair.first, pair.second)[number % 2]
            forwarded = {**PROXY, "X-Forwarded-For": f"198.51.100.{number}, {client}"}
            return browser.get(f"{at.url}/portal/sign-in/begin", headers=forwarded)

        for number in range(6 * SIGNING_IN.burst):
            refused = begin(number, "203.0.113.50")
            statuses.append(refused.status_code)
            if refused.status_code == 429:
                break
        assert set(statuses[:-1]) == {503}, "let through; there is no account provider here"
        assert statuses[-1] == 429
        # However slow this machine is: a share, and what came back to it in the meantime.
        most = SIGNING_IN.burst + (time.monotonic() - began) * SIGNING_IN.per_s + 1
        assert SIGNING_IN.burst <= len(statuses) - 1 <= most
        assert int(refused.headers["Retry-After"]) >= 1
        assert "秒" in refused.text, "in words as well"
        assert {begin(number, "203.0.113.51").status_code for number in range(2)} == {503}, "others notice nothing"


def test_headers_of_a_proxy_are_believed_only_when_told(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "region")
    furnish(open_region(settings)).store.close()
    with region_process(tmp_path) as alone, venue(alone) as client:
        client.put(f"/api/v1/records/{RECORD.digest}", content=RECORD.content)
        announced = {"Upload-Length": str(len(LARGE)), "Upload-Metadata": metadata("file", digest_bytes(LARGE))}
        assert client.post("/api/v1/uploads", headers=announced).headers["Location"].startswith(alone.url)
