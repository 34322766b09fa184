"""What ends the work on one simulated candidate.

SimulationError
├── UnexpectedAnswerError   the app answered what no browser should have got here
├── NotOnPageError          a form, field or button that is needed is not on the page
├── GoesInCirclesError      a visit does not come to its end
└── TimeIsUpError           the run's time limit
"""


class SimulationError(Exception):
    """Base of everything the simulation raises."""


class UnexpectedAnswerError(SimulationError):
    """The app answered what no browser should have got here."""


class NotOnPageError(SimulationError):
    """A form, field or button that is needed is not on the page."""


class GoesInCirclesError(SimulationError):
    """A visit does not come to its end."""


class TimeIsUpError(SimulationError):
    """The run's time limit has come."""
