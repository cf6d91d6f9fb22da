import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from support.program import Program  # noqa: E402


@pytest.fixture
def program(tmp_path):
    """The program, and a data directory that is not there yet."""
    with Program(tmp_path / "data") as unused:
        yield unused


@pytest.fixture
def ready(tmp_path):
    """The program with an initialised data directory that has an owner."""
    with Program(tmp_path / "data") as program:
        program.ok("init")
        program.token()
        yield program
