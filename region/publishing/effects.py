"""Whom a version shuts out at the moment from which it holds."""

from region.desk.worklist import newest_year
from region.registry.status import Status
from region.registry.tallies import figures
from region.store import Store
from rules.online import OnlineOptions


def shut_out(store: Store, before: OnlineOptions, after: OnlineOptions) -> int:
    """Return how many registrations of the newest year can no longer change what they can now."""
    if not _offers(before):
        return 0
    found = figures(store, newest_year(store)).values()
    if not _offers(after):
        return sum(one.at.get(Status.FILLING, 0) for one in found)
    if before.lock != "on_submit" and after.lock == "on_submit":  # whoever has submitted could still change pictures
        return sum(one.waiting.get(Status.FILLING, 0) for one in found)
    return 0


def _offers(online: OnlineOptions) -> bool:
    return online.upload and online.mode != "on_site"
