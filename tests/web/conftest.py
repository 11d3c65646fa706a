"""The kiosk's API over a desk in memory, without a socket."""

import pytest
from flask.testing import FlaskClient

from tests.support.api import app_of
from tests.support.desk import FakeDesk
from tests.support.terminal import Terminal


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk()


@pytest.fixture
def client(desk: FakeDesk) -> FlaskClient:
    return app_of(desk, desk.clock).test_client()


@pytest.fixture
def terminal(client: FlaskClient) -> Terminal:
    """A kiosk where nobody is signed in."""
    return Terminal(client)


@pytest.fixture
def amina(terminal: Terminal) -> Terminal:
    """The kiosk with Amina signed in."""
    terminal.sign_in()
    return terminal
