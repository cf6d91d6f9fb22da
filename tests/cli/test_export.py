"""kontor export: beside a running server, complete or not at all."""
import csv
import datetime
import hashlib
import io
import json
import os
import re
import subprocess
import xml.etree.ElementTree
import zipfile

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


def cells_of(sheet):
    """Rows of (kind, text), kind being the cell's type or, for numbers, its style."""
    name = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    for row in xml.etree.ElementTree.fromstring(sheet).iter(f"{name}row"):
        yield [("text", cell.find(f"{name}is/{name}t").text or "") if cell.get("t") == "inlineStr" else
               (cell.get("s", "number"), cell.findtext(f"{name}v", "")) for cell in row]


def test_a_workbook_has_a_sheet_for_each_collection(shop, tmp_path):
    out = tmp_path / "shop.xlsx"
    told = shop.ok("export", "all", "--format", "xlsx", "--out", out).err
    with zipfile.ZipFile(out) as book:
        assert book.testzip() is None
        names = re.findall(r'sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
        assert names == COLLECTIONS
        for number, name in enumerate(names, 1):
            header, *rows = cells_of(book.read(f"xl/worksheets/sheet{number}.xml"))
            table = list(csv.reader(io.StringIO(shop.ok("export", name).out, newline="")))
            assert [text for _, text in header] == table[0]
            assert [row[0][1] for row in rows] == [row[0] for row in table[1:]]
            assert f"{len({row[0] for row in table[1:]})} {name}" in told
    assert out.stat().st_mode & 0o077 == 0


def test_what_a_spreadsheet_counts_is_a_number_and_text_is_never_a_formula(ready, tmp_path):
    records = {
        "customers": {"kind": "company", "name": "Naïve", "notes": "=1+1 <&> _x0041_\nnext"},
        "products": {"sku": "007", "name": "Cup", "price": "12.50", "currency": "EUR"},
    }
    for collection, record in records.items():
        file = tmp_path / f"{collection}.jsonl"
        file.write_text(json.dumps(record))
        ready.ok("import", collection, file)
    out = tmp_path / "book.xlsx"
    ready.ok("export", "all", "--format", "xlsx", "--out", out)
    with zipfile.ZipFile(out) as book:
        sheets = [list(cells_of(book.read(f"xl/worksheets/sheet{n}.xml"))) for n in (1, 3)]
    customer, product = (dict(zip((text for _, text in rows[0]), rows[1])) for rows in sheets)
    assert customer["notes"] == ("text", "=1+1 <&> _x005F_x0041_\nnext")
    assert product["sku"] == ("text", "007")
    assert product["price"] == ("number", "12.5")
    kind, serial = product["created_at"]
    told = datetime.datetime(1899, 12, 30) + datetime.timedelta(days=float(serial))
    now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
    assert kind == "2" and abs(now - told) < datetime.timedelta(minutes=5)


@pytest.mark.parametrize("arguments, code, words", [
    (["nothings"], 2, "customers"),
    (["customers", "--format", "ods"], 2, "xlsx"),
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
