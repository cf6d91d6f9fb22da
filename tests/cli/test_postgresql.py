"""An export loads into a real PostgreSQL, with the counts and sums it had here.

Skipped where PostgreSQL is not installed (Debian: postgresql)."""
import glob
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import tempfile

import pytest

FOLDERS = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
pytestmark = [pytest.mark.slow,
              pytest.mark.skipif(not FOLDERS, reason="PostgreSQL is not installed (apt install postgresql)")]
SHARED = pathlib.Path(os.environ.get("KONTOR_SHARED_DATA", pathlib.Path(__file__).parents[3] / "shared" / "data"))
TABLES = ["customers", "contacts", "products", "orders", "order_lines", "payments"]
# Here money and ×10⁴ values are integers; there the latter are numeric.
SUMS = {"orders": ["net", "tax", "shipping", "total", "paid", "due"], "payments": ["amount", "refunded"],
        "order_lines": ["line_total", "discount_share"]}
SCALED = {"products": ["price", "stock_on_hand"], "order_lines": ["quantity", "unit_price"]}


class Cluster:
    """PostgreSQL on a socket in a folder of its own; it does not run as root."""

    def __init__(self, folder):
        self.folder = folder
        self.prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self.prefix:
            shutil.chown(folder, "postgres")
        self.run("initdb", "-D", f"{folder}/db", "-U", "kontor", "-E", "UTF8", "--no-sync")
        options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
        self.run("pg_ctl", "-D", f"{folder}/db", "-w", "-l", f"{folder}/log", "-o", options, "start")

    def run(self, tool, *args, text=None):
        done = subprocess.run([*self.prefix, f"{FOLDERS[-1]}/{tool}", *args], input=text, text=True,
                              capture_output=True, cwd=self.folder, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def psql(self, database, text):
        return self.run("psql", "-h", self.folder, "-U", "kontor", "-X", "-q", "-A", "-t", "-v",
                        "ON_ERROR_STOP=1", database, text=text).strip()

    def stop(self):
        self.run("pg_ctl", "-D", f"{self.folder}/db", "-m", "immediate", "stop")


@pytest.fixture(scope="module")
def cluster():
    with tempfile.TemporaryDirectory(prefix="kontor-pg-") as folder:
        running = Cluster(folder)
        yield running
        running.stop()



def compare(program, cluster, database):
    cluster.psql("postgres", f"CREATE DATABASE {database};")
    cluster.psql(database, program.ok("export", "all", "--format", "postgresql").out)
    connection = sqlite3.connect(f"file:{program.data}/kontor.db?mode=ro", uri=True)
    one = lambda sql: connection.execute(sql).fetchone()[0]
    for table in TABLES:
        assert int(cluster.psql(database, f"SELECT count(*) FROM {table}")) == one(f"SELECT count(*) FROM {table}")
        for column in SUMS.get(table, []):
            there = cluster.psql(database, f"SELECT coalesce(sum({column}), 0) FROM {table}")
            assert int(there) == one(f"SELECT coalesce(sum({column}), 0) FROM {table}"), (table, column)
        for column in SCALED.get(table, []):
            there = cluster.psql(database, f"SELECT (coalesce(sum({column}), 0) * 10000)::bigint FROM {table}")
            assert int(there) == one(f"SELECT coalesce(sum({column}), 0) FROM {table}"), (table, column)
    connection.close()


def test_the_demo_shop(ready, cluster):
    ready.ok("demo", "load")
    compare(ready, cluster, "shop")


def test_northwind(ready, cluster):
    folder = next(iter(SHARED.glob("northwind*")), None)
    if folder is None:
        pytest.skip("the Northwind files are not here")
    find = lambda name: next(folder.rglob(name))
    ready.ok("import", "customers", find("customers.csv"))
    ready.ok("import", "products", find("products.csv"))
    ready.ok("import", "orders", find("orders.csv"), "--lines", find("order_details.csv"))
    compare(ready, cluster, "northwind")


def test_text_that_looks_like_syntax(ready, cluster, tmp_path):
    names = ["tab\there", "back\\slash", "\\N", "\\.", "quote ' and \"", "Đặng 😀"]
    file = tmp_path / "customers.csv"
    file.write_text("name,notes,tags\n" + "".join(
        '"{0}","{0}","[""{1}""]"\n'.format(name.replace('"', '""').replace("\t", " "), i) for i, name in enumerate(names)))
    ready.ok("import", "customers", file)
    compare(ready, cluster, "texts")
    there = json.loads(cluster.psql("texts", "SELECT json_agg(name ORDER BY tags[1]) FROM customers"))
    assert there == [name.replace("\t", " ") for name in names]
