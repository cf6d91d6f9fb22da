"""docs/recovery.md: every block of it runs, in its order, after the trouble that it is for."""
import datetime
import os
import pathlib
import re
import subprocess

import pytest

from support.kontor import binary
from support.program import LIMIT_S, clean_environment
from support.waiting import wait_for

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs/recovery.md"
SECTION = re.compile(r"^## (.+?)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^```(sh|toml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
STARTED_BY_SYSTEMD = """#!/bin/bash
# What the service manager does with the one service that there is.
stop() {{ [[ ! -f {pid} ]] || {{ kill "$(cat {pid})"; tail -s 0.05 --pid="$(cat {pid})" -f /dev/null; rm {pid}; }}; }}
start() {{
  setsid {kontor} --data {data} serve >>{log} 2>&1 </dev/null &
  echo $! >{pid}
  {kontor} --data {data} health --wait 60 >/dev/null
}}
case $1 in
  stop) stop ;;
  start) start ;;
  restart) stop && start ;;
  *) exit 1 ;;
esac
"""


class Machine:
    """A machine with the package, on which the paths of the page are folders of the test."""

    def __init__(self, root):
        self.root, self.data = root, root / "data"
        self.places = {"/var/lib/kontor": self.data, "/mnt/usb": root / "usb", "/mnt/safe": root / "safe",
                       "/var/tmp": root / "tmp"}
        for place in ["usb/kontor", "safe", "tmp", "bin"]:
            (root / place).mkdir(parents=True)
        self.tool("systemctl", STARTED_BY_SYSTEMD.format(
            kontor=binary(), data=self.data, pid=root / "pid", log=root / "log"))
        for name in ["chown", "apt-get"]:  # they want root, or a mirror
            self.tool(name, "#!/bin/sh\n")
        (root / "bin" / "kontor").symlink_to(binary())

    def tool(self, name, text):
        path = self.root / "bin" / name
        path.write_text(text)
        path.chmod(0o755)

    def here(self, text):
        for there, here in self.places.items():
            text = text.replace(there, str(here))
        return text

    def sh(self, script, **more):
        env = clean_environment(PATH=f"{self.root / 'bin'}:{os.environ['PATH']}", **more)
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", self.here(script)], env=env, cwd=self.root,
                              capture_output=True, text=True, check=False, timeout=2 * LIMIT_S)
        log = self.root / "log"
        assert done.returncode == 0, done.stdout + done.stderr + (log.read_text() if log.exists() else "")
        return done.stdout

    def sql(self, statement):
        return self.sh(f"kontor --data /var/lib/kontor sql --csv \"{statement}\"").splitlines()[1:]


def sections():
    return {title: BLOCK.findall(text) for title, text in SECTION.findall(PAGE.read_text())}


def do(machine, title, **more):
    blocks = [text for kind, text in sections()[title] if kind == "sh"]
    assert blocks
    return machine.sh("".join(blocks), **more)


@pytest.fixture
def machine(tmp_path):
    """It serves, with what "Before it happens" asks for, two users and three customers."""
    made = Machine(tmp_path)
    settings = "".join(text for kind, text in sections()["Before it happens"] if kind == "toml")
    made.sh("kontor --data /var/lib/kontor init")
    (made.data / "kontor.toml").write_text(f'listen = "127.0.0.1:0"\n{made.here(settings)}')
    for name in ["ann", "bob"]:
        made.sh(f"kontor --data /var/lib/kontor user add {name}@example.com --role owner --password-stdin"
                " <<< 'nine blue herons at dawn'")
    rows = "\n".join(["name,email", "Ada,ada@example.org", "Ben,ben@example.org", "Cy,cy@example.org"])
    (tmp_path / "in.csv").write_text(rows + "\n")
    made.sh("kontor --data /var/lib/kontor import customers in.csv")
    try:
        do(made, "Before it happens")
        yield made
    finally:
        made.sh("systemctl stop kontor")


NAMES = "SELECT name FROM customers WHERE deleted_at IS NULL ORDER BY name"


def test_what_has_to_be_done_before_is_enough(machine):
    status = machine.sh("kontor --data /var/lib/kontor backup status")
    assert "last proven restore" in status and re.search(r"has (\d+) of \1 backups", status)
    assert (machine.root / "safe/master.key").read_bytes() == (machine.data / "master.key").read_bytes()


def test_lost_disk(machine):
    machine.sh("systemctl stop kontor; rm -r /var/lib/kontor")
    told = do(machine, "Lost disk")
    assert "proven before it came in" in told and machine.sql(NAMES) == ["Ada", "Ben", "Cy"]


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def test_wrong_change(machine):
    """First the way of the file, then all of it in place: both bring back what there was."""
    wait_for(lambda: "nothing behind" in machine.sh("kontor --data /var/lib/kontor backup status"))
    second = now() + datetime.timedelta(seconds=1)
    wait_for(lambda: now() > second)
    look = now().strftime("%Y-%m-%dT%H:%M:%SZ")
    machine.sh("kontor --data /var/lib/kontor sql --write \"UPDATE customers SET name = 'x'\"")
    assert machine.sql(NAMES) == ["x", "x", "x"]
    wait_for(lambda: "nothing behind" in machine.sh("kontor --data /var/lib/kontor backup status"))
    by_file, in_place = do_in_parts(machine, "Wrong change", "systemctl stop")
    machine.sh(by_file, LOOK=look)
    assert machine.sql(NAMES) == ["Ada", "Ben", "Cy"]
    machine.sh("kontor --data /var/lib/kontor sql --write \"DELETE FROM customers WHERE name = 'Cy'\"")
    machine.sh(in_place, LOOK=look)
    assert machine.sql(NAMES) == ["Ada", "Ben", "Cy"]


def do_in_parts(machine, title, second_begins):
    text = "".join(text for kind, text in sections()[title] if kind == "sh")
    first, mark, second = text.partition(second_begins)
    return first, mark + second


def test_bad_upgrade_and_damage(machine):
    machine.sh("kontor --data /var/lib/kontor sql --write \"UPDATE customers SET name = 'x'\"")
    machine.sh("systemctl stop kontor; rm -r /var/lib/kontor/archive")
    do(machine, "Bad upgrade")
    assert machine.sql(NAMES) == ["Ada", "Ben", "Cy"]

    machine.sh("kontor --data /var/lib/kontor backup create; systemctl stop kontor")
    with open(machine.data / "kontor.db", "r+b") as database:
        database.seek(8192)
        database.write(b"\xa5" * 4096)
    do(machine, "Damaged database")
    assert machine.sql(NAMES) == ["Ada", "Ben", "Cy"]


def test_stolen_server(machine):
    before = machine.sql("SELECT password_hash FROM users ORDER BY email")
    told = do(machine, "Stolen server")
    after = machine.sql("SELECT password_hash FROM users ORDER BY email")
    assert len(before) == len(after) == 2 and not set(before) & set(after)
    assert re.search(r"https?://\S+", told), "no link to sign in with"


def test_no_section_is_left_out():
    tested = {"Before it happens", "Lost disk", "Wrong change", "Bad upgrade", "Damaged database",
              "Stolen server"}
    assert {title for title, blocks in sections().items() if blocks} == tested
