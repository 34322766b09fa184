"""Closes a day and reopens it, again and again, until it is killed: `python -m tests.support.endless_closing HOME`."""

import sys
from pathlib import Path

from kiosk.app import create_app
from kiosk.closing.acts import Closer
from kiosk.closing.finishing import close_day, make_report
from kiosk.closing.wizard import ClosingDay, look
from kiosk.settings import Settings, parse_settings
from kiosk.step import Actor
from kiosk.venue import Venue, open_venue
from local_db.day_gate import DayState
from tests.support.builders import DAY, DESK, KEY, StillClock

LEAD, SECOND = Actor("lead", "lead", frozenset({"LEAD"})), Actor("admin", "admin", frozenset({"ADMIN"}))
WAIVED_HERE = ("confirm",)
"""There is no region, so this is what cannot be done."""


def settings_in(home: Path) -> Settings:
    """A venue without a region, with a folder that stands for the stick."""
    label = {"zh": "desk-1", "en": "desk-1"}
    tables = {
        "venue": {"id": "V-TEST", "name": {"zh": "测试考点", "en": "Test venue"}},
        "stations": {"desk-1": {"kind": "desk", "label": label}},
        "backup": {"folder": str(home.parent / "stick"), "same_disk": True},
    }
    return parse_settings(tables, home)


def one_act(venue: Venue, day: ClosingDay) -> None:
    """Do what is to be done next."""
    closer, step = Closer(venue, day, DESK), day.current
    if day.state is DayState.OPEN:
        closer.begin()
    elif day.state is DayState.CLOSED:
        closer.reopen("mistake", "")
    elif day.people.open:
        closer.absent(day.people.open[0])
    elif step == "report":
        report = day.report
        is_current = report is not None and report.detail["basis"] == day.basis
        close_day(venue, day, LEAD, SECOND, DESK) if is_current else make_report(venue, day, DESK)
    elif step in WAIVED_HERE and closer.was_tried(step):
        closer.waive(step, "no_line", "")
    else:
        {"settle": closer.settle, "reconcile": closer.reconcile, "backup": closer.back_up, "confirm": closer.confirm}[
            step
        ]()


def main(home: Path) -> None:
    """Go on for ever; a line is printed after each act."""
    venue = open_venue(settings_in(home), KEY, StillClock())
    with create_app(venue).test_request_context():
        while True:
            one_act(venue, look(venue, DAY))
            print("act", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
