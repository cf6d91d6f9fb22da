import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from support.program import Program  # noqa: E402


@pytest.fixture
def program(tmp_path):
    """The program with a data directory that does not exist yet."""
    with Program(tmp_path / "data") as made:
        yield made


@pytest.fixture
def ready(program):
    """The program with an initialised data directory."""
    program.ok("init")
    return program
