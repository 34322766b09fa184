"""Puts a profile that the region has published to use at this venue."""

from kiosk.errors import NothingToAdoptError
from kiosk.profile import parse_profile
from kiosk.venue import Venue, check_stations
from local_db.durable import make_folder, write_durably
from local_db.store import Origin


def is_news(venue: Venue) -> bool:
    """Tell whether the region has published a profile that this venue does not use."""
    newest = venue.online.newest_profile()
    return newest is not None and newest.digest != venue.journey.profiles.today.digest


def adopt(venue: Venue, digest: str, origin: Origin) -> None:
    """Use the region's newest profile for every visit that begins from now on; a file that was in use is kept beside.

    Raises:
        NothingToAdoptError: it is not the newest, or is in use.
        ProfileError, SettingsError: this venue cannot work by it; nothing was changed.
        DiskFullError: no room for it; nothing was changed.
    """
    newest = venue.online.newest_profile()
    if newest is None or newest.digest != digest or not is_news(venue):
        raise NothingToAdoptError("the region has published another profile meanwhile")
    profile = parse_profile(newest.source, f"the region's profile {newest.version}")
    check_stations(venue.settings, profile)
    folder = venue.settings.home / "profiles"
    make_folder(folder)
    before = venue.journey.profiles.today
    write_durably(folder / f"{venue.settings.venue.profile}-{before.digest[:8]}.toml", before.source.encode("utf-8"))
    write_durably(folder / f"{venue.settings.venue.profile}.toml", newest.source.encode("utf-8"))
    venue.journey.profiles.use(profile)
    venue.online.adopt(digest, origin)
