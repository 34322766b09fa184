"""The settings file: what is wrong with it is said with its line; two venues on one computer do not meet."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from devices.agent.pairing import new_key
from devices.bench import furnish
from kiosk.cli import main
from kiosk.errors import SettingsError
from kiosk.settings import home_folder, load_settings, parse_settings
from kiosk.venue import load_today, open_venue
from rules.errors import ProfileError
from tests.support.builders import KEY, RECEIPT_SIGNER

PASSPHRASE = "seven made-up words for a test venue"
GOOD = """\
[venue]
id = "V-TEST"
name = { zh = "测试考点", en = "Test venue" }

[server]
port = 8123

[region]
url = "http://127.0.0.1:9"
key_file = "region.key"

[stations.desk-1]
kind = "desk"
label = { zh = "一号窗口", en = "Desk 1" }
camera = "file"
serves = ["materials"]
"""


def write(home: Path, text: str) -> Path:
    path = home / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_file_is_read(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, GOOD), tmp_path, {})
    assert (settings.server.host, settings.server.port, settings.demo) == ("127.0.0.1", 8123, False)
    assert settings.stations["desk-1"].devices == {"camera": "file"}
    assert settings.database == tmp_path / "venue.db"
    assert str(settings.zone) == "Asia/Shanghai"


@pytest.mark.parametrize(
    ("url", "is_private"),
    [
        ("https://region.example", True),
        ("http://127.0.0.1:9", True),
        ("http://localhost:9", True),
        ("http://[::1]:9", True),
        ("http://region.example", False),
        ("http://127.0.0.1.example:9", False),
        ("ftp://region.example", False),
    ],
)
def test_only_an_address_that_nobody_can_listen_to_is_private(tmp_path: Path, url: str, is_private: bool) -> None:
    settings = load_settings(write(tmp_path, GOOD.replace("http://127.0.0.1:9", url)), tmp_path, {})
    assert settings.region is not None
    assert settings.region.is_private is is_private


def test_the_environment_tells_two_runs_apart(tmp_path: Path) -> None:
    environment = {"KAODIAN_PORT": "8999", "KAODIAN_REGION_URL": "http://127.0.0.1:8"}
    settings = load_settings(write(tmp_path, GOOD), tmp_path, environment)
    assert settings.region is not None
    assert (settings.server.port, settings.region.url) == (8999, "http://127.0.0.1:8")
    assert home_folder({"KAODIAN_HOME": str(tmp_path)}) == tmp_path.resolve()
    assert home_folder({}).name == "var"


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("port = 8123", "port = 99999", 6, "server.port"),
        ("port = 8123", "prot = 8123", 6, "server.prot"),
        ('kind = "desk"', 'kind = "table"', 13, "stations.desk-1.kind"),
        ('id = "V-TEST"', 'id = "../V"', 2, "venue.id"),
        ("[region]", '[venue2]\nid = "x"\n\n[region]', 8, "venue2"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, old: str, new: str, line: int, words: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(write(tmp_path, GOOD.replace(old, new)), tmp_path, {})
    assert f"settings.toml:{line}: {words}" in str(caught.value)


def test_a_time_zone_that_is_none_is_refused(tmp_path: Path) -> None:
    text = GOOD.replace('id = "V-TEST"', 'id = "V-TEST"\ntimezone = "Mars/Olympus"')
    with pytest.raises(SettingsError, match=r":3: venue.timezone.*no such time zone 'Mars/Olympus'"):
        load_settings(write(tmp_path, text), tmp_path, {})


def test_a_file_that_is_no_toml_or_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="at line 2"):
        load_settings(write(tmp_path, "[venue]\nid = \n"), tmp_path, {})
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(tmp_path / "none.toml", tmp_path, {})
    with pytest.raises(SettingsError, match=r"server\.port"):
        load_settings(write(tmp_path, GOOD), tmp_path, {"KAODIAN_PORT": "eighty"})


def tables(**changes: Any) -> dict[str, Any]:
    station = {"kind": "desk", "label": {"zh": "一", "en": "one"}}
    return {"venue": {"id": "V", "name": {"zh": "一", "en": "one"}}, "stations": {"desk-1": station}} | changes


def test_a_station_that_serves_a_step_the_profile_has_not_keeps_the_venue_shut(tmp_path: Path) -> None:
    station = {"kind": "booth", "label": {"zh": "一", "en": "one"}, "serves": ["palm"]}
    with pytest.raises(SettingsError, match=r"stations\.b\.serves: the profile 'default' has no step 'palm'"):
        open_venue(parse_settings(tables(stations={"b": station}), tmp_path), KEY)


def test_a_profile_that_is_not_there_or_wrong_keeps_the_venue_shut(tmp_path: Path) -> None:
    venue = {"id": "V", "name": {"zh": "一", "en": "one"}, "profile": "east"}
    settings = parse_settings(tables(venue=venue), tmp_path)
    with pytest.raises(ProfileError, match="there is no profile 'east'"):
        load_today(settings)
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "east.toml").write_text('id = "east"\nsteps = ["palm"]\n', encoding="utf-8")
    with pytest.raises(ProfileError, match=r"east.toml:2: unknown step 'palm'"):
        open_venue(settings, KEY)


def test_a_venue_without_its_regions_key_says_whom_to_ask(tmp_path: Path) -> None:
    region = {"url": "http://127.0.0.1:9", "key_file": "region.key"}
    with pytest.raises(SettingsError, match="ask the region for this venue's key"):
        open_venue(parse_settings(tables(region=region), tmp_path), KEY)


@pytest.mark.parametrize(
    ("text", "words"), [(None, "ask the region for its receipt key"), ("nonsense", "holds no key")]
)
def test_a_venue_believes_no_region_whose_receipt_key_it_was_not_given(
    tmp_path: Path, text: str | None, words: str
) -> None:
    (tmp_path / "region.key").write_text("secret", "ascii")
    if text is not None:
        (tmp_path / "region-receipt.pub").write_text(text, "ascii")
    region = {"url": "http://127.0.0.1:9", "key_file": "region.key"}
    with pytest.raises(SettingsError, match=words):
        open_venue(parse_settings(tables(region=region), tmp_path), KEY)


def test_sending_is_paused_from_the_command_line_and_stays_so(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    (tmp_path / "region.key").write_text("secret", "ascii")
    (tmp_path / "region-receipt.pub").write_text(RECEIPT_SIGNER.public.hex(), "ascii")
    said, environment = [], {"KAODIAN_HOME": str(tmp_path)}
    CliRunner().invoke(main, ["vault", "init"], input=f"{PASSPHRASE}\n{PASSPHRASE}\n", env=environment)
    for words in (["sync", "--pause"], ["sync"], ["sync", "--resume"]):
        done = CliRunner().invoke(main, words, input=f"{PASSPHRASE}\n", env=environment)
        assert done.exit_code == 1, "the region does not answer, and that is said"
        assert "everything is kept" in done.output
        said.append("sending is paused" in done.output)
    assert said == [True, True, False]


AGENT = "https://10.20.0.31:4501"
PAIRED = f"""\
{GOOD}
[agents]
"{AGENT}" = "{new_key().text}"

[stations.booth-1]
kind = "booth"
label = {{ zh = "一号采集位", en = "Booth 1" }}
camera = "remote:{AGENT}"
fingerprint = {{ driver = "remote", url = "{AGENT}" }}
document_camera = "opencv:0"
"""


def test_a_device_behind_an_agent_gets_the_agents_key_and_its_own_role(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, PAIRED), tmp_path, {})
    key = settings.agents[AGENT]
    devices = settings.devices_of("booth-1")
    assert devices["camera"] == devices["fingerprint"] == {"driver": "remote", "url": AGENT, "key": key}
    assert devices["document_camera"] == "opencv:0"
    assert key not in repr(settings)
    bench = furnish("booth-1", devices)
    assert bench.device("fingerprint").port() == f"{AGENT} fingerprint"
    bench.shutdown()


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        (
            f'camera = "remote:{AGENT}"',
            'camera = "opencw:0"',
            "24: stations.booth-1.camera",
            "no driver 'camera.opencw'",
        ),
        ('document_camera = "opencv:0"', 'document_camera = { driver = "opencv", sorce = "0" }', "26: ", "'sorce'"),
        (f'[agents]\n"{AGENT}"', '[agents]\n"https://10.20.0.99:4501"', "24: ", "no pairing key for"),
        (f'"{AGENT}" = "', f'"{AGENT}" = "X', "24: ", "typing mistake"),
        (f'camera = "remote:{AGENT}"', 'camera = "remote:http://10.20.0.31:4501"', "24: ", "no pairing key for"),
        ('document_camera = "opencv:0"', 'scanner = "opencv:0"', "26: stations.booth-1.scanner", ""),
    ],
)
def test_a_device_that_cannot_be_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, place: str, words: str
) -> None:
    assert old in PAIRED
    with pytest.raises(SettingsError) as caught:
        load_settings(write(tmp_path, PAIRED.replace(old, new)), tmp_path, {})
    assert f"settings.toml:{place}" in str(caught.value)
    assert words in str(caught.value)


def test_two_stations_at_one_port_are_named_and_the_venue_opens_for_the_others(tmp_path: Path) -> None:
    def station(port: str) -> dict[str, Any]:
        return {"kind": "desk", "label": {"zh": "一", "en": "one"}, "fingerprint": f"r30x:{port}"}

    stations = {"desk-1": station("COM3"), "desk-2": station(r"\\.\com3"), "desk-3": station("COM4")}
    venue = open_venue(parse_settings(tables(stations=stations), tmp_path), KEY)
    codes = {name: bench.status()["fingerprint"].code for name, bench in venue.benches.items()}
    venue.close()
    assert codes == {"desk-1": "claimed_twice", "desk-2": "claimed_twice", "desk-3": ""}
