"""docs/tutorial.md, command by command, as a reader would type it."""
import pathlib
import re
import shutil
import socket
import subprocess

import pytest

from support.kontor import binary
from support.program import clean_environment

TUTORIAL = pathlib.Path(__file__).resolve().parents[2] / "docs" / "tutorial.md"
LIMIT_S = 120


def commands():
    return re.findall(r"^```sh\n(.*?)^```$", TUTORIAL.read_text(encoding="utf-8"), re.M | re.S)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def transcript(tmp_path):
    """Standard output of each block."""
    bin_dir = tmp_path / "bin"
    bin_dir.mkdir()
    (bin_dir / "kontor").symlink_to(pathlib.Path(binary()).resolve())
    port = free_port()
    script = "\n".join(f"{block}\necho '=== end of block'" for block in commands())
    script = "trap 'kill $(jobs -p) 2> /dev/null || true' EXIT\n" + script
    script = script.replace(":8080", f":{port}").replace(" serve &", f" serve --listen 127.0.0.1:{port} &")
    env = clean_environment()
    env["PATH"] = f"{bin_dir}:{env['PATH']}"
    done = subprocess.run(["bash", "-eu", "-o", "pipefail", "-c", script], cwd=tmp_path, env=env, timeout=LIMIT_S,
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.split("=== end of block\n")


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_the_tutorial_works_as_it_is_written(transcript):
    start, token, records, _, order, confirmed, paid, figures, imported, backup, stop, rest = transcript
    assert "Listening on" in start and token == ""
    assert '"sku":"TEA-100"' in records and '"name":"Quán Điện Biên"' in records
    for fact in ('"number":"SO-', '"subtotal":360000', '"tax":28800', '"total":388800'):
        assert fact in order
    assert '"stock_reserved":3' in confirmed
    assert '"status":"completed"' in paid and '"payment_status":"paid"' in paid
    assert '"rows":"' in figures and '"confirm"' in figures
    assert imported.count("2 created") == 2
    assert backup and rest == "" and stop is not None
