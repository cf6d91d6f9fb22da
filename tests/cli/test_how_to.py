"""The command blocks of docs/how-to: those marked `sh test` run; all others must at least be read by
the shell, and name verbs, files and settings that exist."""
import os
import pathlib
import re
import subprocess

import pytest

from support.kontor import binary
from support.program import clean_environment

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "docs/how-to").glob("*.md"))
BLOCK = re.compile(r"^( *)```sh( test)?\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


def blocks(page):
    return [(bool(marked), re.sub(rf"(?m)^{indent}", "", text))
            for indent, marked, text in BLOCK.findall(page.read_text())]


@pytest.fixture
def shell(ready, tmp_path):
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "kontor").symlink_to(binary())
    env = clean_environment(DATA=str(ready.data), PATH=f"{tools}:{os.environ['PATH']}")

    def run(script):
        return subprocess.run(["bash", "-euo", "pipefail", "-c", script], env=env, cwd=ROOT,
                              capture_output=True, text=True, check=False, timeout=120)
    return run


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_blocks_that_are_marked_run(page, shell):
    marked = [text for is_marked, text in blocks(page) if is_marked]
    if not marked:
        pytest.skip("nothing on this page can run without a machine of its own")
    done = shell("".join(marked))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_block_can_be_read_by_the_shell(page, shell):
    assert blocks(page), "a page of steps without a command"
    for _, text in blocks(page):
        done = subprocess.run(["bash", "-n", "-c", text], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_verb_and_file_exists(page, program):
    text = page.read_text()
    known = set(re.findall(r"^  ([a-z]+)\b", program.bare("--help").out, re.MULTILINE))
    for line in "".join(block for _, block in blocks(page)).splitlines():
        for rest in re.findall(r"(?:^|[;&|] |-- |exec kontor )/?kontor ((?:--\w+ \S+ )*[a-z]+)", line):
            assert rest.split()[-1] in known, line
    for name in re.findall(r"(scripts/[\w./-]+)", text):
        assert (ROOT / name.rstrip("/.")).exists(), name
    for name in re.findall(r"examples/((?:proxy|monitoring)/[\w.]+)", text):
        assert (ROOT / "scripts" / name).exists(), name
    for name in re.findall(r"\]\(([\w./-]+\.md)\)", text):
        assert (page.parent / name).exists(), name
    settings = program.bare("config", "docs").out
    for block in re.findall(r"```toml\n(.*?)```", text, re.DOTALL):
        for name in re.findall(r"^ *(\w+) =", block, re.MULTILINE):
            assert f"`{name}`" in settings, name
