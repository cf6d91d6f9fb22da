"""kontor export: beside a running server, complete or not at all."""
import csv
import hashlib
import io
import json
import os
import subprocess

import pytest

COLLECTIONS = ["customers", "contacts", "products", "orders", "payments"]


@pytest.fixture
def shop(ready):
    ready.ok("demo", "load")
    return ready


def test_a_collection_goes_to_standard_output(shop):
    rows = list(csv.DictReader(io.StringIO(shop.ok("export", "products").out, newline="")))
    assert rows and all(row["sku"] for row in rows)
    lines = shop.ok("export", "products", "--format", "jsonl").out.splitlines()
    assert [json.loads(line)["sku"] for line in lines] == [row["sku"] for row in rows]


def test_beside_a_running_server(shop):
    shop.start().until_ready()
    assert shop.ok("export", "customers").out.startswith("id,version,")


def test_all_is_a_directory_with_a_manifest_that_proves_it(shop, tmp_path):
    out = tmp_path / "export"
    shop.ok("export", "all", "--format", "jsonl", "--out", out)
    told = json.loads((out / "manifest.json").read_text())
    assert (told["manifest"], told["format"]) == (1, "jsonl") and told["schema"] > 0
    assert [entry["collection"] for entry in told["files"]] == [*COLLECTIONS, "external_ids"]
    for entry in told["files"]:
        data = (out / entry["file"]).read_bytes()
        assert entry["records"] == data.count(b"\n") > 0
        assert (entry["bytes"], entry["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    assert sorted(os.listdir(out)) == sorted(["manifest.json", "external_ids.jsonl",
                                        *(f"{name}.jsonl" for name in COLLECTIONS)])
    assert (out / "customers.jsonl").stat().st_mode & 0o077 == 0, "personal data is for the owner alone"


def test_our_own_csv_changes_nothing_where_it_came_from(shop, tmp_path):
    for name in ("customers", "contacts", "products"):
        file = tmp_path / f"{name}.csv"
        shop.ok("export", name, "--out", file)
        told = json.loads(shop.ok("import", name, file, "--json").out)
        assert told["failed"] == told["created"] == told["updated"] == 0, (name, told)
        again = tmp_path / f"{name}-again.csv"
        shop.ok("export", name, "--out", again)
        assert file.read_bytes() == again.read_bytes()


@pytest.mark.parametrize("arguments, code, words", [
    (["nothings"], 2, "customers"),
    (["customers", "--format", "xlsx"], 2, "CSV"),
    (["customers", "--format", "jsno"], 2, "jsonl"),
    (["all"], 2, "--out"),
])
def test_what_is_not_understood_is_refused(ready, arguments, code, words):
    assert words in ready.fails(code, "export", *arguments).err


def test_a_file_that_cannot_be_written_is_named_and_nothing_is_left(ready, tmp_path):
    assert "none/x.csv" in ready.fails(1, "export", "customers", "--out", tmp_path / "none" / "x.csv").err
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").touch()
    assert "empty directory" in ready.fails(1, "export", "all", "--out", kept).err
    assert os.listdir(kept) == ["file"]


def test_without_a_data_directory(program):
    assert "init" in program.fails(10, "export", "customers").err


def test_a_full_disk_is_told(shop):
    with open("/dev/full", "wb") as full:
        done = subprocess.run(shop.command("export", "customers"), stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 74 and "No space left" in done.stderr
