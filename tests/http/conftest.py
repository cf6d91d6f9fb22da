import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from support.kontor import Server  # noqa: E402


@pytest.fixture(scope="module")
def server():
    """One server for the tests of a file; they tell their records apart by name."""
    with Server() as running:
        yield running


@pytest.fixture
def api(server):
    return server.client


@pytest.fixture
def start():
    """Starts servers with settings of a test's own."""
    running = []

    def begin(*args, **more):
        running.append(Server(*args, **more).__enter__())
        return running[-1]

    yield begin
    for server in running:
        server.close()
