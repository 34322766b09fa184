"""The pages. Thin: they read a request, call a part of the venue, and choose a template."""

from kiosk.views import (
    admin,
    arrivals,
    audit,
    board,
    card,
    console,
    desk,
    devices,
    files,
    home,
    identity,
    journey,
    kiosk,
    preferences,
    printing,
    search,
    start_of_day,
    support,
    training,
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
        card,
        identity,
        printing,
        start_of_day,
        training,
        audit,
        support,
    )
)
