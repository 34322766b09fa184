"""Every route, whoever adds one: refused to strangers, for what is somebody else's, and to whoever may no longer.

A new route needs no line here as long as its blueprint and the names of its parameters are known; otherwise these tests
fail until somebody says who calls it, and what of somebody else's its parameters could name.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

import pytest
from sqlalchemy import update
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from region.access import may_open
from region.guard import OPEN_ENDPOINTS, SESSION
from region.models import Reviewer
from region.reviewers import add_reviewer
from region.settings import secret_key
from region.venues import replace_key
from tests.support.region_app import KEY, OTHER_KEY, OTHER_VENUE, SECRET, Browser, Region
from tests.support.region_records import OTHER_SIGNER, SEALER, VENUE, Sealer, picture, sealed
from tests.support.registry import PICTURE, YEAR, registry_of, somebody
from tests.support.tus_requests import CHUNK, Tus

NOBODYS = "0" * 64


@dataclass(frozen=True, slots=True)
class World:
    """A region in which two venues have sent something.

    Attributes:
        ids: of what belongs to the other venue, by a word of ours.
        own: the record of the venue that asks.
    """

    region: Region
    own: str
    ids: Mapping[str, str | int]

    def usual(self, rule: Rule) -> dict[str, str | int]:
        """Values for a rule's parameters that are nobody else's."""
        return {name: USUAL.get(name, self.own) for name in rule.arguments}


@dataclass(frozen=True, slots=True)
class Area:
    """The routes of one blueprint.

    Attributes:
        caller: `venue` or `reviewer`, whose credentials are right for it.
        theirs: for each parameter, words of `World.ids` that name what is not the caller's.
    """

    caller: str
    theirs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


AREAS: Mapping[str, Area] = {
    "api": Area("venue", {"digest": ("record", "object", "nobodys")}),
    "tus": Area("venue", {"upload_id": ("upload", "nobodys")}),
    "checkpoint_api": Area("venue"),
    "sign_in": Area("reviewer"),
    # The region's reviewers judge the records of all venues; what they cannot see is what no record names.
    "judging": Area("reviewer", {"digest": ("nobodys", "object"), "object_digest": ("nobodys", "record")}),
    "checkpoints": Area("reviewer"),
    # A venue asks for days of its own only: no day is somebody else's.
    "days": Area("venue", {"day": ()}),
    "handing_down": Area("venue", {"picture_id": ("page", "nobodys")}),
    "conflicts": Area("reviewer", {"key": ("nobodys", "record"), "seq": ("no_number",)}),
    "bundles": Area("reviewer"),
    "taking": Area("reviewer"),
    "appointments": Area("reviewer", {"slot_id": ("nobodys",)}),
    "results": Area("reviewer"),
    "figures": Area("reviewer"),
    "exports": Area("reviewer"),
    "payment": Area("reviewer", {"seq": ("no_number",)}),
    # Windows and profiles are the region's own; an administrator sees all of them, and nobody else any.
    "windows": Area("reviewer", {"year": ("no_number",), "kind": ()}),
    "publishing": Area("reviewer", {"seq": ("no_number",), "digest": ("nobodys",)}),
    # The region sees every venue's registrations; what a venue's own reviewers see is asked below.
    "desk": Area("reviewer", {"year": ("no_number",), "id_": ("nobodys",), "picture": ("nobodys",)}),
    "corrections": Area("reviewer", {"year": ("no_number",), "id_": ("nobodys",), "number": ("no_number",)}),
    # Asked below as an administrator: the reviewer of these tests gets to none of it.
    "administration": Area("reviewer", {"venue_id": ("nobodys",), "key": ("nobodys",), "account_id": ("nobodys",)}),
    "originals": Area(
        "reviewer", {"year": ("no_number",), "registration": ("nobodys",), "picture_id": ("nobodys", "picture")}
    ),
}
OF_REGISTRATIONS = ("desk", "corrections")
USUAL: Mapping[str, str | int] = {"day": "2026-03-02", "year": YEAR, "seq": 1, "kind": "upload", "number": 1}
"""What stands for a parameter that names nothing of anybody's."""


@pytest.fixture
def world(region: Region) -> World:
    region.app.config["WTF_CSRF_ENABLED"] = False  # what is tested is who asks, not with which form
    mine, files = sealed("R0001")
    region.deliver(mine, files)
    theirs, objects = sealed("R0002", venue=OTHER_VENUE, sealer=Sealer(SEALER.recipients, OTHER_SIGNER), red=7)
    region.put(f"/records/{theirs.digest}", theirs.content, key=OTHER_KEY)
    first, *_others = objects
    region.put(f"/files/{first}", objects[first], key=OTHER_KEY)
    half = next(content for digest, content in objects.items() if digest != first)
    upload = Tus(region, OTHER_KEY).create(half, half[:10]).headers["Location"].rpartition("/")[2]
    registry = registry_of(region.store)
    key = registry.enrol(somebody(1), venue=OTHER_VENUE)
    page = registry.wardrobe.add(key, "M04", PICTURE)
    ids = {"record": theirs.digest, "object": first, "upload": upload, "nobodys": NOBODYS, "no_number": 1999}
    return World(region, mine.digest, {**ids, "registration": key.id, "picture": page, "page": f"{key.year}-{page}"})


def routes(region: Region) -> Iterator[tuple[Rule, str]]:
    """Every guarded rule with each of its methods."""
    for rule in region.app.url_map.iter_rules():
        if rule.endpoint not in OPEN_ENDPOINTS:
            for method in sorted((rule.methods or set()) - {"OPTIONS"}):
                yield rule, method


def area_of(rule: Rule) -> Area:
    name = rule.endpoint.rpartition(".")[0]
    assert name in AREAS, f"{rule} is new: say in AREAS who calls the blueprint {name!r}"
    return AREAS[name]


def path_of(region: Region, rule: Rule, values: Mapping[str, str | int]) -> str:
    return region.app.url_map.bind("localhost").build(rule.endpoint, dict(values))


def ask(region: Region, method: str, path: str, headers: Mapping[str, str] | None = None) -> TestResponse:
    """Ask with all that the protocol wants, so that nothing but the guard can refuse."""
    given = {"Tus-Resumable": "1.0.0", "Upload-Offset": "10", "Content-Type": CHUNK, **(headers or {})}
    return region.app.test_client().open(path, method=method, headers=given, data=picture())


def is_refused(answer: TestResponse) -> bool:
    """As a stranger, or as if there were nothing. A file that nobody announced is refused as that (409)."""
    if answer.status_code == 303:
        return answer.headers["Location"] == "/sign-in"
    return answer.status_code in (401, 403, 404) or code_of(answer) == "not_announced"


def code_of(answer: TestResponse) -> str:
    """The API's word for an error, "" where there is none."""
    return str(answer.json.get("error", {}).get("code", "")) if answer.is_json and answer.data else ""


def strangers(region: Region) -> Mapping[str, Callable[[], dict[str, str]]]:
    """Who has no business here, by what they come with."""
    forger = region.app.session_interface.get_signing_serializer(region.app)
    assert forger
    name = region.app.config["SESSION_COOKIE_NAME"]
    genuine = forger.dumps({SESSION: "a token that was never given"})
    region.app.secret_key = "another key"
    other = region.app.session_interface.get_signing_serializer(region.app)
    assert other
    forged = other.dumps({SESSION: "x"})
    region.app.secret_key = secret_key(region.settings.home)
    return {
        "nothing": dict,
        "a key that was made up": lambda: {"Authorization": "Bearer made-up"},
        "the key in another scheme": lambda: {"Authorization": f"Basic {KEY}"},
        "a session that was never begun": lambda: {"Cookie": f"{name}={genuine}"},
        "a forged cookie": lambda: {"Cookie": f"{name}={forged}"},
    }


def test_no_route_answers_a_stranger_whatever_they_come_with(world: World) -> None:
    answered = []
    for (who, credentials), (rule, method) in product(strangers(world.region).items(), routes(world.region)):
        values = world.usual(rule)
        answer = ask(world.region, method, path_of(world.region, rule, values), credentials())
        is_right = answer.status_code == (401 if rule.rule.startswith("/api/") else 303) and is_refused(answer)
        if not is_right:
            answered.append((who, method, rule.rule, answer.status_code))
    assert not answered


def test_no_route_gives_what_is_somebody_elses(world: World) -> None:
    browser = Browser(world.region)
    assert browser.sign_in().status_code == 303
    cookie = browser.client.get_cookie(world.region.app.config["SESSION_COOKIE_NAME"])
    assert cookie
    right = {"venue": {"Authorization": f"Bearer {KEY}"}, "reviewer": {"Cookie": f"{cookie.key}={cookie.value}"}}
    given = []
    for rule, method in routes(world.region):
        area = area_of(rule)
        for argument in rule.arguments:
            assert argument in area.theirs, f"{rule}: say in AREAS what of somebody else's {argument!r} could name"
            for word in area.theirs[argument]:
                values = {**world.usual(rule), argument: world.ids[word]}
                answer = ask(world.region, method, path_of(world.region, rule, values), right[area.caller])
                # A record is named by its own bytes: whoever sends others is told so before anything else.
                if not is_refused(answer) and code_of(answer) != "digest_mismatch":
                    given.append((method, rule.rule, word, answer.status_code))
    assert not given


def test_nothing_of_the_other_venues_has_changed_by_all_that(world: World) -> None:
    before = Tus(world.region, OTHER_KEY).offset(f"/{world.ids['upload']}")
    test_no_route_gives_what_is_somebody_elses(world)
    assert Tus(world.region, OTHER_KEY).offset(f"/{world.ids['upload']}") == before == 10
    kept = world.region.get(f"/records/{world.ids['record']}", key=OTHER_KEY)
    assert kept.json["receipt"]["state"] == "stored"


def test_an_administrator_finds_nothing_under_what_is_nobodys_and_no_papers_at_all(world: World) -> None:
    add_reviewer(world.region.store, "管理甲", SECRET, "admin")
    browser = Browser(world.region)
    assert browser.sign_in("管理甲").status_code == 303
    asked = 0
    for rule, method in routes(world.region):
        area = rule.endpoint.partition(".")[0]
        values = {**world.usual(rule), **dict.fromkeys({"venue_id", "key", "account_id"} & rule.arguments, NOBODYS)}
        is_theirs = may_open("admin", area)
        if (area == "administration" and rule.arguments) or (area_of(rule).caller == "reviewer" and not is_theirs):
            answer = browser.client.open(path_of(world.region, rule, values), method=method)
            assert answer.status_code == (404 if is_theirs else 403), (method, rule.rule, answer.status_code)
            asked += 1
    assert asked > 20


def test_a_venues_reviewers_reach_no_registration_of_another_venue(world: World) -> None:
    add_reviewer(world.region.store, "考点甲", SECRET, "venue_review", VENUE)
    browser = Browser(world.region)
    assert browser.sign_in("考点甲").status_code == 303
    theirs = {"id_": world.ids["registration"], "picture": world.ids["picture"]}
    asked = 0
    for rule, method in routes(world.region):
        if rule.endpoint.partition(".")[0] in OF_REGISTRATIONS and "id_" in rule.arguments:
            values = {**world.usual(rule), **{name: theirs[name] for name in rule.arguments if name in theirs}}
            answer = browser.client.open(path_of(world.region, rule, values), method=method)
            assert is_refused(answer), (method, rule.rule, answer.status_code)
            asked += 1
    assert asked


@pytest.mark.parametrize("how", ["role", "session"])
def test_whoever_loses_the_role_in_the_middle_is_refused_at_every_route(world: World, how: str) -> None:
    region, browser = world.region, Browser(world.region)
    assert browser.sign_in().status_code == 303
    assert browser.get("/records").status_code == 200
    if how == "role":
        with region.store.write() as session:
            session.execute(update(Reviewer).values(role=""))
    else:
        region.clock.advance(hours=13)
    for rule, method in routes(region):
        if area_of(rule).caller == "reviewer" and rule.endpoint != "sign_in.leave":
            answer = browser.client.open(path_of(region, rule, world.usual(rule)), method=method)
            assert is_refused(answer), (method, rule.rule, answer.status_code)


def test_a_key_that_was_replaced_in_the_middle_opens_nothing(world: World) -> None:
    upload = Tus(world.region).create(b"x" * 100, b"x", kind="record").headers["Location"].rpartition("/")[2]
    replace_key(world.region.store, VENUE, "the new key")
    for rule, method in routes(world.region):
        if area_of(rule).caller == "venue":
            values = {**world.usual(rule), **({"upload_id": upload} if "upload_id" in rule.arguments else {})}
            answer = ask(world.region, method, path_of(world.region, rule, values), {"Authorization": f"Bearer {KEY}"})
            assert answer.status_code == 401, (method, rule.rule)


def test_a_route_that_somebody_forgot_to_guard_would_be_seen(world: World) -> None:
    """The tests above are no good if they find nothing: here the guard is gone, and a route that nobody described."""
    world.region.app.before_request_funcs[None].clear()
    with pytest.raises((AssertionError, AttributeError)):
        test_no_route_answers_a_stranger_whatever_they_come_with(world)
    with pytest.raises(AssertionError, match="say in AREAS"):
        area_of(Rule("/new/<id>", endpoint="new.show"))
