"""The profile of today, and those that earlier visits are pinned to."""

from threading import Lock

from kiosk.profile import Profile, parse_profile
from local_db.store import PinnedProfile, Store


class ProfileShelf:
    """Hands out profiles by digest, so that a visit is finished under the profile it began with."""

    def __init__(self, today: Profile, store: Store) -> None:
        self.today = today
        self._store = store
        self._known = {today.digest: today}
        self._lock = Lock()

    @property
    def pinned(self) -> PinnedProfile:
        """What a new visit is pinned to."""
        return PinnedProfile(self.today.digest, self.today.source)

    def use(self, profile: Profile) -> None:
        """Pin the visits that begin from now on to this profile."""
        with self._lock:
            self._known[profile.digest] = profile
            self.today = profile

    def get(self, digest: str) -> Profile:
        """Return the profile that a visit is pinned to."""
        with self._lock:
            if digest not in self._known:
                self._known[digest] = parse_profile(self._store.profile_source(digest), f"profile {digest[:8]}")
            return self._known[digest]
