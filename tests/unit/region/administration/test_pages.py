"""The administrators' pages over HTTP: bad input, two at once, secrets that are shown once, and who gets in at all."""

import io
import logging
import re

import pytest

from records.age import new_identity
from records.signing import Signer
from region.access import AREAS, may_open
from region.administration.reading import acts_on, venue_view
from region.administration.staff import account
from region.labels import ROLES
from region.models import Reviewer
from region.reviewers import add_reviewer, change_role
from region.store import Store
from region.venues import Card, edit_venue
from tests.support.desks import ADMIN, LEAD, REVIEWER, VENUE_LEAD, Desk, row_of
from tests.support.region_app import OTHER_VENUE, SECRET, Region
from tests.support.region_places import everything_kept
from tests.support.region_records import OTHER_SIGNER, SIGNER, VENUE

SHOWN = re.compile(r'class="office__secret"[^>]*>\s*([^<\s][^<]*?)\s*</p>')
VENUE_PAGE, KEYS_PAGE = f"/administration/venues/{VENUE}", f"/administration/venues/{VENUE}/signing-keys/new"


def page_of(store: Store, name: str) -> str:
    return f"/administration/accounts/{row_of(store, name).id}"


def venue_keys(store: Store) -> set[str]:
    return {key.key_id for key, _use in venue_view(store, VENUE).signing}


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ("", "no venue&#39;s public key"),
        ("ed25519:short", "no venue&#39;s public key"),
        (f"{SIGNER.public} {OTHER_SIGNER.public}", "no venue&#39;s public key"),
        ("age1pcj5f8utms2qg48hytq3we589uzz0djglc9vy95l5s8fpredqfzskaldvf", "no venue&#39;s public key"),
        (OTHER_SIGNER.public, "enrolled for another venue"),
    ],
    ids=["nothing", "too short", "two keys", "of another kind", "another venue's"],
)
def test_what_is_no_key_of_this_venue_is_said_and_kept_in_the_field(admin: Desk, sent: str, said: str) -> None:
    admin.get(KEYS_PAGE)
    answer = admin.post(KEYS_PAGE, key=sent)
    assert answer.status_code == 422
    assert said in answer.text
    assert sent in answer.text, "what was typed stays"


@pytest.mark.parametrize("secret", [Signer.new().text(), new_identity()], ids=["signing", "sealing"])
def test_a_secret_key_is_refused_and_never_shown_again(admin: Desk, secret: str) -> None:
    admin.get(KEYS_PAGE)
    answer = admin.post(KEYS_PAGE, key=f"our key: {secret.lower()}")
    assert (answer.status_code, "SECRET" in answer.text) == (422, True)
    assert secret.lower() not in answer.text


def test_a_key_is_enrolled_from_a_file_once_it_was_compared(small: Region, admin: Desk) -> None:
    fresh = Signer.new()
    printed = f"\ufeffThis venue's signing key: {fresh.key_id}\r\nGive this line to the region\r\n{fresh.public}\r\n"
    admin.get(KEYS_PAGE)
    data = {"csrf_token": admin._token, "file": (io.BytesIO(printed.encode()), "key.txt")}
    looked = admin.client.post(KEYS_PAGE, data=data)
    assert " ".join(re.findall("....", fresh.key_id)) in looked.text
    assert admin.post(KEYS_PAGE, key=fresh.public, step="confirm").status_code == 422
    assert venue_keys(small.store) == {SIGNER.key_id}
    assert admin.post(KEYS_PAGE, key=fresh.public, step="confirm", compared="yes").status_code == 303
    assert venue_keys(small.store) == {SIGNER.key_id, fresh.key_id}
    assert acts_on(small.store, VENUE)[0].actor == row_of(small.store, ADMIN).id


def test_a_key_is_revoked_with_a_reason_and_once(small: Region, admin: Desk) -> None:
    path = f"{VENUE_PAGE}/signing-keys/{SIGNER.key_id}/revoke"
    assert "taken and held" in admin.get(path).text
    assert admin.post(path, reason=" ").status_code == 422
    assert admin.post(path, reason="x" * 121).status_code == 422
    assert admin.post(path, reason="computer stolen").status_code == 303
    assert "Revoked. What was received" in admin.get(VENUE_PAGE).text
    admin.post(path, reason="again")
    assert "had been revoked before" in admin.get(VENUE_PAGE).text
    ((key, _use),) = venue_view(small.store, VENUE).signing
    assert key.reason == "computer stolen"
    others = f"/administration/venues/{OTHER_VENUE}/signing-keys/{SIGNER.key_id}/revoke"
    assert admin.get(others).status_code == 404, "under another venue there is no such key"


def test_whoever_saves_an_old_page_sees_the_newer_state_and_changes_nothing(small: Region, admin: Desk) -> None:
    admin.get(VENUE_PAGE)
    edit_venue(small.store, VENUE, Card("同事改的名", "同事改的地址"))
    answer = admin.post(VENUE_PAGE, seen="0", name="我改的名", address="", directions="typed at length")
    assert answer.status_code == 409
    for words in ("Somebody else has changed this", "同事改的名", "同事改的地址", "我改的名", "typed at length"):
        assert words in answer.text
    assert venue_view(small.store, VENUE).row.name == "同事改的名"
    assert 'name="seen" value="1"' in answer.text, "who repeats it now does so knowingly"
    assert admin.post(VENUE_PAGE, seen="1", name="我改的名").status_code == 303
    assert admin.post(VENUE_PAGE, seen="forged", name="x").status_code == 409


def test_secrets_are_shown_once_and_kept_and_logged_nowhere(
    small: Region, admin: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    admin.get("/administration/venues/new")
    made = admin.post("/administration/venues/new", id="V-NEW", name="新考点")
    again = admin.post("/administration/venues/new", id="v-new", name="新考点二")
    assert (again.status_code, "新考点二" in again.text) == (422, True), "typed text is kept"
    renewed = admin.post(f"{VENUE_PAGE}/access-key", act="replace", reason="lost", seen="0")
    hired = admin.post("/administration/accounts/new", name="新同事", role="review", venue="")
    reset = admin.post(f"{page_of(small.store, LEAD)}/password", reason="forgotten", seen="0")
    secrets = [SHOWN.findall(answer.text)[0] for answer in (made, renewed, hired, reset)]
    assert len(set(secrets)) == 4
    assert {answer.headers["Cache-Control"] for answer in (made, renewed, hired, reset)} == {"no-store"}
    stale = admin.post(f"{VENUE_PAGE}/access-key", act="replace", reason="lost", seen="0")
    assert stale.status_code == 409, "sent again, as by a reload, nothing is made anew"
    assert small.get("/status", key=secrets[1]).status_code == 200
    shown = [admin.get(path).text for path in (VENUE_PAGE, "/administration/venues/V-NEW", page_of(small.store, LEAD))]
    for secret in secrets:
        assert secret not in caplog.text
        assert not [page for page in shown if secret in page]
    for name, content in everything_kept(small):
        assert not [secret for secret in secrets if secret.encode() in content], name


def test_bad_words_for_a_venue_and_for_an_account_are_refused_one_by_one(admin: Desk) -> None:
    admin.get("/administration/venues/new")
    for given, said in (
        ({"id": "", "name": ""}, "code, as its own settings"),
        ({"id": "no blanks", "name": "x"}, "letters, digits, dots"),
        ({"id": "V-9", "name": "x" * 201}, "At most 200"),
    ):
        answer = admin.post("/administration/venues/new", **given)
        assert (answer.status_code, said in answer.text) == (422, True), given
    for given, said in (
        ({"name": "", "role": "review"}, "how this person is called"),
        ({"name": "甲", "role": "emperor"}, "Choose a role"),
        ({"name": "甲", "role": "venue_lead"}, "whose reviewer this is"),
        ({"name": "甲", "role": "lead", "venue": VENUE}, "This role is the region"),
        ({"name": "甲", "role": "venue_lead", "venue": "V-NONE"}, "need a venue"),
        ({"name": REVIEWER, "role": "review"}, "account of this name already"),
    ):
        answer = admin.post("/administration/accounts/new", **given)
        assert (answer.status_code, said in answer.text) == (422, True), given


def test_closing_takes_a_choice_and_a_reason_and_says_the_rule_before(small: Region, admin: Desk) -> None:
    path = f"{VENUE_PAGE}/close"
    page = admin.get(path).text
    assert "taken and held" in page
    assert "is accepted and reviewed as ever" in page
    refused = admin.post(path, how="", reason="", cut="yes")
    assert (refused.status_code, "Choose what is to happen" in refused.text) == (422, True)
    assert admin.post(path, how="close", reason="old page", seen="7").status_code == 409
    assert admin.post(path, how="close", reason="exam over", seen="0").status_code == 303
    assert "exam over" in admin.get(VENUE_PAGE).text
    assert "Closed since" in admin.get(VENUE_PAGE).text
    assert admin.post(f"{VENUE_PAGE}/open", reason="", seen="1").status_code == 422
    assert admin.post(f"{VENUE_PAGE}/open", reason="next year", seen="1").status_code == 303
    assert admin.post(path, how="revoke", cut="yes", reason="stolen", seen="2").status_code == 303
    assert small.get("/status").status_code == 401
    assert acts_on(small.store, VENUE)[0].detail == "stolen"


def test_an_account_is_changed_by_others_only_and_with_a_reason(small: Region, admin: Desk) -> None:
    own, other = page_of(small.store, ADMIN), page_of(small.store, REVIEWER)
    assert "This is your own account" in admin.get(own).text
    assert "Reset the password" not in admin.get(own).text
    for route, fields in (("role", {"role": "lead"}), ("close", {}), ("password", {})):
        assert admin.post(f"{own}/{route}", reason="because", seen="0", **fields).status_code == 409
        assert admin.post(f"{other}/{route}", reason="", seen="0", **{"role": "lead", **fields}).status_code == 422
    assert admin.post(f"{other}/role", role="lead", reason="promoted", seen="0").status_code == 303
    stale = admin.post(f"{other}/close", reason="typed at length", seen="0")
    assert (stale.status_code, "typed at length" in stale.text, "Lead reviewer" in stale.text) == (409, True, True)
    assert account(small.store, row_of(small.store, REVIEWER).id).closed_at is None


def test_a_role_that_is_taken_away_ends_it_and_no_word_is_lost(small: Region, admin: Desk) -> None:
    add_reviewer(small.store, "管理乙", SECRET, "admin")
    path = page_of(small.store, VENUE_LEAD)
    admin.get(path)
    change_role(small.store, ADMIN, "review")
    answer = admin.post(f"{path}/close", reason="a long story", seen="0")
    assert (answer.status_code, "a long story" in answer.text) == (403, True)
    assert row_of(small.store, VENUE_LEAD).closed_at is None


def test_a_form_without_its_token_changes_nothing(small: Region, admin: Desk) -> None:
    for path in (VENUE_PAGE, f"{VENUE_PAGE}/close", KEYS_PAGE, f"{page_of(small.store, LEAD)}/close"):
        assert admin.client.post(path, data={"reason": "x", "name": "x", "how": "close"}).status_code == 400
    assert acts_on(small.store, VENUE)[0].act == "venue_key_enrolled"


def test_the_table_of_roles_is_the_one_that_the_guard_goes_by(admin: Desk) -> None:
    page = admin.get("/administration/roles").text
    rows = [row for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)[1:] if 'scope="row"' in row]
    allowed = sorted([[("Yes" in cell) for cell in re.findall(r"<td>(.*?)</td>", row, re.DOTALL)] for row in rows])
    assert allowed == sorted([[may_open(role, area) for role in ROLES] for area in AREAS])


def test_a_one_time_password_opens_no_page_but_its_own(small: Region) -> None:
    add_reviewer(small.store, "新人", "one-time-words", "lead", is_one_time=True)
    desk = Desk(small, "新人")
    assert desk.home == "/password"
    for path in ("/records", "/administration/", "/payment/", "/"):
        assert desk.get(path).headers["Location"] == "/password"
    page = desk.get("/password").text
    assert "Main menu" not in page
    wrong = desk.post("/password", chosen="my own words", again="my other words")
    assert (wrong.status_code, "Type the new password twice" in wrong.text) == (422, True)
    assert desk.post("/password", chosen="短", again="短").status_code == 422
    assert desk.post("/password", chosen="my own words", again="my own words").status_code == 303
    assert desk.get("/records").status_code == 200
    desk.get("/password")
    assert "not your present" in desk.post("/password", present="x", chosen="words anew", again="words anew").text
    right = desk.post("/password", present="my own words", chosen="words anew", again="words anew")
    assert right.status_code == 303


def test_the_start_page_names_what_should_be_seen_to(small: Region, admin: Desk) -> None:
    page = admin.get("/administration/").text
    assert "Only one administrator can sign in" in page
    admin.get("/administration/venues/new")
    admin.post("/administration/venues/new", id="V-MUTE", name="没有密钥")
    assert "nothing is taken from: V-MUTE" in admin.get("/administration/").text
    (small.settings.home / "keys").rename(small.settings.home / "keys-lost")
    assert "The secret of a key of this region is missing" in admin.get("/administration/").text
    assert "Secret missing" in admin.get("/administration/region").text


def test_a_long_list_of_accounts_has_a_next_page(small: Region, admin: Desk) -> None:
    with small.store.write() as session:
        for number in range(101):
            row = Reviewer(id=f"r-{number:03}", name=f"批量{number:03}", secret_hash="", role="lead", failures=0)
            session.add(row)
    page = admin.get("/administration/accounts?role=lead").text
    (url,) = re.findall(r'href="(/administration/accounts\?after=[^"]+)"', page)
    assert "批量" not in url, "no name in an address"
    assert "批量100" in admin.get(url.replace("&amp;", "&")).text
