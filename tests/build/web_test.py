"""How the web UI gets into the program: its packages, and the pack."""
import gzip
import json
import os
import pathlib
import struct
import subprocess
import sys

import pytest

SCREENS = ("sign_in", "setup", "home", "list", "record", "index")
PAGES = [f"{screen}-{language}-{theme}.html" for screen in SCREENS
         for language in ("en", "vi") for theme in ("auto", "light", "dark")]
ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKER = ROOT / "scripts/cmake/pack_web.py"
FIELDS = ["path", "type", "etag", "cache", "identity", "gzip", "brotli"]


@pytest.fixture
def built(tmp_path):
    """A UI as app/web/build.mjs leaves it."""
    folder = tmp_path / "built"
    (folder / "assets").mkdir(parents=True)
    (folder / "root").mkdir()
    for page in PAGES:
        (folder / page).write_text(f"<html {page}>")
    (folder / "assets/main-1A2B3C4D.js").write_text("let a = 1;\n" * 500)
    (folder / "assets/noise-1A2B3C4D.json").write_bytes(os.urandom(2000))
    (folder / "assets/inter-1A2B3C4D.woff2").write_bytes(b"font" * 500)
    (folder / "root/favicon.svg").write_text("<svg/>")
    return folder


def pack(built, out):
    return subprocess.run([sys.executable, PACKER, built, out], capture_output=True, text=True,
                          check=False, timeout=60)


def read(path):
    data = path.read_bytes()
    assert data[:8] == b"KWEB0001"
    count = struct.unpack_from("<I", data, 8)[0]
    rows = {}
    for number in range(count):
        pairs = [struct.unpack_from("<II", data, 12 + number * 56 + 8 * field) for field in range(7)]
        row = dict(zip(FIELDS, (data[at:at + size] for at, size in pairs)))
        rows[row["path"].decode()] = row
    return rows


def test_every_file_is_in_the_pack_under_its_address(built, tmp_path):
    assert pack(built, tmp_path / "web.bin").returncode == 0
    rows = read(tmp_path / "web.bin")
    assert set(rows) == {"/assets/main-1A2B3C4D.js", "/assets/noise-1A2B3C4D.json",
                         "/assets/inter-1A2B3C4D.woff2", "/favicon.svg", *PAGES}
    script = rows["/assets/main-1A2B3C4D.js"]
    assert script["type"] == b"text/javascript; charset=utf-8" and b"immutable" in script["cache"]
    assert rows["/favicon.svg"]["cache"] == b"no-cache"
    assert len({row["etag"] for row in rows.values()}) == len(rows)


def test_an_encoding_is_kept_where_it_saves_a_tenth(built, tmp_path):
    pack(built, tmp_path / "web.bin")
    rows = read(tmp_path / "web.bin")
    script = rows["/assets/main-1A2B3C4D.js"]
    assert gzip.decompress(script["gzip"]) == script["identity"]
    assert 0 < len(script["brotli"]) < len(script["gzip"])
    for path in ("/assets/noise-1A2B3C4D.json", "/assets/inter-1A2B3C4D.woff2"):
        assert rows[path]["gzip"] == rows[path]["brotli"] == b""


def test_the_same_files_give_the_same_bytes(built, tmp_path):
    for name in ("one", "two"):
        pack(built, tmp_path / name)
        os.utime(built / "assets/main-1A2B3C4D.js", (1, 1))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


@pytest.mark.parametrize("name, complaint", [
    ("assets/main.js", "its name must change with its content"),
    ("assets/main-1A2B3C4D.exe", "no content type is known for .exe"),
])
def test_what_could_not_be_served_stops_the_build(built, tmp_path, name, complaint):
    (built / name).write_text("x")
    done = pack(built, tmp_path / "web.bin")
    assert done.returncode == 1 and complaint in done.stderr
    assert not (tmp_path / "web.bin").exists()


def test_a_page_that_is_missing_stops_the_build(built, tmp_path):
    (built / "record-vi-dark.html").unlink()
    done = pack(built, tmp_path / "web.bin")
    assert done.returncode == 1 and "record-vi-dark.html" in done.stderr


def test_packages_that_are_there_are_not_asked_for_again(tmp_path):
    """Without npm, and without a network."""
    if not (ROOT / "app/web/node_modules").is_dir():
        pytest.skip("the program was built without the web UI")
    for tool in ("bash", "cat", "cut", "dirname", "env", "flock", "ln", "mkdir", "readlink", "sha256sum"):
        (tmp_path / tool).symlink_to(subprocess.check_output(["which", tool], text=True).strip())
    done = subprocess.run([ROOT / "scripts/web_packages"], env={"PATH": str(tmp_path)},
                          capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr


def test_the_lock_names_no_address():
    lock = json.loads((ROOT / "app/web/package-lock.json").read_text())
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert len(packages) > 5
    for name, package in packages.items():
        assert "resolved" not in package and package["integrity"].startswith("sha512-"), name
