"""`python -m kiosk simulate`: plays a day of a demo venue and says in one line of JSON how it went."""

import json
import os
import time

import click

from kiosk.demo import REGION_KEY, region_port
from kiosk.settings import home_folder
from kiosk.simulation.errors import SimulationError
from kiosk.simulation.run import Plan, play

DEFAULT_PORT = 8080


@click.command()
@click.option("--candidates", default=300, show_default=True, type=click.IntRange(1, 100_000))
@click.option("--stations", default=10, show_default=True, type=click.IntRange(1, 100), help="Desks at work.")
@click.option("--url", help="The venue's address; default: this computer, port KAODIAN_PORT.")
@click.option("--region-url", help="The region's address; default: this computer, port KAODIAN_REGION_PORT.")
@click.option("--seed", type=int, help="Makes the same people and habits again; default: other ones each time.")
@click.option("--reviewer", default="审核员甲", show_default=True, help="A reviewer of the demo region.")
@click.option("--reviewer-pin", default="660011", show_default=True)
@click.option("--limit", default=1800.0, show_default=True, help="Seconds after which the day ends in any case.")
def simulate(
    candidates: int,
    stations: int,
    url: str | None,
    region_url: str | None,
    seed: int | None,
    reviewer: str,
    reviewer_pin: str,
    limit: float,
) -> None:
    """Play a day against the running demo venue, as browsers would; never against a real one.

    Made-up candidates arrive, correct, refuse, forget papers, press twice and go back; staff serve them at desks and
    booths; the region returns some records. The last line of the output is one JSON object. Exit code 1: an error
    happened, or a record was lost or doubled.
    """
    key_file = home_folder() / REGION_KEY
    if not key_file.exists():
        raise click.ClickException(f"{key_file} is missing; KAODIAN_HOME must be the running demo's")
    plan = Plan(
        candidates=candidates,
        stations=stations,
        seed=int(time.time()) if seed is None else seed,
        url=url or f"http://127.0.0.1:{os.environ.get('KAODIAN_PORT') or DEFAULT_PORT}",
        region_url=region_url or f"http://127.0.0.1:{region_port()}",
        region_key=key_file.read_text(encoding="ascii").strip(),
        reviewer=reviewer,
        secret=reviewer_pin,
        limit_s=limit,
    )
    try:
        result = play(plan)
    except SimulationError as error:
        raise click.ClickException(str(error)) from error
    click.echo(json.dumps(result, ensure_ascii=False))
    if result["errors"] or result["lost"] or result["duplicated"]:
        raise SystemExit(1)
