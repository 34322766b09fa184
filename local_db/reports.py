"""Reports of roster imports, encrypted: they name registration numbers."""

from pathlib import Path

from local_db.durable import make_folder, write_durably
from local_db.errors import DamagedError, MissingBlobError
from local_db.vault.keys import VenueKey

SUFFIX = ".enc"


class ReportFolder:
    """`<root>/<name>.enc`."""

    def __init__(self, root: Path, key: VenueKey) -> None:
        """Use a folder, which is made when the first report comes."""
        self._root = root
        self._envelope = key.envelope("reports")

    def put(self, name: str, content: bytes) -> None:
        """Save a report.

        Raises:
            DiskFullError: there is no room.
        """
        make_folder(self._root)
        write_durably(self._root / (name + SUFFIX), self._envelope.close(content, name))

    def get(self, name: str) -> bytes:
        """Return a report.

        Raises:
            MissingBlobError: it is gone, or has changed.
        """
        try:
            return self._envelope.open((self._root / (Path(name).name + SUFFIX)).read_bytes(), name)
        except (OSError, DamagedError) as error:
            raise MissingBlobError(f"report {name} is gone or damaged") from error
