"""Another key for everything a venue keeps: what is refused, what is taken along, what is left behind."""

import threading
from contextlib import closing
from pathlib import Path

import pytest

from local_db.backup.layout import BackupFolder
from local_db.backup.restoring import restore
from local_db.backup.writing import Source, make_backup
from local_db.blobs import BlobFolder
from local_db.clock import Clock
from local_db.engine import Database
from local_db.errors import (
    BackupError,
    DamagedError,
    LockedError,
    MissingBlobError,
    NoVaultError,
    VaultError,
    WrongKeyError,
)
from local_db.rotation.journal import FILE, Stage, alone, read_journal
from local_db.rotation.places import next_of
from local_db.rotation.rotation import Rotation
from local_db.rotation.switching import finish_switch
from local_db.vault.keys import VenueKey
from local_db.vault.keystore import KeyStore
from local_db.vault.vault import DEMO_KEY, Vault
from records.canonical import digest_bytes
from tests.support.builders import KEY, Shelf
from tests.support.rotating import (
    NEW_WORDS,
    OLD_WORDS,
    PICTURES,
    QUICK,
    fresh,
    furnish,
    key_in_use,
    leftovers,
    places_at,
    problems,
    rotate,
)
from tests.unit.local_db.test_vault import Drawer


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return furnish(tmp_path_factory.mktemp("template") / "home")


@pytest.fixture
def home(template: Path, tmp_path: Path) -> Path:
    return fresh(template, tmp_path / "home")


def begun(home: Path, store: KeyStore | None = None) -> tuple[Rotation, VenueKey]:
    """A rotation whose paper is in somebody's hand."""
    rotation = Rotation(places_at(home), store, QUICK)
    new = rotation.begin(KEY, NEW_WORDS)
    rotation.new_paper(new)
    rotation.paper_is_safe()
    return rotation, new


def carry_on(rotation: Rotation, new: VenueKey, old: VenueKey = KEY) -> None:
    rotation.carry_and_switch(old, new, Clock(), lambda _done, _total: None)


def test_everything_is_under_the_new_key_and_nothing_under_the_old(home: Path) -> None:
    assert problems(home, KEY) == []
    told: list[tuple[int, int]] = []
    rotation, new = begun(home)
    rotation.carry_and_switch(KEY, new, Clock(), lambda done, total: told.append((done, total)))
    assert problems(home, new) == []
    assert leftovers(home) == []
    assert told[-1] == (len(PICTURES) + 2, len(PICTURES) + 3), "all but the file that is not ours"
    with pytest.raises(WrongKeyError):
        Database(home / "venue.db", KEY)
    with pytest.raises(MissingBlobError):
        BlobFolder(home / "blobs", KEY).get(digest_bytes(PICTURES[0]))
    with pytest.raises(WrongKeyError):
        Vault(home / "vault").open(OLD_WORDS)
    assert Vault(home / "vault").open(NEW_WORDS) == new


def test_the_recovery_key_on_the_newest_paper_opens_it(home: Path) -> None:
    rotation = Rotation(places_at(home), cost=QUICK)
    new = rotation.begin(KEY, NEW_WORDS)
    lost, paper = rotation.new_paper(new), rotation.new_paper(new)
    rotation.paper_is_safe()
    carry_on(rotation, new)
    assert Vault(home / "vault").open(paper.lower()) == new
    with pytest.raises(WrongKeyError):
        Vault(home / "vault").open(lost)


def test_without_its_paper_nothing_is_carried_over(home: Path) -> None:
    rotation = Rotation(places_at(home), cost=QUICK)
    new = rotation.begin(KEY, NEW_WORDS)
    with pytest.raises(WrongKeyError, match="no paper yet"):
        carry_on(rotation, new)
    assert problems(home, KEY) == []


def test_the_wrong_keys_change_nothing(home: Path) -> None:
    rotation, new = begun(home)
    for old, wrong in ((KEY, VenueKey.random()), (VenueKey.random(), new), (new, KEY)):
        with pytest.raises(WrongKeyError):
            carry_on(rotation, wrong, old)
    assert key_in_use(home) == KEY
    assert problems(home, KEY) == []


def test_a_second_one_is_not_begun_beside_the_first(home: Path) -> None:
    rotation, new = begun(home)
    with pytest.raises(VaultError, match="already"):
        rotation.begin(KEY, NEW_WORDS)
    carry_on(rotation, new)
    with pytest.raises(VaultError, match="no exchange"):
        carry_on(rotation, new)
    again = Rotation(places_at(home), cost=QUICK)
    third = again.begin(new, OLD_WORDS)
    again.new_paper(third)
    again.paper_is_safe()
    carry_on(again, third, new)
    assert Vault(home / "vault").open(OLD_WORDS) == third
    assert leftovers(home) == []


def test_a_running_venue_is_left_alone(home: Path) -> None:
    rotation, new = begun(home)
    with closing(Database(home / "venue.db", KEY)) as venue, venue.reading() as session:
        session.connection()
        with pytest.raises(LockedError, match="stop it first"):
            carry_on(rotation, new)
    carry_on(rotation, new)
    assert problems(home, new) == []


def test_no_venue_starts_while_things_are_carried_over(home: Path) -> None:
    rotation, new = begun(home)
    said: list[Exception] = []

    def start(_done: int, _total: int) -> None:
        if not said:
            with pytest.raises(LockedError) as refused:
                Database(home / "venue.db", KEY)
            said.append(refused.value)

    rotation.carry_and_switch(KEY, new, Clock(), start)
    assert "try again when it has finished" in str(said[0])


def test_what_the_venue_did_between_two_attempts_is_taken_along(home: Path) -> None:
    rotation, new = begun(home)
    (home / "blobs" / "ab").mkdir(exist_ok=True)
    broken = home / "blobs" / "ab" / ("ab" * 32 + ".enc")
    broken.write_bytes(b"no file of ours")
    with pytest.raises(DamagedError, match="verify"):
        carry_on(rotation, new)
    broken.unlink()
    assert key_in_use(home) == KEY, "the venue opens as ever"
    shelf = Shelf(home, key=KEY, is_new=False)
    with closing(shelf.database):
        shelf.store.blobs.remove(digest_bytes(PICTURES[3]))
        shelf.store.blobs.put(b"captured meanwhile")
        shelf.arrived(1)
    carry_on(rotation, new)
    blobs = BlobFolder(home / "blobs", new)
    assert blobs.get(digest_bytes(b"captured meanwhile")) == b"captured meanwhile"
    assert not blobs.has(digest_bytes(PICTURES[3])), "what was removed does not come back"
    shelf = Shelf(home, key=new, is_new=False)
    with closing(shelf.database):
        assert shelf.store.visit_of(shelf.people[1].reg_no) is not None


def test_given_up_the_old_key_stays(home: Path) -> None:
    rotation, _new = begun(home)
    rotation.give_up()
    assert leftovers(home) == []
    assert key_in_use(home) == KEY
    assert problems(home, KEY) == []
    with pytest.raises(VaultError, match="no exchange"):
        rotation.give_up()


def test_a_link_in_the_home_folder_is_refused_before_anything_is_made(home: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "large disk"
    (home / "blobs").rename(elsewhere)
    (home / "blobs").symlink_to(elsewhere, target_is_directory=True)
    with pytest.raises(VaultError, match="a link or a disk of its own"):
        begun(home)
    assert leftovers(home) == []


def test_the_key_store_of_the_computer_gets_the_new_key_and_loses_the_old(home: Path) -> None:
    drawer = Drawer()
    store = KeyStore(drawer)
    Vault(home / "vault", store).add_keystore(KEY)
    rotation, new = begun(home, store)
    assert {name for _service, name in drawer.kept} == {KEY.id, new.id}, "both until the end"
    carry_on(rotation, new)
    assert {name for _service, name in drawer.kept} == {new.id}
    assert Vault(home / "vault", store).open_alone() == new
    begun_again = Rotation(places_at(home), store, QUICK)
    begun_again.begin(new, NEW_WORDS)
    begun_again.give_up()
    assert {name for _service, name in drawer.kept} == {new.id}


def test_a_demos_key_is_exchanged_for_another_demo_key(home: Path) -> None:
    rotation = Rotation(places_at(home), cost=QUICK)
    new = rotation.begin(KEY, None)
    assert (next_of(home / "vault") / DEMO_KEY).exists()
    rotation.paper_is_safe()
    carry_on(rotation, new)
    assert Vault(home / "vault").open_alone() == new


def back_up(home: Path, stick: Path, key: VenueKey) -> BackupFolder:
    stick.mkdir(exist_ok=True)
    shelf = Shelf(home, key=key, is_new=False)
    with closing(shelf.database):
        source = Source("V-TEST", home, shelf.database, shelf.store.blobs, shelf.store.sealed, home / "vault")
        return BackupFolder(make_backup(source, stick, shelf.clock.now).folder)


def test_a_backup_of_before_opens_with_the_old_words_and_a_new_one_with_the_new(home: Path, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    before = back_up(home, stick, KEY)
    rotate(home)
    new = key_in_use(home)
    after = back_up(home, stick, new)
    assert set(BackupFolder.all_of(stick, "V-TEST")) == {KEY.id, new.id}
    for folder, words in ((before, OLD_WORDS), (after, NEW_WORDS)):
        restored = tmp_path / f"restored {words}"
        key = Vault(folder.vault).open(words)
        assert restore(folder, restored, key).lacking == []
        assert Vault(restored / "vault").open(words) == key


def test_nothing_is_restored_into_a_home_in_the_middle_of_it(home: Path, tmp_path: Path) -> None:
    folder = back_up(home, tmp_path / "stick", KEY)
    begun(home)
    (home / "venue.db").unlink()
    with pytest.raises(BackupError, match="occupied"):
        restore(folder, home, KEY)
    journal = read_journal(home)
    assert journal is not None
    assert journal.stage is Stage.CARRYING


def test_a_damaged_journal_stops_everything(home: Path) -> None:
    begun(home)
    (home / FILE).write_text("{", "utf-8")
    with pytest.raises(DamagedError, match=r"rotation\.json"):
        finish_switch(places_at(home))


def test_only_one_process_works_on_it(home: Path) -> None:
    seen: list[str] = []

    def other() -> None:
        try:
            with alone(home, patience_s=0.1):
                seen.append("in")
        except LockedError:
            seen.append("locked")

    with alone(home):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    other()
    assert seen == ["locked", "in"]


def test_a_lost_new_vault_is_said_and_can_be_given_up(home: Path) -> None:
    rotation, _new = begun(home)
    (next_of(home / "vault") / "passphrase.json").unlink()
    with pytest.raises(NoVaultError):
        rotation.next_vault.open(NEW_WORDS)
    rotation.give_up()
    assert key_in_use(home) == KEY
