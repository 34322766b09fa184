"""Reviewers of both levels at their screens."""

from sqlalchemy import select

from region.guard import SESSION
from region.models import Reviewer
from region.registry.box import open_box
from region.registry.models import ProfileRow
from region.registry.rules import parse_rules
from region.reviewers import add_reviewer
from region.sessions import Accounts
from region.store import Store
from tests.support.region_app import SECRET, Browser, Region
from tests.support.region_records import VENUE
from tests.support.registry import PROFILE, Registry

VENUE_REVIEWER, VENUE_LEAD, REVIEWER, LEAD, OTHER_LEAD, ADMIN = (
    "考点甲",
    "考点乙",
    "考区甲",
    "考区乙",
    "考区丙",
    "管理甲",
)
OTHER_ADMIN = "管理乙"
PEOPLE = {
    VENUE_REVIEWER: "venue_review",
    VENUE_LEAD: "venue_lead",
    REVIEWER: "review",
    LEAD: "lead",
    OTHER_LEAD: "lead",
    ADMIN: "admin",
}
OPINIONS = """
[[online.opinions]]
code = "unclear"
words = { zh = "图片不清晰", en = "The picture cannot be read" }

[[online.opinions]]
code = "not_eligible"
words = { zh = "不符合报考条件", en = "The conditions for this exam are not met" }

[materials]
"""


def profile(lock: str = "on_submit") -> str:
    """The registry's short profile, with opinions to pick from."""
    return PROFILE.format(lock=lock).replace("[materials]\n", OPINIONS, 1)


def publish(store: Store, source: str) -> None:
    """Bring a profile into force."""
    rules, now = parse_rules(source), store.now()
    with store.write() as session:
        row = ProfileRow(digest=rules.digest, name="test", version="1", source=source, made_at=now, made_by="test")
        row.published_at = now
        session.add(row)


def staff(region: Region) -> None:
    """Add reviewers of every role, all with the same password, and the short profile."""
    for name, role in PEOPLE.items():
        add_reviewer(region.store, name, SECRET, role, VENUE if role.startswith("venue") else None)
    publish(region.store, profile())


def second_administrator(region: Region) -> None:
    """Add another one: a profile takes two."""
    add_reviewer(region.store, OTHER_ADMIN, SECRET, "admin")


def registry_in_force(store: Store) -> Registry:
    """The registry under the profile that the screens go by."""
    return Registry(store, open_box(store), parse_rules(profile()))


def row_of(store: Store, name: str) -> Reviewer:
    """The account of this name."""
    with store.read() as session:
        return session.scalars(select(Reviewer).where(Reviewer.name == name)).one()


class Desk(Browser):
    """The browser of a signed-in reviewer."""

    def __init__(self, region: Region, name: str, locale: str = "en") -> None:
        super().__init__(region, locale)
        # Signed in without the password, which is slow to check on purpose; the screen of it has tests of its own.
        token = Accounts(region.store, region.settings)._start_session(row_of(region.store, name).id)
        with self.client.session_transaction() as session:
            session[SESSION] = token
        self.home = self.get("/").headers["Location"]
        self.get(self.home)

    def act(self, key: object, route: str, **fields: str):
        """Send one of a registration's forms from its screen, with the revision that the screen shows."""
        path = f"/desk/{key}"
        page = self.get(path).text
        revision = page.split('name="revision" value="')[1].split('"')[0] if 'name="revision"' in page else "0"
        return self.post(f"{path}/{route}", **{"revision": revision, **fields})

    def judge_all(self, key: object, **others: str) -> None:
        """Take it in hand and note the required items as passed, others as said."""
        assert self.act(key, "claim").status_code == 303
        for code in ("M02", "M04"):
            mark = others.get(code, "pass")
            answer = self.act(key, "mark", item=code, mark=mark, opinion="unclear" if mark == "return" else "")
            assert answer.status_code == 303

    def conclude(self, key: object, act: str, **fields: str):
        """Conclude the review."""
        return self.act(key, "conclude", act=act, **fields)
