"""A throw-away PostgreSQL: a cluster of its own in a temporary folder, a database a test, copied from a template."""

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from scripts.test_system import postgres_program
from tests.support.server import free_port

STOP_S, START_S = 30, 90
OWNER, LENT = "kaodian", "postgres"
# Nothing of it has to survive a power cut.
HASTY = ("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off", "-c", "max_connections=200")


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running PostgreSQL; `host` is the folder of its socket, or an address where there are no such sockets."""

    host: str
    port: int

    def url(self, database: str) -> str:
        """The database's SQLAlchemy URL."""
        return f"postgresql+psycopg://{OWNER}@/{database}?host={self.host}&port={self.port}"

    def create(self, template: str = "template0") -> str:
        """Make a database, a copy of another that nobody is connected to; return its name."""
        name = f"t_{secrets.token_hex(6)}"
        self._run("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, template)  # nothing is synced here
        return name

    def drop(self, database: str) -> None:
        """Remove a database, and whoever still holds a connection to it."""
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)

    def _run(self, statement: str, *names: str) -> None:
        with psycopg.connect(
            host=self.host, port=self.port, user=OWNER, dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))  # type: ignore[arg-type]


@contextmanager
def running_cluster(options: Sequence[str] = HASTY) -> Iterator[Cluster]:
    """Run one; it ends and its folder goes, whatever happens.

    PostgreSQL refuses to run as root, so root lends it the account that Debian's package makes.
    """
    folder = Path(tempfile.mkdtemp(prefix="kaodian-pg-"))
    lent = {"user": LENT, "group": LENT, "extra_groups": []} if _is_root() else {}
    if lent:
        shutil.chown(folder, LENT, LENT)
    has_sockets = os.name != "nt"
    cluster = Cluster(folder.as_posix() if has_sockets else "127.0.0.1", free_port())
    listening = f"-c listen_addresses={'' if has_sockets else '127.0.0.1'} -p {cluster.port}"
    places = f"-c unix_socket_directories={folder}" if has_sockets else ""
    data, control = folder / "data", [postgres_program("pg_ctl"), "-D", str(folder / "data"), "-w"]

    def run(*command: str) -> None:
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True, cwd=folder, **lent)  # type: ignore[call-overload]

    try:
        made = ["--no-sync", "-A", "trust", "-U", OWNER, "-E", "UTF8", "--locale=C", "-D", str(data)]
        run(postgres_program("initdb"), *made)
        said = " ".join([listening, places, *options])
        run(*control, "-t", str(START_S), "-l", str(folder / "log"), "-o", said, "start")
        try:
            yield cluster
        finally:
            run(*control, "-t", str(STOP_S), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _is_root() -> bool:
    return os.name != "nt" and os.geteuid() == 0
