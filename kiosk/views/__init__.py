"""The pages. Thin: they read a request, call a part of the venue, and choose a template."""

from kiosk.views import (
    admin,
    arrivals,
    backup,
    board,
    camera,
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
    sending,
    start_of_day,
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
        sending,
        devices,
        camera,
        files,
        admin,
        card,
        identity,
        printing,
        start_of_day,
        training,
        backup,
    )
)
