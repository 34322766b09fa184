"""Steps speak, so they need a language; English is what stands in the code."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import Babel


@pytest.fixture(scope="session")
def _talking_app() -> Flask:
    app = Flask("steps-under-test")
    Babel(app, default_locale="en")
    return app


@pytest.fixture(autouse=True)
def _in_english(_talking_app: Flask) -> Iterator[None]:
    with _talking_app.test_request_context():
        yield
