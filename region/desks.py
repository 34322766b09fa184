"""Puts the reviewers' screens into the app: desks, corrections, group bookings, payment, results."""

from collections.abc import Mapping

from flask import Flask, request
from flask_wtf.csrf import CSRFProtect

from region.corrections import pages as correction_pages
from region.desk import pages as desk_pages
from region.desk.office import Office
from region.exports import pages as export_pages
from region.payment import callback, stand_in
from region.payment import pages as payment_pages
from region.publishing import pages as publishing_pages
from region.results import pages as results_pages
from region.settings import Settings
from region.slots import group_pages
from region.store import Store
from region.windows import pages as window_pages

ROOM: Mapping[str, int] = {
    "results.look": 9 * 1024 * 1024,
    "corrections.request_one": 32 * 1024 * 1024,
    "appointments.look": 2 * 1024 * 1024,
    "publishing.begin": 1024 * 1024,
    "publishing.save": 5 * 1024 * 1024,  # a Chinese letter is nine characters on its way
}
"""Which forms bring files or long texts, and how many bytes they may have."""


def install(app: Flask, protection: CSRFProtect, settings: Settings, store: Store) -> None:
    """Register the routes."""
    office = Office(store)
    calls = callback.blueprint(store)
    protection.exempt(calls)
    app.register_blueprint(calls)
    app.register_blueprint(desk_pages.blueprint(office))
    app.register_blueprint(correction_pages.blueprint(office))
    app.register_blueprint(payment_pages.blueprint(store))
    app.register_blueprint(results_pages.blueprint(office))
    app.register_blueprint(window_pages.blueprint(store, settings))
    app.register_blueprint(export_pages.blueprint(office, settings))
    app.register_blueprint(group_pages.blueprint(office, settings))
    app.register_blueprint(publishing_pages.blueprint(store, settings))
    if settings.payment_url == stand_in.ADDRESS:
        app.register_blueprint(stand_in.blueprint(store))


def make_room() -> None:
    """Let forms that bring files or long texts be larger than others; before anything reads the form."""
    room = ROOM.get(request.endpoint or "")
    if room is not None:
        request.max_content_length = request.max_form_memory_size = room
