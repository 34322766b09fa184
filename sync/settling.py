"""Asks for the region's word on records of which everything was sent; what it has not got is sent again."""

from local_db.outbox import Outbox
from sync.errors import RefusedError, SyncError
from sync.transport import Transport

AT_ONCE = 16
GIVES_UP_AFTER = 3


class Settling:
    """One drain's questions: each record is asked for once.

    One record that the region stumbles over must not keep the others waiting; several in a row are the line.
    """

    def __init__(self, outbox: Outbox, transport: Transport) -> None:
        self._outbox = outbox
        self._transport = transport
        self._asked: set[str] = set()
        self._errors: list[SyncError] = []

    def next(self) -> list[str]:
        """Return the records to be asked for now."""
        if len(self._errors) >= GIVES_UP_AFTER:
            return []
        digests = [one for one in self._outbox.unaccepted(AT_ONCE + len(self._asked)) if one not in self._asked]
        self._asked.update(digests)
        return digests

    def settle(self, digest: str) -> None:
        """Ask for one record."""
        try:
            receipt = self._transport.receipt(digest)
        except RefusedError as error:
            self._outbox.park(digest, str(error))
            return
        except SyncError as error:
            self._errors.append(error)
            return
        self._errors.clear()
        if receipt is None:
            self._outbox.send_again([digest])
        elif receipt.is_accepted:
            self._outbox.accept(receipt)
        elif receipt.receipt.held and not receipt.receipt.missing:
            self._outbox.note_held(digest, receipt.receipt.held)
        else:
            self._outbox.send_again(receipt.receipt.missing)

    def complain(self) -> None:
        """Say that the line was lost, if it was.

        Raises:
            SyncError: several questions in a row were not answered.
        """
        if len(self._errors) >= GIVES_UP_AFTER:
            raise self._errors[-1]
