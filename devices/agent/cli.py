"""The agent's commands: `python -m devices serve`, `python -m devices pair`."""

import argparse
import logging
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from devices.agent.pairing import PairingKey
from devices.agent.server import LOCAL, AgentServer
from devices.agent.service import Service
from devices.agent.settings import AgentSettings, line_of, load_key, load_settings
from devices.bench import Bench, furnish, settle_claims, watch_over
from devices.errors import ConfigurationError

EPILOG = """
agent.toml, beside which the pairing key is kept as agent.key:

  host = "10.20.0.31"            # this PC's address in the venue's network; left out: programs on this PC only
  port = 4501
  [devices]
  camera = "opencv:0"
  fingerprint = "r30x:COM3"      # Linux: "r30x:/dev/ttyUSB0"

and in the venue's settings.toml:

  [agents]
  "https://10.20.0.31:4501" = "the key that `pair` shows"
  [stations.booth-1]
  camera = "remote:https://10.20.0.31:4501"
  fingerprint = "remote:https://10.20.0.31:4501"
"""


def main(words: Sequence[str] | None = None) -> int:
    """Run a command; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m devices",
        description="Lends the devices of this PC to the venue's computer.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=("serve", "pair"), help="serve until stopped; pair: show address and key")
    parser.add_argument("--config", type=Path, default=Path("agent.toml"), help="settings file (agent.toml)")
    said = parser.parse_args(words)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        settings = load_settings(said.config)
        key = load_key(said.config.with_name("agent.key"))
        if said.command == "pair":
            print(_pairing(settings, key))
            return 0
        serve(settings, key, said.config)
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{settings.host}:{settings.port} cannot be used: {error}", file=sys.stderr)
        return 1
    return 0


def serve(settings: AgentSettings, key: PairingKey, config: Path) -> None:
    """Serve until SIGTERM or Ctrl-C; then let go of the devices.

    Raises:
        ConfigurationError: there is no such driver or role.
        OSError: the address or the port cannot be had.
    """
    bench = _bench(settings, config)
    try:
        with AgentServer((settings.host, settings.port), Service(bench, key), key) as server:
            signal.signal(signal.SIGTERM, _stop)
            watchman = watch_over([bench])
            print(f"{len(settings.devices)} devices at {server.url}", flush=True)
            try:
                server.serve_forever(poll_interval=0.2)
            finally:
                watchman.stop()
    except KeyboardInterrupt:
        pass
    finally:
        bench.shutdown()


def _bench(settings: AgentSettings, config: Path) -> Bench:
    """Return the devices; a mistake is named with its line."""
    try:
        bench = furnish("agent", settings.devices)
        settle_claims([bench])
        return bench
    except ConfigurationError as error:
        source = config.read_text(encoding="utf-8")
        role = next((role for role in settings.devices if str(error).startswith(f"{role}:")), "devices")
        raise ConfigurationError(f"{config}:{line_of(source, role)}: {error}") from error


def _pairing(settings: AgentSettings, key: PairingKey) -> str:
    scheme = "http" if settings.host in LOCAL else "https"
    host = socket.gethostname() if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104
    url = f"{scheme}://{host}:{settings.port}"
    stations = "\n".join(f'{role} = "remote:{url}"' for role in settings.devices)
    return f'For settings.toml of the venue:\n\n[agents]\n"{url}" = "{key.text}"\n\n[stations.…]\n{stations}\n'


def _stop(*_signal: object) -> None:
    raise KeyboardInterrupt
