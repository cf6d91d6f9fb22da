"""What the packages are made of. scripts/package --check tries the package in a root of its own."""
import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from support.kontor import binary  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "scripts/packaging"


@pytest.mark.parametrize("name", ["postinst", "prerm", "postrm"])
def test_maintainer_scripts_are_readable_and_executable(name):
    script = PACKAGING / name
    assert os.access(script, os.X_OK)
    assert subprocess.run(["sh", "-n", script], check=False).returncode == 0
    assert "set -e" in script.read_text()


def test_the_packages_settings_are_settings(tmp_path):
    text = re.sub(r"(?m)^#(\w+ = )", r"\1", (PACKAGING / "kontor.toml").read_text())
    assert text.count("\n") > 5 and "allowed_hosts =" in text
    (tmp_path / "kontor.toml").write_text(text)
    done = subprocess.run([binary(), "--config", tmp_path / "kontor.toml", "config", "check"],
                          capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr


def copied():
    """What the Dockerfile puts into the image: source and target of each COPY."""
    return re.findall(r"^COPY (\S+) (\S+)$", (PACKAGING / "Dockerfile").read_text(), re.MULTILINE)


@pytest.mark.skipif(os.geteuid() != 0, reason="chroot needs root")
def test_what_the_image_holds_is_enough(tmp_path):
    """An empty tree with just what the Dockerfile copies: init, serve, health, as its user."""
    linked = subprocess.run(["ldd", binary()], capture_output=True, text=True, check=False).stdout
    if "=>" in linked:
        pytest.skip("this build is not static")
    image = (PACKAGING / "Dockerfile").read_text()
    assert "\nFROM scratch\n" in image
    root = tmp_path / "root"
    root.mkdir(mode=0o755)
    for source, target in copied():
        shutil.copy2(pathlib.Path(binary()).parent / source, root / target.lstrip("/"))
    user = int(re.search(r"^USER (\d+)", image, re.MULTILINE).group(1))
    (root / "data").mkdir(mode=0o700)
    os.chown(root / "data", user, user)

    def inside():
        os.chroot(root)
        os.chdir("/")
        os.setgroups([])
        os.setgid(user)
        os.setuid(user)

    env = dict(re.findall(r"^ENV (\w+)=(\S+)$", image, re.MULTILINE))
    entry = re.search(r'^ENTRYPOINT \["(\S+)"\]$', image, re.MULTILINE).group(1)

    def run(*args):
        return subprocess.run([entry, *args], env=env, preexec_fn=inside, capture_output=True,
                              text=True, check=False, timeout=60)

    assert run("init").returncode == 0
    with subprocess.Popen([entry, "serve", "--listen", "127.0.0.1:0"], env=env, preexec_fn=inside,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            health = run("health", "--wait", "30")
            assert health.returncode == 0, health.stderr
        finally:
            server.terminate()
            assert server.wait(30) == 0
    assert run("--json", "doctor").returncode == 0
