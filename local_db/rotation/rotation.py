"""A rotation from its beginning to its end. Each part can be killed and is called again, until there is no journal.

    begin      the new key, wrapped in a vault of its own beside the venue's     prepared
    new_paper  its recovery key, for paper; confirmed by whoever wrote it down
    carry      everything once more under the new key, read back                 carrying
    switch     one word in the journal, then renames                             switching

Until the switch the venue opens with the old key as ever, and what was laid out can be thrown away.
"""

from contextlib import closing

from sqlcipher3 import dbapi2

from local_db import audit
from local_db.backup.snapshot import copy_database
from local_db.clock import Clock
from local_db.engine import Database
from local_db.errors import VaultError, WrongKeyError
from local_db.rotation.carrying import Progress, carry_files
from local_db.rotation.holding import held
from local_db.rotation.journal import Journal, Stage, alone, end_journal, read_journal, write_journal
from local_db.rotation.places import Places, next_of
from local_db.rotation.switching import complete, drop_database, drop_laid_out, drop_replaced
from local_db.signing_keys import OPERATOR
from local_db.vault.keys import VenueKey
from local_db.vault.keystore import KeyStore
from local_db.vault.vault import Vault
from local_db.vault.wrapping import Cost

ROTATED = "vault_key_rotated"


class Rotation:
    """Exchanges a venue's key."""

    def __init__(self, places: Places, store: KeyStore | None = None, cost: Cost | None = None) -> None:
        self.places = places
        self._store = store
        self.next_vault = Vault(next_of(places.vault), store, cost)

    def journal(self) -> Journal | None:
        """Return where it stands, None if there is none."""
        return read_journal(self.places.home)

    def begin(self, old: VenueKey, passphrase: str | None) -> VenueKey:
        """Make the new key and keep it in a vault beside the venue's, under the passphrase; a demo's needs none.

        Raises:
            VaultError: a rotation is under way, the passphrase is too short, the key store refuses, or a part of the
                home folder is a link or a disk of its own, which cannot be exchanged by a rename.
        """
        places, vault = self.places, Vault(self.places.vault, self._store)
        if self.journal():
            raise VaultError("the key is being exchanged already")
        for folder in places.folders:
            if folder.is_symlink() or (folder.exists() and folder.is_mount()):
                raise VaultError(f"{folder} is a link or a disk of its own: put a plain folder there first")
        with alone(places.home):
            drop_laid_out(places, self._store)
            drop_replaced(places)
            new = self.next_vault.create(passphrase) if passphrase is not None else self.next_vault.create_demo()
            if "keystore" in vault.ways():
                self.next_vault.add_keystore(new)
            write_journal(places.home, Journal(Stage.PREPARED, old.id, new.id))
        return new

    def new_paper(self, new: VenueKey) -> str:
        """Return the new key's recovery key for paper; one that was printed before opens nothing."""
        return self.next_vault.new_recovery_key(new)

    def paper_is_safe(self) -> None:
        """Note that somebody holds the paper in hand: from here on things may be carried over."""
        journal = self._journal()
        write_journal(self.places.home, Journal(Stage.CARRYING, journal.old, journal.new))

    def carry_and_switch(self, old: VenueKey, new: VenueKey, clock: Clock, progress: Progress) -> None:
        """Lay out everything under the new key, then switch to it; nobody else can open the venue meanwhile.

        Raises:
            LockedError: the venue is running.
            DiskFullError, DiskFailedError, DamagedError: nothing was switched; the venue opens as ever.
            WrongKeyError: these are not the two keys, or the paper was not confirmed.
        """
        journal = self._journal()
        if journal.stage is not Stage.CARRYING or (journal.old, journal.new) != (old.id, new.id):
            raise WrongKeyError("the rotation that was begun is between other keys, or has no paper yet")
        with alone(self.places.home):
            with held(self.places.database, old) as connection:
                carry_files(self.places, old, new, progress)
                self._carry_database(connection, old, new, clock)
                write_journal(self.places.home, Journal(Stage.SWITCHING, old.id, new.id))
            complete(self.places, self._store)

    def give_up(self) -> None:
        """Throw away the new key and what was laid out under it; the old key stays the venue's.

        Raises:
            VaultError: there is no rotation, or it is past that.
        """
        if not self._journal().can_be_given_up:
            raise VaultError("the new key is in use already")
        with alone(self.places.home):
            end_journal(self.places.home)
            drop_laid_out(self.places, self._store)

    def _journal(self) -> Journal:
        journal = self.journal()
        if journal is None:
            raise VaultError("no exchange of the key was begun")
        return journal

    def _carry_database(self, connection: dbapi2.Connection, old: VenueKey, new: VenueKey, clock: Clock) -> None:
        """Copy the database last, and write down in the copy that the key was exchanged."""
        target = next_of(self.places.database)
        drop_database(target)
        copy_database(self.places.database, target, old, under=new, through=connection)
        database = Database(target, new)
        with closing(database), database.writing() as session:
            audit.append(session, clock, audit.Act(OPERATOR, "", ROTATED, new.id, {"from": old.id}))
        with held(target, new):
            pass  # puts its log away: it is one file now, which a rename brings in whole
