"""The region's settings: a file under the environment, mistakes named; secrets written once."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner

from records.receipt import read_keys
from region.cli import main
from region.demo import prepare_demo
from region.errors import SettingsError
from region.settings import Settings, load_settings, once_written
from region.signing import receipt_signer


def test_the_environment_goes_before_the_file(tmp_path):
    (tmp_path / "region").mkdir()
    (tmp_path / "region" / "region.toml").write_text('port = 1\nregion_name = "R"\ntrusted_hosts = ["r.example"]\n')
    settings = load_settings({"KAODIAN_HOME": str(tmp_path), "KAODIAN_REGION_PORT": "8123"})
    assert (settings.port, settings.region_name, settings.trusted_hosts) == (8123, "R", ("r.example",))
    assert settings.home == tmp_path / "region"


@pytest.mark.parametrize("line", ["prot = 1", 'port = "x"', "port = true", "region_name = 7", "= what"])
def test_a_mistake_in_the_file_is_named(tmp_path, line):
    (tmp_path / "region").mkdir()
    (tmp_path / "region" / "region.toml").write_text(line)
    with pytest.raises(SettingsError, match=line.split(" ")[0] if line[0] != "=" else "region.toml"):
        load_settings({"KAODIAN_HOME": str(tmp_path)})


def test_only_loopback_names_are_answered_unless_told():
    home = Path("nowhere")
    assert Settings(home).host_names == ["127.0.0.1", "localhost", "[::1]"]
    assert Settings(home, host="0.0.0.0").host_names is None
    assert "r.example" in (Settings(home, host="0.0.0.0", trusted_hosts=("r.example",)).host_names or [])


def test_a_secret_is_written_once_however_many_ask(tmp_path):
    made = iter(range(1000))
    with ThreadPoolExecutor(8) as pool:
        seen = set(pool.map(lambda _: once_written(tmp_path / "secret", lambda: str(next(made))), range(50)))
    assert len(seen) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_the_demo_is_prepared_once(tmp_path):
    settings = Settings(tmp_path / "region")
    first = prepare_demo(settings)
    assert prepare_demo(settings) == first
    key_file = settings.home / "venue-demo.key"
    assert key_file.read_text() == first.venue_key
    assert key_file.stat().st_mode & 0o077 == 0


def test_the_public_receipt_key_is_printed_as_a_venue_keeps_it(tmp_path):
    printed = [CliRunner().invoke(main, ["receipt-key"], env={"KAODIAN_HOME": str(tmp_path)}).output for _ in range(2)]
    assert printed[0] == printed[1]
    assert list(read_keys(printed[0])) == [receipt_signer(tmp_path / "region").key_id]


def test_a_large_region_is_described_in_its_file_and_secrets_are_not(tmp_path):
    (tmp_path / "region").mkdir()
    lines = ['database_url = "postgresql+psycopg://kaodian@db/kaodian"', 's3_bucket = "b"', "trusted_proxies = 1"]
    (tmp_path / "region" / "region.toml").write_text("\n".join(lines))
    environment = {"KAODIAN_HOME": str(tmp_path)}
    settings = load_settings(environment)
    assert (settings.s3_bucket, settings.cookie_suffix) == ("b", "shared")
    assert settings.url == "postgresql+psycopg://kaodian@db/kaodian"
    other = load_settings({**environment, "KAODIAN_REGION_DATABASE_URL": "postgresql+psycopg://elsewhere/x"})
    assert other.url == "postgresql+psycopg://elsewhere/x"
    assert not [name for name in Settings.__slots__ if "password" in name or "secret" in name or "access" in name]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('database_url = "postgresql+psycopg://u:pass-4711@127.0.0.1:1/x"', "the database does not answer"),
        ('database_url = "nonsense pass-4711"', "database_url is none of"),
        ('database_url = "oracle://u:pass-4711@h/x"', "database_url is none of"),
        ('s3_bucket = "b"\ns3_endpoint = "nonsense"', "s3_endpoint"),
        ('s3_bucket = "b"\ns3_endpoint = "http://127.0.0.1:1"', "s3_endpoint, s3_bucket and the credentials"),
    ],
)
def test_places_that_cannot_be_used_are_said_in_a_sentence_without_the_password(tmp_path, line, said):
    (tmp_path / "region").mkdir()
    (tmp_path / "region" / "region.toml").write_text(line)
    answer = CliRunner().invoke(main, ["run"], env={"KAODIAN_HOME": str(tmp_path)})
    assert answer.exit_code == 1
    assert answer.output.startswith("Error: ")
    assert said in answer.output
    assert "pass-4711" not in answer.output
