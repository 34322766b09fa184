"""The pages. Thin: they read a request, call a part of the venue, and choose a template."""

from kiosk.views import (
    admin,
    arrivals,
    backup,
    board,
    console,
    desk,
    devices,
    files,
    home,
    journey,
    kiosk,
    preferences,
    search,
    visits,
)

BLUEPRINTS = tuple(
    module.blueprint
    for module in (
        home,
        preferences,
        kiosk,
        arrivals,
        journey,
        visits,
        desk,
        search,
        board,
        console,
        devices,
        files,
        admin,
        backup,
    )
)
