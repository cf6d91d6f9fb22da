"""scripts/deps against a small pool of its own on the loopback interface."""
import hashlib
import http.server
import io
import lzma
import os
import pathlib
import shutil
import subprocess
import tarfile
import threading

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
APT_HELPER = "/usr/lib/apt/apt-helper"
LIBRARY_FILES = {"alpha.h": b"int alpha();\n", "LICENSE": b"free\n", "unused.txt": b"left out\n"}


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def archive_of(version, files=None):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:xz") as tar:
        for name, body in (files or LIBRARY_FILES).items():
            info = tarfile.TarInfo(f"alpha-{version}/{name}")
            info.size = len(body)
            tar.addfile(info, io.BytesIO(body))
    return out.getvalue()


def tree_of(files):
    lines = "".join(f"{sha256(files[name])}  ./{name}\n" for name in sorted(files))
    return sha256(lines.encode())


KEPT_TREE = tree_of({name: LIBRARY_FILES[name] for name in ("alpha.h", "LICENSE")})


class Pool:
    """A Debian mirror with what a test puts into it; counts what is asked for."""

    def __init__(self):
        self.files = {}
        self.asked = []
        pool = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                path = self.path.replace("%2b", "+")
                pool.asked.append(path)
                body = pool.files.get(path)
                self.send_response(404 if body is None else 200)
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/debian"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()

    def put(self, path, body):
        self.files["/debian/" + path] = body

    def put_archive(self, version, body=None):
        self.put(f"pool/main/a/alpha/alpha_{version}.orig.tar.xz", body or archive_of(version))

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture(name="pool")
def _pool():
    pool = Pool()
    yield pool
    pool.close()


class Checkout:
    """A lock file, a target folder and a cache; run() is scripts/deps on them."""

    def __init__(self, folder, mirror):
        self.folder = folder
        self.into = folder / "third_party"
        self.cache = folder / "cache"
        self.lock = folder / "lock"
        self.env = {**os.environ, "KONTOR_DEPS_CACHE": str(self.cache), "KONTOR_APT_HELPER": "",
                    "KONTOR_DEBIAN_MIRROR": mirror, "KONTOR_DEBIAN_SUITES": "sid"}

    def write_lock(self, *pairs, lowest="0.5", tree=KEPT_TREE):
        lines = [f"library alpha alpha-source {lowest}", "  keep alpha.h LICENSE"]
        for word, version in zip(["pin", "second"], pairs):
            lines.append(f"  {word} {version} a/alpha/alpha_{version}.orig.tar.xz "
                         f"{sha256(archive_of(version))} {tree}")
        self.lock.write_text("\n".join(lines) + "\n")

    def start(self, *arguments):
        command = [ROOT / "scripts/deps", "--lock", self.lock, "--into", self.into, *arguments]
        return subprocess.Popen(command, env=self.env, stderr=subprocess.PIPE, text=True)

    def run(self, *arguments):
        process = self.start(*arguments)
        return process.wait(60), process.communicate()[1]

    def cached(self, version):
        return self.cache / f"{sha256(archive_of(version))}-alpha_{version}.orig.tar.xz"

    def put_into_cache(self, version, body=None):
        self.cache.mkdir(exist_ok=True)
        self.cached(version).write_bytes(body or archive_of(version))

    def unpacked(self):
        folder = self.into / "alpha"
        return {path.name: path.read_bytes() for path in folder.glob("[!.]*")}


@pytest.fixture(name="checkout")
def _checkout(tmp_path, pool):
    checkout = Checkout(tmp_path, pool.url)
    checkout.write_lock("1.0")
    return checkout


KEPT = {"alpha.h": LIBRARY_FILES["alpha.h"], "LICENSE": LIBRARY_FILES["LICENSE"]}


def test_a_cached_archive_is_enough_without_any_network(checkout, pool):
    checkout.put_into_cache("1.0")
    assert checkout.run() == (0, "deps: unpacking alpha 1.0\n")
    assert checkout.unpacked() == KEPT
    assert pool.asked == []


def test_a_second_run_asks_for_nothing_and_says_nothing(checkout, pool):
    pool.put_archive("1.0")
    assert checkout.run()[0] == 0
    asked = len(pool.asked)
    assert checkout.run() == (0, "")
    assert len(pool.asked) == asked


@pytest.mark.parametrize("helper", ["", APT_HELPER], ids=["curl", "apt-helper"])
def test_the_mirror_of_the_variable_is_asked_and_the_archive_kept(checkout, pool, helper):
    if helper and not os.access(helper, os.X_OK):
        pytest.skip("no apt on this machine")
    checkout.env["KONTOR_APT_HELPER"] = helper
    pool.put_archive("1.0")
    status, text = checkout.run()
    assert status == 0, text
    assert checkout.unpacked() == KEPT
    assert checkout.cached("1.0").read_bytes() == archive_of("1.0")


def test_the_mirror_is_read_from_the_machines_apt(checkout, pool, tmp_path):
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "apt-get").write_text(
        "#!/bin/sh\n"
        'echo "http://127.0.0.1:1/vendor/ main Vendor Vendor"\n'
        f'echo "{pool.url}/ main Debian Debian"\n')
    (tools / "apt-get").chmod(0o755)
    checkout.env["PATH"] = f"{tools}:{checkout.env['PATH']}"
    checkout.env["KONTOR_DEBIAN_MIRROR"] = ""
    pool.put_archive("1.0")
    status, text = checkout.run()
    assert status == 0, text
    assert checkout.unpacked() == KEPT


def test_a_damaged_cached_archive_is_fetched_again(checkout, pool):
    checkout.put_into_cache("1.0", b"damaged")
    pool.put_archive("1.0")
    status, text = checkout.run()
    assert status == 0
    assert "damaged" in text
    assert checkout.cached("1.0").read_bytes() == archive_of("1.0")


def test_an_archive_with_another_hash_is_refused(checkout, pool):
    pool.put_archive("1.0", archive_of("1.0", {**LIBRARY_FILES, "alpha.h": b"int evil();\n"}))
    status, text = checkout.run()
    assert status == 1
    assert "refused" in text
    assert not (checkout.into / "alpha").exists()
    assert not checkout.cached("1.0").exists()


def test_contents_with_another_tree_hash_are_refused(checkout):
    checkout.write_lock("1.0", tree="0" * 64)
    checkout.put_into_cache("1.0")
    status, text = checkout.run()
    assert status == 1
    assert KEPT_TREE in text
    assert not (checkout.into / "alpha").exists()


def test_the_second_pin_is_taken_when_the_first_is_gone_from_the_mirror(checkout, pool):
    checkout.write_lock("1.0", "0.9")
    pool.put_archive("0.9")
    status, text = checkout.run()
    assert status == 0
    assert "alpha 1.0 is not to be had; taking the second pin, 0.9" in text
    assert checkout.unpacked() == KEPT
    assert checkout.run() == (0, "")


def test_without_any_source_the_message_names_the_file_and_the_ways_out(checkout):
    status, text = checkout.run()
    assert status == 1
    assert f"alpha_1.0.orig.tar.xz (SHA-256 {sha256(archive_of('1.0'))})" in text
    assert "KONTOR_DEBIAN_MIRROR" in text
    assert not (checkout.into / "alpha").exists()


def test_verify_puts_changed_contents_right(checkout):
    checkout.put_into_cache("1.0")
    checkout.run()
    (checkout.into / "alpha/alpha.h").write_text("int changed();\n")
    assert checkout.run() == (0, "")
    status, text = checkout.run("--verify")
    assert status == 0
    assert "contents were changed" in text
    assert checkout.unpacked() == KEPT


def test_two_runs_at_once_both_succeed_and_unpack_once(checkout, pool):
    pool.put_archive("1.0")
    both = [checkout.start(), checkout.start()]
    texts = [process.communicate(timeout=60)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert "".join(texts).count("unpacking alpha") == 1
    assert checkout.unpacked() == KEPT
    assert [path.name for path in checkout.into.iterdir() if path.name != ".lock"] == ["alpha"]


# --- the signed index ---------------------------------------------------------------------------

@pytest.fixture(name="signer", scope="module")
def _signer(tmp_path_factory):
    """Signs as an archive would: a function text -> clear-signed text, and its public keyring."""
    if not shutil.which("gpg"):
        pytest.skip("no gpg on this machine")
    home = tmp_path_factory.mktemp("gpg")
    home.chmod(0o700)
    gpg = ["gpg", "--homedir", str(home), "--batch", "--quiet", "--passphrase", ""]
    subprocess.run([*gpg, "--quick-generate-key", "Archive <archive@example.org>", "ed25519",
                    "sign", "never"], check=True, capture_output=True)
    keyring = home / "keyring.gpg"
    keyring.write_bytes(subprocess.run([*gpg, "--export"], check=True, capture_output=True).stdout)

    def sign(text):
        return subprocess.run([*gpg, "--clear-sign"], input=text.encode(), check=True,
                              capture_output=True).stdout
    yield sign, keyring
    subprocess.run(["gpgconf", "--homedir", str(home), "--kill", "all"], check=False)


def source_stanza(version, upstream):
    body = archive_of(upstream)
    file = f"alpha_{upstream}.orig.tar.xz"
    return (f"Package: alpha-source\nBinary: alpha\nVersion: {version}\n"
            f"Files:\n 0123 {len(body)} {file}\n"
            f"Checksums-Sha256:\n {'1' * 64} 99 alpha_{version}.dsc\n"
            f" {sha256(body)} {len(body)} {file}\nDirectory: pool/main/a/alpha\n")


def release_text(index, suite="sid", until="Fri, 01 Jan 2100 00:00:00 UTC"):
    return (f"Origin: Debian\nSuite: {suite}\nValid-Until: {until}\nMD5Sum:\n"
            f" 00 1 main/source/Sources.xz\nSHA256:\n"
            f" {sha256(index)} {len(index)} main/source/Sources.xz\n")


def serve_index(pool, checkout, signer, stanzas, **release):
    sign, keyring = signer
    index = lzma.compress("\n".join(stanzas).encode())
    pool.put("dists/sid/InRelease", sign(release_text(index, **release)))
    pool.put("dists/sid/main/source/Sources.xz", index)
    checkout.env["KONTOR_DEBIAN_KEYRING"] = str(keyring)


OTHER = "Package: beta\nVersion: 9\nDirectory: pool/main/b/beta\n"


def test_the_version_of_the_signed_index_is_taken_with_a_loud_warning(checkout, pool, signer):
    stanzas = [OTHER, source_stanza("0.7-1", "0.7"), source_stanza("1:1.2.really.1.1+ds-3", "1.1")]
    serve_index(pool, checkout, signer, stanzas)
    pool.put_archive("1.1")
    status, text = checkout.run()
    assert status == 0, text
    assert "WARNING: building with alpha 1.1, which is NOT the pinned version." in text
    assert checkout.unpacked() == KEPT
    status, text = checkout.run()
    assert status == 0
    assert "alpha 1.1 is not the pinned version" in text


def test_a_signed_version_below_the_lowest_acceptable_is_not_taken(checkout, pool, signer):
    checkout.write_lock("1.0", lowest="0.8")
    serve_index(pool, checkout, signer, [source_stanza("0.7-1", "0.7")])
    pool.put_archive("0.7")
    status, text = checkout.run()
    assert status == 1
    assert "alpha is neither cached nor on a mirror" in text


def test_an_index_signed_by_another_key_is_refused(checkout, pool, signer):
    serve_index(pool, checkout, signer, [source_stanza("1.1-1", "1.1")])
    pool.put_archive("1.1")
    debian = pathlib.Path("/usr/share/keyrings/debian-archive-keyring.gpg")
    if not debian.exists():
        pytest.skip("no Debian keyring on this machine")
    checkout.env["KONTOR_DEBIAN_KEYRING"] = str(debian)
    status, text = checkout.run()
    assert status == 1
    assert "not signed by a key in" in text
    assert not (checkout.into / "alpha").exists()


def test_an_index_changed_after_signing_is_refused(checkout, pool, signer):
    serve_index(pool, checkout, signer, [source_stanza("1.1-1", "1.1")])
    path = "/debian/dists/sid/InRelease"
    pool.files[path] = pool.files[path].replace(b"Origin: Debian", b"Origin: Debiam")
    status, text = checkout.run()
    assert status == 1
    assert "not signed by a key in" in text


def test_a_source_list_other_than_the_signed_one_is_refused(checkout, pool, signer):
    serve_index(pool, checkout, signer, [source_stanza("1.1-1", "1.1")])
    pool.put("dists/sid/main/source/Sources.xz", lzma.compress(b"Package: alpha-source\n"))
    status, text = checkout.run()
    assert status == 1
    assert "does not have the hash that the signed index gives it" in text


def test_a_genuine_index_of_another_suite_is_refused(checkout, pool, signer):
    serve_index(pool, checkout, signer, [source_stanza("1.1-1", "1.1")], suite="oldstable")
    status, text = checkout.run()
    assert status == 1
    assert "another suite" in text


def test_an_expired_index_is_named(checkout, pool, signer):
    serve_index(pool, checkout, signer, [source_stanza("1.1-1", "1.1")],
                until="Fri, 06 Nov 2020 08:08:01 UTC")
    pool.put_archive("1.1")
    status, text = checkout.run()
    assert status == 0
    assert "valid until Fri, 06 Nov 2020" in text


# --- the real lock ------------------------------------------------------------------------------

@pytest.mark.slow
def test_every_pin_of_the_lock_is_still_served_to_an_empty_cache(tmp_path):
    """Fails when the mirror has dropped a pinned version: then the lock needs a new pin."""
    env = {**os.environ, "KONTOR_DEPS_CACHE": str(tmp_path / "cache")}
    run = subprocess.run([ROOT / "scripts/deps", "--into", tmp_path / "third_party"], env=env,
                         capture_output=True, text=True, check=False, timeout=300)
    assert run.returncode == 0, run.stderr
    assert "warning" not in run.stderr.lower()
    hardened = (tmp_path / "third_party/httplib/httplib.h").read_text()
    assert "fn(key, decode_path_component(val));" not in hardened


# --- hardening ----------------------------------------------------------------------------------

HTTPLIB_LINES = ("fn(key, decode_path_component(val));\n"
                 "if (endptr == lr.ptr()) { return -1; }\n")


def harden(folder, version, text):
    (folder / "httplib.h").write_text(text)
    run = subprocess.run([ROOT / "scripts/harden_third_party.py", "httplib", version, folder],
                         capture_output=True, text=True, check=False)
    return run, (folder / "httplib.h").read_text()


def test_hardening_replaces_each_anchor(tmp_path):
    run, text = harden(tmp_path, "0.41.0", HTTPLIB_LINES)
    assert run.returncode == 0
    assert text == ("fn(key, val);\n"
                    "if (!std::isxdigit(static_cast<unsigned char>(*lr.ptr()))) { return -1; }\n")


@pytest.mark.parametrize("text", ["", HTTPLIB_LINES * 2, HTTPLIB_LINES.splitlines()[0]])
def test_an_anchor_that_is_not_there_exactly_once_stops_the_build(tmp_path, text):
    run, after = harden(tmp_path, "0.41.0", text)
    assert run.returncode != 0
    assert "expected once" in run.stderr
    assert after == text


def test_a_version_with_upstreams_own_fixes_is_left_alone(tmp_path):
    run, text = harden(tmp_path, "0.53.1", "rewritten upstream\n")
    assert run.returncode == 0
    assert text == "rewritten upstream\n"
