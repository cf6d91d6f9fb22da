"""`kontor upgrade`: a new program comes in when it has shown that it can, and the old one comes back."""
import contextlib
import json
import os
import signal
import sqlite3
import stat
import subprocess

import pytest

from support.kontor import binary

# A program that is the real one but for its version, and for what a test makes it do.
PROGRAM = """#!/bin/sh
case "$*" in
  "version --json") echo '{{"version": "{version}", "schema": {{"from": 1, "to": {schema}}}}}'; exit 0 ;;
  {cases}
esac
exec {real} "$@"
"""
SPOILS = """*" serve "*) /usr/bin/python3 -c 'import sqlite3
connection = sqlite3.connect("{data}/kontor.db")
connection.execute("PRAGMA user_version=99")
connection.commit()'; exit 1 ;;"""


class Installation:
    """A program in a folder of its own, the data that it serves, and a way to restart it."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.data = program.data
        self.path = folder / "bin" / "kontor"
        self.path.parent.mkdir()
        self.write(self.path, "1.0.0")
        self.restart = folder / "restart"
        self.write_script(self.restart, f"""#!/bin/sh
echo restart >> {folder}/restarts
pid=$(sed -n 's/[^0-9]*\\([0-9]*\\).*/\\1/p' {self.data}/kontor.lock | head -n 1)
kill "$pid" 2>/dev/null
flock {self.data}/kontor.lock true
{self.path} --data {self.data} serve --listen 127.0.0.1:0 &
""")

    @staticmethod
    def write_script(path, text):
        path.write_text(text)
        path.chmod(0o755)
        return path

    def write(self, path, version, cases="", schema=None):
        return self.write_script(path, PROGRAM.format(
            version=version, schema=schema or self.program.newest, real=binary(), cases=cases))

    def new(self, version="2.0.0", **more):
        return self.write(self.folder / "new", version, **more)

    def upgrade(self, *args, **more):
        return self.program.run("upgrade", "--program", self.path, *args, **more)

    def served(self, *args):
        return self.upgrade("--restart", self.restart, *args)

    @property
    def previous(self):
        return self.path.with_name("kontor.prev")

    @property
    def names(self):
        return sorted(path.name for path in self.path.parent.iterdir())

    @property
    def schema(self):
        with contextlib.closing(sqlite3.connect(self.data / "kontor.db")) as connection:
            return connection.execute("PRAGMA user_version").fetchone()[0]

    def backups(self):
        return self.program.ok("backup", "list", "--json").json["backups"]

    def pid(self):
        status = self.program.run("status", "--json").json
        return status["pid"] if status["running"] else 0

    def stop(self):
        pid = self.pid()
        if pid:
            os.kill(pid, signal.SIGTERM)
            subprocess.run(["flock", "--wait", "20", self.data / "kontor.lock", "true"], check=True)


def version_in(path):
    return next(part for part in path.read_text().split('"') if part.count(".") == 2 and part[0].isdigit())


@pytest.fixture
def installed(ready, tmp_path):
    installation = Installation(ready, tmp_path)
    yield installation
    installation.stop()


def test_a_new_program_comes_in_and_goes_again(installed):
    result = installed.upgrade("--file", installed.new(), "--json")
    assert result.code == 0, result
    told = result.json
    assert (told["outcome"], told["from"], told["to"], told["served"]) == ("upgraded", "1.0.0", "2.0.0", False)
    assert version_in(installed.path) == "2.0.0" and version_in(installed.previous) == "1.0.0"
    assert stat.S_IMODE(installed.path.stat().st_mode) == 0o755
    (backup,) = installed.backups()
    assert backup["reason"] == "pre-upgrade" and told["backup"].endswith(backup["file"])
    assert sorted(path.name for path in (installed.data / "backups").iterdir() if path.is_dir()) == []
    back = installed.upgrade("--rollback", "--json")
    assert back.code == 0, back
    assert (back.json["outcome"], back.json["to"], back.json["restored"]) == ("rolled_back", "1.0.0", False)
    assert version_in(installed.path) == "1.0.0" and installed.names == ["kontor"]
    assert "kontor.prev" in installed.upgrade("--rollback").err


def test_a_server_is_restarted_and_awaited(installed):
    old = installed.program.serve().process.pid
    refused = installed.upgrade("--file", installed.new())
    assert refused.code == 11 and "--restart" in refused.err and installed.backups() == []
    result = installed.served("--file", installed.new(), "--json")
    assert result.code == 0 and result.json["served"] is True, result
    assert installed.pid() not in (0, old)
    assert "The new program is ready." in result.err


def test_dry_run_changes_nothing(installed):
    before = installed.path.read_bytes()
    result = installed.upgrade("--file", installed.new(), "--dry-run", "--json")
    assert result.code == 0 and result.json["outcome"] == "planned", result
    assert installed.path.read_bytes() == before and installed.names == ["kontor"]
    assert installed.backups() == []


@pytest.mark.parametrize("more, code, said", [
    ({"version": "1.0.0"}, 1, "the same as"),
    ({"version": "0.9.9"}, 1, "older than"),
    ({"cases": "*'config check'*) echo 'colour is no setting' >&2; exit 2 ;;"}, 1, "colour is no setting"),
    ({"cases": "*'migrate plan'*) echo 'step 12 breaks' >&2; exit 14 ;;"}, 14, "step 12 breaks"),
    ({"schema": 1}, 13, "knows none after 1"),
], ids=["same", "older", "settings", "plan", "schema"])
def test_what_a_new_program_is_refused_for(installed, more, code, said):
    result = installed.upgrade("--file", installed.new(**more))
    assert result.code == code and said in result.err, result
    assert installed.names == ["kontor"] and version_in(installed.path) == "1.0.0"
    assert installed.backups() == []


@pytest.mark.parametrize("says", ["echo Hello", "yes", "exit 3", "echo '{\"version\": \"2.0.0\"}'"])
def test_programs_that_are_not_kontor(installed, says):
    new = installed.write_script(installed.folder / "new", f"#!/bin/sh\n{says}\n")
    result = installed.upgrade("--file", new)
    assert result.code == 1 and installed.names == ["kontor"], result


def test_an_older_version_that_is_meant(installed):
    assert installed.upgrade("--file", installed.new("0.9.9"), "--allow-downgrade").code == 0
    assert version_in(installed.path) == "0.9.9"


def test_the_plan_is_made_on_a_copy(installed):
    cases = f"*'migrate plan'*) echo \"$*\" > {installed.folder}/asked ;;"
    assert installed.upgrade("--file", installed.new(cases=cases), "--dry-run").code == 0
    asked = (installed.folder / "asked").read_text().split()
    copy = asked[asked.index("--data") + 1]
    assert copy != str(installed.data) and not os.path.exists(copy)


@pytest.mark.parametrize("prepare, said", [
    (lambda path: None, "not there"), (lambda path: path.mkdir(), "no regular file"),
    (lambda path: path.write_text("#!/bin/sh\n"), "not executable")], ids=["missing", "folder", "mode"])
def test_files_that_are_no_program(installed, prepare, said):
    prepare(installed.folder / "new")
    result = installed.upgrade("--file", installed.folder / "new")
    assert result.code == 2 and said in result.err


@pytest.mark.parametrize("args", [[], ["--file", "x", "--rollback"], ["--file", "x", "--wait", "0"],
                                  ["--file", "x", "--unit", "-H"],
                                  ["--file", "x", "--unit", "a.service", "--restart", "true"]])
def test_flags_that_do_not_fit(installed, args):
    assert installed.upgrade(*args).code == 2


def test_a_package_is_left_to_its_manager(installed):
    tools = installed.folder / "tools"
    tools.mkdir()
    installed.write_script(tools / "dpkg-query", '#!/bin/sh\necho "kontor: $2"\n')
    result = installed.upgrade("--file", installed.new(), env={"PATH": f"{tools}:{os.environ['PATH']}"})
    assert result.code == 1 and "package kontor" in result.err and "apt-get install" in result.err


def test_a_program_that_does_not_start_goes_again(installed):
    installed.program.serve()
    new = installed.new(cases='*" serve "*) exit 1 ;;')
    result = installed.served("--file", new, "--wait", "1", "--json")
    assert result.code == 1, result
    said = json.loads(result.err.splitlines()[-1])["error"]
    assert said["code"] == "upgrade_failed" and "1.0.0 is back and ready" in said["message"]
    assert "kontor.upgrade.log" in said["message"] and "the data are as they were" in said["message"]
    assert version_in(installed.path) == "1.0.0" and installed.pid()
    assert installed.names == ["kontor", "kontor.upgrade.log"]


def test_a_schema_that_was_changed_goes_with_it(installed):
    installed.program.serve()
    new = installed.new(cases=SPOILS.format(data=installed.data))
    result = installed.served("--file", new, "--wait", "1")
    assert result.code == 1 and "with the data of" in result.err, result
    assert installed.schema == installed.program.newest and installed.pid()
    assert list(installed.data.glob("before-restore-*"))


def spoil(installed):
    with contextlib.closing(sqlite3.connect(installed.data / "kontor.db")) as connection:
        connection.execute("PRAGMA user_version=99")
        connection.commit()


def test_going_back_over_a_newer_schema_wants_consent(installed):
    assert installed.upgrade("--file", installed.new()).code == 0
    spoil(installed)
    refused = installed.upgrade("--rollback")
    assert refused.code == 1 and "all that was entered since" in refused.err
    assert "--allow-data-loss" in refused.err and version_in(installed.path) == "2.0.0"
    result = installed.upgrade("--rollback", "--allow-data-loss", "--json")
    assert result.code == 0 and result.json["restored"] is True, result
    assert installed.schema == installed.program.newest and version_in(installed.path) == "1.0.0"


def test_units_are_restarted_and_stopped_with_their_sockets(installed):
    tools = installed.folder / "tools"
    tools.mkdir()
    installed.write_script(tools / "systemctl", f"""#!/bin/sh
echo "$*" >> {installed.folder}/asked
case "$*" in *TriggeredBy*) echo kontor.socket; exit 0 ;; esac
case "$*" in restart*) setsid {installed.restart} > /dev/null 2>&1 ;; esac
""")
    env = {"PATH": f"{tools}:{os.environ['PATH']}"}
    new = installed.new(cases='*" serve "*) exit 1 ;;')
    result = installed.upgrade("--file", new, "--unit", "kontor.service", "--wait", "1", env=env)
    assert result.code == 1 and "1.0.0 is back and ready" in result.err, result
    assert "journalctl -u kontor.service" in result.err
    asked = (installed.folder / "asked").read_text().splitlines()
    assert asked[0] == "restart -- kontor.service"
    assert asked[-3:] == ["stop -- kontor.socket kontor.service",
                          "show --property=TriggeredBy --value -- kontor.service",
                          "restart -- kontor.socket kontor.service"]


KILLED = "kill -9 $PPID"


def kill_at_restart(installed, **more):
    return installed.upgrade("--file", installed.new(**more), "--restart", KILLED)


def test_killed_while_it_checks_nothing_has_changed(installed):
    new = installed.new(cases=f"*'migrate plan'*) {KILLED} ;;")
    assert installed.upgrade("--file", new).code == -signal.SIGKILL
    assert version_in(installed.path) == "1.0.0"
    assert installed.upgrade("--file", installed.new()).code == 0
    assert installed.names == ["kontor", "kontor.prev", "kontor.upgrade"]
    assert [path for path in (installed.data / "backups").iterdir() if path.is_dir()] == []


def test_killed_before_the_swap_it_begins_again(installed):
    assert kill_at_restart(installed).code == -signal.SIGKILL
    record = installed.path.with_name("kontor.upgrade")
    record.write_text(record.read_text().replace('"starting"', '"swapping"'))
    os.replace(installed.path, installed.path.with_name("kontor.new"))
    os.link(installed.previous, installed.path)
    result = installed.upgrade("--json")
    assert result.code == 0 and result.json["outcome"] == "nothing_changed", result
    assert version_in(installed.path) == "1.0.0" and not record.exists()
    assert installed.upgrade("--file", installed.new()).code == 0


def test_killed_after_the_swap_it_is_finished(installed):
    assert kill_at_restart(installed).code == -signal.SIGKILL
    record = installed.path.with_name("kontor.upgrade")
    record.write_text(record.read_text().replace('"starting"', '"swapping"'))
    result = installed.served("--json")
    assert result.code == 0 and result.json["outcome"] == "upgraded", result
    assert "was interrupted" in result.err and installed.pid()
    assert version_in(installed.path) == "2.0.0" and version_in(installed.previous) == "1.0.0"


@pytest.mark.slow
def test_killed_while_it_waits_it_goes_back_if_that_does_not_start(installed):
    killed = kill_at_restart(installed, cases='*" serve "*) exit 1 ;;')
    assert killed.code == -signal.SIGKILL
    result = installed.served("--wait", "1")
    assert result.code == 1 and "1.0.0 is back and ready" in result.err, result
    assert version_in(installed.path) == "1.0.0"


@pytest.mark.parametrize("renamed", [pytest.param(False, marks=pytest.mark.slow), True])
def test_killed_on_the_way_back_it_goes_on_back(installed, renamed):
    assert kill_at_restart(installed).code == -signal.SIGKILL
    spoil(installed)
    record = installed.path.with_name("kontor.upgrade")
    record.write_text(record.read_text().replace('"starting"', '"going_back"'))
    if renamed:
        os.replace(installed.previous, installed.path)
    result = installed.served()
    assert result.code == 1 and "with the data of" in result.err, result
    assert version_in(installed.path) == "1.0.0" and installed.schema == installed.program.newest
    assert installed.pid() and not record.exists()


def test_a_record_that_cannot_be_read_stops_everything(installed):
    installed.path.with_name("kontor.upgrade").write_text("{")
    result = installed.upgrade("--file", installed.new())
    assert result.code == 14 and "kontor.upgrade" in result.err


def test_dry_run_only_tells_where_an_interrupted_run_stands(installed):
    assert kill_at_restart(installed).code == -signal.SIGKILL
    result = installed.upgrade("--dry-run")
    assert result.code == 0 and "was interrupted" in result.err
    assert installed.path.with_name("kontor.upgrade").exists()
