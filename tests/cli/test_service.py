"""kontor service: the files that run it under systemd, and systemd's own opinion of them."""
import re
import shutil
import subprocess

import pytest

ANALYZE = shutil.which("systemd-analyze")


def unit(program, name, *args):
    return program.bare("service", "print", name, *args).out


def settings_of(text):
    return [line for line in text.splitlines() if re.match(r"\w+=", line)]


def test_print_shows_every_file_with_its_place(program):
    result = program.bare("service", "print", "--program", "/usr/bin/kontor")
    assert result.code == 0
    for path in ["/etc/systemd/system/kontor.service", "/etc/systemd/system/kontor.socket",
                 "/etc/sysusers.d/kontor.conf"]:
        assert f"# {path}\n" in result.out


def test_the_unit_says_what_was_asked_for(program):
    lines = settings_of(program.run("service", "print", "service", "--user", "shop", "--program",
                                    "/opt/kontor", "--credential", "tls_key:/etc/kontor/tls_key",
                                    data="/srv/shop").out)
    assert "ExecStart=/opt/kontor --data /srv/shop serve" in lines
    assert "ReadWritePaths=/srv/shop" in lines
    assert "User=shop" in lines
    assert "LoadCredential=kontor_tls_key:/etc/kontor/tls_key" in lines
    assert "RestartPreventExitStatus=2 10 12 13" in lines


def test_a_directory_below_var_lib_is_made_by_systemd(program):
    lines = settings_of(program.run("service", "print", "service", data="/var/lib/shop").out)
    assert "StateDirectory=shop" in lines
    assert "StateDirectoryMode=0700" in lines


def test_the_socket_listens_where_it_should(program):
    lines = settings_of(unit(program, "socket", "--listen", "127.0.0.1:9000", "--listen",
                             "unix:/run/kontor/http.sock"))
    assert "ListenStream=127.0.0.1:9000" in lines
    assert "ListenStream=/run/kontor/http.sock" in lines


@pytest.mark.parametrize("listen, closed", [(["127.0.0.1:9000"], True), (["unix:/run/kontor/http.sock"], True),
                                            (["0.0.0.0:443"], False), (["127.0.0.1:9000", "[::]:443"], False)])
def test_other_machines_are_kept_out_unless_it_listens_for_them(program, listen, closed):
    lines = settings_of(unit(program, "service", *(word for each in listen for word in ("--listen", each))))
    assert ("IPAddressDeny=any" in lines) == closed


def test_install_writes_the_files_and_a_second_time_nothing(program, tmp_path):
    root = tmp_path / "root"
    first = program.bare("service", "install", "--root", root)
    assert first.code == 0
    assert "systemctl enable --now kontor.socket kontor.service" in first.err
    service = root / "etc/systemd/system/kontor.service"
    assert service.stat().st_mode & 0o777 == 0o644
    before = service.stat().st_ino
    assert "Nothing to do" in program.bare("service", "install", "--root", root).err
    assert service.stat().st_ino == before
    changed = program.bare("service", "install", "--root", root, "--listen", "127.0.0.1:9000")
    assert str(root / "etc/systemd/system/kontor.socket") in changed.err
    assert str(service) not in changed.err


@pytest.mark.parametrize("args, data, words", [
    (["--listen", "unix:relative.sock"], None, "must be absolute"),
    (["--user", "root"], None, "no user that the service could run as"),
    (["--user", "a b"], None, "no user that the service could run as"),
    (["--credential", "tls_key"], None, "SETTING:FILE"),
    (["--credential", "no_such:/etc/a"], None, "no setting no_such"),
    ([], "relative", "must be absolute"),
    ([], "/var/lib/two words", "cannot stand in a unit file"),
    ([], "/home", "does not see /home"),
], ids=lambda value: "-".join(value) if isinstance(value, list) else value)
def test_what_cannot_work_is_refused(program, tmp_path, args, data, words):
    result = program.bare(*(["--data", data] if data else []), "service", "install", "--root",
                          tmp_path / "root", *args)
    assert result.code == 2, result
    assert words in result.err
    assert not (tmp_path / "root").exists()


def test_a_place_that_takes_no_files_is_an_error_of_the_disk(program, tmp_path):
    (tmp_path / "root").write_text("a file")
    result = program.bare("service", "install", "--root", tmp_path / "root")
    assert result.code == 74
    assert "Cannot write" in result.err and "try:" in result.err


@pytest.mark.skipif(not ANALYZE, reason="no systemd-analyze on this machine")
def test_systemd_finds_the_service_well_locked_up(program, tmp_path):
    program.bare("service", "install", "--root", tmp_path)
    service = tmp_path / "etc/systemd/system/kontor.service"

    def judged(path):
        return subprocess.run([ANALYZE, "security", "--offline=true", "--threshold=15", path],
                              capture_output=True, text=True, check=False, timeout=60)

    judgement = judged(service)
    assert judgement.returncode == 0, judgement.stdout[-400:] + judgement.stderr
    # The other way round: without its sandbox the same service fails.
    service.write_text(re.sub(r"(?m)^(Protect|Private|Restrict|SystemCall|Capab).*\n", "",
                              service.read_text()))
    assert judged(service).returncode != 0


@pytest.mark.skipif(not ANALYZE, reason="no systemd-analyze on this machine")
def test_systemd_understands_every_line(program, tmp_path):
    program.bare("service", "install", "--root", tmp_path, "--credential",
                 "tls_key:/etc/kontor/tls_key", "--listen", "127.0.0.1:8080")
    units = tmp_path / "etc/systemd/system"
    for name in ["sysinit.target", "basic.target", "network.target", "sockets.target",
                 "multi-user.target", "shutdown.target", "system.slice", "-.mount", "var.mount"]:
        (units / name).write_text("[Unit]\nDefaultDependencies=no\n" +
                                  ("[Mount]\nWhat=a\nWhere=/\n" if name == "-.mount" else ""))
    checked = subprocess.run([ANALYZE, "verify", f"--root={tmp_path}", "kontor.service"],
                             capture_output=True, text=True, check=False, timeout=60)
    for complaint in ["Unknown", "ignoring", "Failed to parse", "Invalid"]:
        assert complaint not in checked.stderr, checked.stderr
