"""One station works with another's device while its own is broken."""

import json
from collections.abc import Mapping
from threading import Lock

from devices.bench import Bench
from local_db.outbox import Outbox

_KEY = "lent"


class Lending:
    """Who lends what to whom. It is remembered over a restart: the broken reader is still broken then."""

    def __init__(self, memory: Outbox, benches: Mapping[str, Bench]) -> None:
        self._memory, self._benches = memory, benches
        self._lock = Lock()
        self._lent: dict[str, dict[str, str]] | None = None
        self._mixed: dict[str, Bench] = {}

    def bench(self, station: str) -> Bench:
        """Return the devices that a station works with."""
        own = self._benches[station]
        lent = self.to(station)
        if not lent:
            return own
        devices = {role: own.device(role) for role in own.status()}
        devices |= {role: self._benches[other].device(role) for role, other in lent.items()}
        with self._lock:
            known = self._mixed.get(station)
            if known is None or any(known.device(role) is not device for role, device in devices.items()):
                known = self._mixed[station] = Bench(station, devices)
            return known

    def to(self, station: str) -> dict[str, str]:
        """Return which other station lends each role; what the settings no longer have is not lent any more."""
        lent = self._all().get(station, {})
        return {
            role: other for role, other in lent.items() if other in self._benches and self._benches[other].has(role)
        }

    def lenders(self, station: str) -> list[tuple[str, str]]:
        """Return role and station of everything that could be lent to this one."""
        others = {name: bench for name, bench in self._benches.items() if name != station}
        return [(role, name) for name, bench in others.items() for role in bench.status()]

    def lend(self, station: str, role: str, other: str) -> bool:
        """Have a station work with another's device from now on; tell whether there is such a device."""
        if (role, other) not in self.lenders(station):
            return False
        self._change(station, role, other)
        return True

    def give_back(self, station: str, role: str) -> None:
        """Have a station work with its own device again."""
        self._change(station, role, "")

    def _change(self, station: str, role: str, other: str) -> None:
        lent = {name: dict(roles) for name, roles in self._all().items()}
        roles = lent.setdefault(station, {})
        roles.pop(role, None)
        if other:
            roles[role] = other
        with self._lock:
            self._lent = lent
            self._mixed.pop(station, None)
            self._memory.remember(_KEY, json.dumps(lent))

    def _all(self) -> dict[str, dict[str, str]]:
        with self._lock:
            if self._lent is None:
                self._lent = json.loads(self._memory.recall(_KEY, "{}"))
            return self._lent
