"""The region as a process under siege: the real one, as `python -m region run` starts it."""

import os
import threading
from multiprocessing.connection import Connection
from pathlib import Path

from region.app import create_app
from region.receiving import serving
from region.settings import Settings
from region.store import open_store
from region.uploads import Uploads
from tests.support.siege.places import Places

THREADS = 16


def run_region(pipe: Connection, folder: str) -> None:
    """Serve on any free port, which is told, until we are killed or left alone."""
    settings = Settings(Places(Path(folder)).region)
    store = open_store(settings)
    store.files.sweep(store.is_alone)
    Uploads(store).sweep()
    server = serving(create_app(settings, store), host="127.0.0.1", port=0, threads=THREADS, ident=None)
    pipe.send(int(server.effective_port))
    threading.Thread(target=_end_with, args=(pipe,), daemon=True).start()
    server.run()


def _end_with(pipe: Connection) -> None:
    try:
        pipe.recv()
    except (EOFError, OSError):
        os._exit(0)
