"""The published document of the venue API is true: it names every route and no other, whatever is sent to them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from records.verdict import Decision
from region.registry.enrolling import enrol_roster
from region.verdicts import Opinion, give_verdict
from tests.support.object_store import running_object_store
from tests.support.postgres import running_cluster
from tests.support.region_app import KEY, Region
from tests.support.region_places import LargePlaces, large_model
from tests.support.region_records import VENUE, sealed
from tests.support.registry import YEAR, registry_of, somebody
from tests.support.tus_requests import Tus

DOCUMENT = Path(__file__).parents[2] / "docs" / "schema" / "venue-api.json"
PREFIX = "/api/v1"
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
OPERATIONS = [
    (path, method)
    for path, item in json.loads(DOCUMENT.read_text("utf-8"))["paths"].items()
    for method in item
    if method != "parameters"
]
schemathesis.serializer.alias(["application/age", "application/offset+octet-stream"], "application/octet-stream")


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Region]:
    """A large region, where what a column cannot hold is an error, with a little of everything in it."""
    folder = tmp_path_factory.mktemp("api")
    with running_cluster() as cluster, running_object_store() as bucket:
        places = LargePlaces(large_model(folder / "model", cluster), folder, cluster, bucket)
        made = places.new()
        record, files = sealed()
        made.deliver(record, files)
        enrol_roster(made.store, registry_of(made.store).box, YEAR, VENUE, [somebody()])
        give_verdict(made.store, record.digest, _reviewer(made), Opinion(Decision.PASSED, "", ""))
        yield made
        places.close()


def _reviewer(region: Region) -> str:
    from sqlalchemy import select

    from region.models import Reviewer

    with region.store.read() as session:
        return session.scalars(select(Reviewer.id)).one()


@pytest.fixture(scope="module")
def known(region: Region) -> dict[str, list[str]]:
    """Names of things that are there, so that random requests do not only hit nothing."""
    content = b"x" * 500
    upload = Tus(region).create(content, content[:10], kind="record").headers["Location"].rpartition("/")[2]
    record, files = sealed()
    return {"digest": [record.digest, *files], "upload_id": [upload]}


def test_the_document_names_every_route_and_no_other(region: Region) -> None:
    routed = {
        (re.sub(r"<([a-z_]+)>", r"{\1}", rule.rule).removeprefix(PREFIX), method.lower())
        for rule in region.app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in rule.methods or ()
    }
    # Flask answers HEAD beside GET, and OPTIONS everywhere; only where they mean something are they in the document.
    of_themselves = {(path, method) for path, method in routed if method in ("head", "options")}
    documented = set(OPERATIONS)
    assert routed - of_themselves <= documented, "describe the new route in docs/schema/venue-api.json"
    assert documented <= routed, "the document names a route that is none"


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_no_request_however_odd_is_answered_by_an_error_of_the_server(
    region: Region, known: dict[str, list[str]], path: str, method: str
) -> None:
    document: dict[str, Any] = json.loads(DOCUMENT.read_text("utf-8"))
    schema = schemathesis.openapi.from_dict(document)
    schema.app = region.app
    operation = schema[path][method]
    modes = [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE]
    cases = st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in modes))

    @settings(
        max_examples=25,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases, dice=st.randoms())
    def ask(case: Any, dice: Any) -> None:
        for name in set(case.path_parameters or ()) & set(known):
            if dice.random() < 0.5:
                case.path_parameters[name] = dice.choice(known[name])
        headers = {"Authorization": f"Bearer {KEY}"}
        case.validate_response(case.call(headers=headers), checks=CHECKS)

    ask()
