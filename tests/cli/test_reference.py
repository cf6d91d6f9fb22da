"""The reference, the man page and the completion are what the program says of itself."""
import json
import pathlib
import re
import shutil
import subprocess

import pytest

from support import reference_pages
from support.kontor import ROOT

def verbs(program):
    text = program.bare("--help").out
    listed = text[text.index("SUBCOMMANDS:" if "SUBCOMMANDS:" in text else "Subcommands:"):]
    return [line.split()[0] for line in listed.partition("\nExamples:")[0].splitlines()[1:]
            if line.startswith("  ") and not line.startswith("   ")]


@pytest.mark.parametrize("page, args", [
    ("command-line.md", ["help", "--markdown"]), ("settings.md", ["config", "docs"])])
def test_the_committed_pages_are_what_the_program_prints(program, page, args):
    committed = (ROOT / "docs" / "reference" / page).read_text(encoding="utf-8")
    assert program.bare(*args).out == committed, f"kontor {' '.join(args)} > docs/reference/{page}"


def test_the_pages_of_the_api_are_what_a_server_says(ready):
    for name, text in reference_pages.pages(ready).items():
        assert text.count("\n|") > 40
        committed = (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8")
        assert text == committed, f"{name}: python3 tests/support/reference_pages.py"


def test_the_data_directory_holds_what_the_page_says(ready):
    page = (ROOT / "docs/reference/file-formats.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([^`]+)`", "".join(
        row.split("|")[1] for row in page.partition("## What goes")[0].splitlines() if row.startswith("| `"))))
    running = ready.serve("--log-format", "json")
    found = {entry.name for entry in ready.data.iterdir()}
    assert found <= named and "kontor.sock" in found
    running.request("GET", "/livez")
    running.wait_for_log("/livez")
    (event,) = [json.loads(line) for line in running.err if "/livez" in line]
    assert list(event)[:3] == ["time", "level", "msg"]
    assert all(f"`{name}`" in page for name in event)
    key = (ready.data / "master.key").read_bytes()
    assert len(key) == 32
    header = (ready.data / "kontor.db").read_bytes()[:100]
    assert f"0x{int.from_bytes(header[68:72], 'big'):08X}" in page


NUMBER = re.compile(r"([\d,]+)(?: (KiB|MiB|GiB|s|h))?")
UNITS = {None: 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "s": 1000, "h": 3_600_000}


def test_the_limits_are_those_of_the_code():
    code = (ROOT / "lib/base/limits.h").read_text()
    values = dict(re.findall(r"inline constexpr \S+ (\w+) = ([^;]+);", code))

    def known(name):
        value = re.sub(r"(?<=\d)[UL']+", "", values[name])
        assert re.fullmatch(r"[\d *<]+", value), f"{name} = {value}"
        return eval(value)  # digits, * and << alone

    page = (ROOT / "docs/explanation/limits.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| .*? \| (.*?) \| `(\w+)` \|$", page, re.MULTILINE)
    assert len(rows) > 30
    for shown, name in rows:
        number, unit = NUMBER.fullmatch(shown).groups()
        assert int(number.replace(",", "")) * UNITS[unit] == known(name), name


def test_the_reference_has_every_verb_flag_and_exit_code(program):
    page = program.bare("help", "--markdown").out
    for verb in verbs(program):
        assert f"\n## {verb}\n" in page
        section = page.partition(f"\n## {verb}\n")[2].partition("\n## ")[0]
        examples = section.partition("Examples:")[2]
        assert len([line for line in examples.splitlines() if "kontor" in line]) >= 2, verb
    for code in (0, 1, 2, 3, 10, 11, 12, 13, 14, 74, 130):
        assert f"\n| {code} | " in page


def test_help_of_a_verb_is_that_of_its_flag(program):
    assert program.bare("help", "serve").out == program.bare("serve", "--help").out
    assert program.bare("help").out == program.bare("--help").out
    assert "Did you mean serve?" in program.bare("help", "serv").err


@pytest.mark.skipif(not shutil.which("groff"), reason="no groff here")
def test_the_man_page_is_one(program):
    page = program.bare("help", "--man").out
    done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-Kutf8"], input=page, text=True,
                          capture_output=True, timeout=60, check=False)
    assert done.returncode == 0 and done.stderr == "", done.stderr
    for verb in verbs(program):
        assert f"kontor {verb}" in done.stdout


def test_the_man_page_names_every_verb(program):
    page = program.bare("help", "--man").out
    assert page.startswith(".TH KONTOR 1")
    for verb in verbs(program):
        assert f".SS kontor {verb}" in page


def complete(program, *words):
    """What bash offers for the last word."""
    script = program.bare("completion", "bash").out
    line = " ".join(f"'{word}'" for word in words)
    driver = (f"{script}\nCOMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _kontor; "
              'printf "%s\\n" "${COMPREPLY[@]}"')
    done = subprocess.run(["/bin/bash", "--norc", "-uc", driver], capture_output=True, text=True,
                          timeout=60, check=False)
    assert done.stderr == "", done.stderr
    return done.stdout.split()


@pytest.mark.parametrize("words, offered", [
    (["kontor", "ini"], ["init"]), (["kontor", "migrate", "st"], ["status"]),
    (["kontor", "--data", "d", "migrate", "pl"], ["plan"]), (["kontor", "heal"], ["health"]),
    (["kontor", "logs", "level", "de"], ["debug"]), (["kontor", "serve", "--list"], ["--listen"]),
    (["kontor", "migrate", "--dry"], ["--dry-run"]), (["kontor", "--conf"], ["--config"]),
    (["kontor", "completion", "z"], ["zsh"])])
def test_bash_completes_verbs_choices_and_flags(program, words, offered):
    assert complete(program, *words) == offered


def test_bash_offers_files_where_a_flag_takes_one(program, tmp_path):
    (tmp_path / "settings-of-mine.toml").touch()
    assert complete(program, "kontor", "--config", f"{tmp_path}/set") == [
        str(tmp_path / "settings-of-mine.toml")]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_take_their_script(program, shell, tmp_path):
    script = program.bare("completion", shell).out
    assert all(verb in script for verb in verbs(program))
    if shutil.which(shell):
        file = pathlib.Path(tmp_path / "script")
        file.write_text(script)
        done = subprocess.run([shell, "-n", str(file)], capture_output=True, text=True, timeout=60,
                              check=False)
        assert done.returncode == 0 and done.stderr == "", done.stderr


def test_an_unknown_shell(program):
    assert "bash" in program.fails(2, "completion", "tcsh").err
