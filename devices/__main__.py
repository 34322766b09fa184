"""`python -m devices serve` runs on a desk's own PC; see `devices/agent/cli.py`."""

from devices.agent.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
