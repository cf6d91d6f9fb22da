"""Gets the peers through this machine's own package managers, into the benchmark's folder.

Nothing of theirs is kept in the repository: PocketBase is Debian's package (in unstable only, so it
is unpacked beside the system, not installed), Fastify and better-sqlite3 are npm's.
"""
import os
import pathlib
import re
import shutil
import subprocess

POCKETBASE_VERSION = "0.40.4"
SOURCES = "/etc/apt/sources.list.d/debian.sources"
HERE = pathlib.Path(__file__).resolve().parent


def obtain_pocketbase(root):
    """An error text, or None."""
    folder = root / "peers/pocketbase"
    if (folder / "VERSION").exists():
        return None
    try:
        package = download_from_unstable("pocketbase", root / "peers/apt")
    except (OSError, subprocess.CalledProcessError, IndexError) as failure:
        return f"PocketBase cannot be had from Debian unstable ({failure})"
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run(["dpkg-deb", "-x", package, folder], check=True)
    version = package.name.split("_")[1]
    (folder / "VERSION").write_text(f"pocketbase {version}\n")
    if not version.startswith(POCKETBASE_VERSION):
        print(f"note: PocketBase is {version} now; the figures of docs/performance.md are of {POCKETBASE_VERSION}")
    return None


def download_from_unstable(name, folder):
    """The newest package, by an apt that looks at nothing but unstable and touches nothing outside `folder`."""
    stanza = pathlib.Path(SOURCES).read_text()
    field = lambda key: re.search(rf"^{key}: *(\S+)", stanza, re.MULTILINE).group(1)
    for part in ("sources", "state/lists/partial", "cache/archives/partial", "packages"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    (folder / "sources/unstable.sources").write_text(
        f"Types: deb\nURIs: {field('URIs')}\nSuites: sid\nComponents: main\nSigned-By: {field('Signed-By')}\n")
    options = [f"-oDir::Etc::SourceParts={folder}/sources", "-oDir::Etc::SourceList=/dev/null", f"-oDir::State={folder}/state",
               f"-oDir::Cache={folder}/cache", "-oDir::State::status=/var/lib/dpkg/status", "-qq"]
    subprocess.run(["apt-get", *options, "update"], check=True)
    # What is downloaded is read by a user without rights, who may not enter the folder; apt says so.
    subprocess.run(["apt-get", *options, "download", name], check=True, cwd=folder / "packages", stderr=subprocess.DEVNULL)
    return sorted((folder / "packages").glob(f"{name}_*.deb"))[-1]


def obtain_fastify(root):
    if shutil.which("node") is None or shutil.which("npm") is None:
        return "Fastify needs node and npm (apt-get install nodejs npm)"
    folder = root / "peers/fastify"
    shutil.copytree(HERE / "peers/fastify", folder, dirs_exist_ok=True)
    if loads(folder):
        return None
    # Compiled here, against the headers of the installed node: nothing comes from outside the registry.
    headers = pathlib.Path(shutil.which("node")).resolve().parents[1]
    subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--loglevel=error"], cwd=folder, check=True,
                   env={**os.environ, "npm_config_build_from_source": "true", "npm_config_nodedir": str(headers)})
    return None if loads(folder) else "better-sqlite3 could not be built"


def loads(folder):
    probe = "require('fastify'); require('@fastify/jwt'); new (require('better-sqlite3'))(':memory:')"
    return subprocess.run(["node", "-e", probe], cwd=folder, capture_output=True).returncode == 0


def obtain_nginx():
    return None if pathlib.Path("/usr/sbin/nginx").exists() else "nginx is not installed (apt-get install nginx-light)"
