"""The demo region: a venue, reviewers whose secrets everybody may know, and keys that protect nothing real."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from flask import Flask

from records.errors import MissingKeyError
from records.registration import Registration
from region.demo_roster import read_demo_roster
from region.keys import current_recipient, key_history, make_key, missing_secrets
from region.office_errors import AlreadyKnownError
from region.portal.app import PATH as PORTAL
from region.portal.app import client_secret
from region.provider.app import PASSWORD, create_provider
from region.provider.app import PATH as PROVIDER
from region.provider.server import Account, Portal, Provider
from region.registry.box import open_box
from region.registry.enrolling import enrol_roster
from region.reviewers import VENUE_ROLES, add_reviewer
from region.settings import LOOPBACK, Settings, once_written, secret_key_text, write_public
from region.settings_tables import NoticesTable, SignInTable
from region.signers import enrol
from region.store import Store, open_store
from region.venues import add_venue, new_key, replace_key

DEMO_VENUE = "DEMO-01"
DEMO_VENUE_NAME = "演示考点"
DEMO_REVIEWERS = (("审核员甲", "660011", "review"), ("审核员乙", "660022", "lead"))
DEMO_ADMINS = (("管理员", "660033", "admin"),)
DEMO_VENUE_REVIEWERS = (("考点审核员", "550011", "venue_review"), ("考点负责人", "550022", "venue_lead"))
DEMO_PEOPLE = DEMO_REVIEWERS + DEMO_ADMINS + DEMO_VENUE_REVIEWERS
"""Name, PIN and role of everybody who may sign in."""
DEMO_ACCOUNTS = 5
CLIENT_ID, CLIENT_SECRET_FILE = "kaodian-portal", "portal-demo.secret"
KEY_FILE = "venue-demo.key"
DEMO_STICK = "demo/stick"
"""Beside the region's home, where the demo venue leaves its bundles."""
SEALING_FILE = "sealing-demo.pub"


@dataclass(frozen=True, slots=True)
class DemoRegion:
    """What one needs to try the region out.

    Attributes:
        venue_key: the demo venue's bearer key, also in `<home>/venue-demo.key`.
        recipient: what the demo venue seals to, also in `<home>/sealing-demo.pub`.
        reviewers: name, PIN and role of each.
        candidates: registration number and name of those who can sign in.
    """

    venue_key: str
    recipient: str
    reviewers: tuple[tuple[str, str, str], ...]
    candidates: tuple[Account, ...] = ()


def prepare_demo(settings: Settings, signing_key: str = "", roster: Path | None = None) -> DemoRegion:
    """Make the demo venue, reviewers and keys where they are missing; any number of times, also at once.

    Args:
        signing_key: the demo venue's public key, to be enrolled.
        roster: file of the made-up people who are registered.

    Raises:
        KeyStoreError: a key that records were sealed to is gone; it is not made anew by itself.
    """
    key = once_written(settings.home / KEY_FILE, new_key)
    store = open_store(settings)
    try:
        _make(store, key)
        recipient = _recipient(store)
        if signing_key:
            with suppress(AlreadyKnownError):  # somebody who tries the demo has revoked it, and it stays so
                enrol(store, DEMO_VENUE, signing_key)
        people = read_demo_roster(roster) if roster else []
        _enrol_people(store, people)
    finally:
        store.close()
    write_public(settings.home / SEALING_FILE, recipient)
    return DemoRegion(key, recipient, DEMO_PEOPLE, _accounts(people))


def demo_settings(settings: Settings) -> Settings:
    """Return the settings with the demo's own account provider and notices on the console, where no others are set.

    It has one administrator, who may publish alone what he has written.
    """
    sign_in, notices = settings.sign_in, settings.notices
    if not sign_in.issuer:
        once_written(settings.home / CLIENT_SECRET_FILE, secret_key_text)
        issuer = f"http://127.0.0.1:{settings.port}{PROVIDER}"
        sign_in = SignInTable(issuer=issuer, client_id=CLIENT_ID, client_secret_file=CLIENT_SECRET_FILE)
    if not notices.channels:
        notices = NoticesTable(channels=("console",))
    return replace(settings, sign_in=sign_in, notices=notices, profile_four_eyes=False)


def demo_provider(settings: Settings, candidates: Sequence[Account]) -> Mapping[str, Flask]:
    """Return the demo's account provider by its path; nothing where the settings name a real one."""
    if settings.sign_in.client_id != CLIENT_ID:
        return {}
    ways = {f"http://{host}:{settings.port}{PORTAL}/sign-in/back" for host in LOOPBACK}
    client = Portal(CLIENT_ID, client_secret(settings), ways.__contains__)
    return {PROVIDER: create_provider(settings, Provider(settings.sign_in.issuer, client, candidates))}


def demo_lines(settings: Settings, demo: DemoRegion) -> list[str]:
    """Return what somebody who tries the candidates' pages has to know."""
    if not demo.candidates:
        return []
    people = "  ".join(f"{account.number} {account.name}" for account in demo.candidates)
    return [
        f"Candidates (考生): http://127.0.0.1:{settings.port}{PORTAL}/",
        f"  demo accounts, password {PASSWORD}: {people}",
    ]


def _enrol_people(store: Store, people: Sequence[Registration]) -> None:
    """Register the people, for the year of their appointments."""
    if people:
        slot = people[0].slot
        year = slot.day.year if slot else store.now().year
        enrol_roster(store, open_box(store), year, DEMO_VENUE, people)


def _accounts(people: Sequence[Registration]) -> tuple[Account, ...]:
    """Return accounts of unlike people: one of each set of flags, in the roster's order."""
    unlike: dict[str, Registration] = {}
    for person in people:
        unlike.setdefault(person.fields.get("kinds", ""), person)
    chosen = list(unlike.values())[:DEMO_ACCOUNTS]
    return tuple(Account(person.reg_no, person.fields.get("name", "")) for person in chosen)


def _recipient(store: Store) -> str:
    """Return the demo's sealing key, made where there has never been one."""
    if lost := missing_secrets(store):
        raise MissingKeyError(lost[0])
    return current_recipient(store) if key_history(store) else make_key(store)


def _make(store: Store, key: str) -> None:
    try:
        add_venue(store, DEMO_VENUE, DEMO_VENUE_NAME, key)
    except AlreadyKnownError:
        replace_key(store, DEMO_VENUE, key)  # somebody may have removed the demo's key file
    for name, pin, role in DEMO_PEOPLE:
        try:
            add_reviewer(store, name, pin, role, DEMO_VENUE if role in VENUE_ROLES else None)
        except AlreadyKnownError:
            pass
