"""A person's data: exported for her, erased for good, and erased again when an older copy comes back."""
import json
import pathlib
import sqlite3
import zipfile

import pytest

NAMES = ["Annabelle Quince", "quince.example", "Elm Street 9", "Zinfandel", "Cuthbert"]


@pytest.fixture
def firm(ready):
    """A customer with everything, and another one; what was and what is, as people change things."""
    running = ready.serve()

    def made(method, path, body):
        status, record = running.request(method, f"/api/v1/{path}", body)
        assert status in (200, 201), record
        return record

    ann = made("POST", "customers", {"name": "Annabel Quince", "email": "old@quince.example",
                                     "notes": "likes Zinfandel", "address": {"street": "Elm Street 9"}})
    made("PATCH", f"customers/{ann['id']}", {"name": "Annabelle Quince", "email": "ann@quince.example"})
    made("POST", "contacts", {"customer_id": ann["id"], "first_name": "Cuthbert", "last_name": "Quincey"})
    order = made("POST", "orders", {"customer_id": ann["id"], "notes": "for Annabelle Quince",
                                    "lines": [{"name": "Tea", "unit_price": 500}]})
    made("POST", "payments", {"order_id": order["id"], "amount": 500, "method": "cash"})
    made("POST", "customers", {"name": "Bob Stays"})
    assert running.stop() == 0
    ready.ann, ready.order = ann["id"], order
    return ready


def files_with(program, words):
    """Raw bytes, as on the disk: the database and what lies beside it."""
    found = []
    for name in ("kontor.db", "kontor.db-wal"):
        path = program.data / name
        content = path.read_bytes().lower() if path.exists() else b""
        found += [(name, word) for word in words if word.lower().encode() in content]
    return found


def names_of(program, data=None):
    return program.ok("sql", "SELECT name FROM customers ORDER BY id", "--json", data=data).json["rows"]


def test_the_archive_holds_everything_of_hers(firm, tmp_path):
    out = tmp_path / "ann.zip"
    told = firm.ok("gdpr", "export", firm.ann, "--out", out, "--json").json
    assert told["records"] == {"customers": 1, "contacts": 1, "orders": 1, "payments": 1}
    archive = zipfile.ZipFile(out)
    assert archive.testzip() is None
    data = json.loads(archive.read("data.json"))
    assert data["customers"][0]["name"] == "Annabelle Quince"
    assert data["orders"][0]["number"] == firm.order["number"]
    assert any(change["diff"].get("name", {}).get("from") == "Annabel Quince" for change in data["history"])
    assert b"Annabelle Quince" in archive.read("customers.csv")
    assert b"Bob" not in b"".join(archive.read(name) for name in archive.namelist())
    listed = {entry["file"] for entry in json.loads(archive.read("manifest.json"))["files"]}
    assert listed == set(archive.namelist()) - {"manifest.json"}
    assert pathlib.Path(out).stat().st_mode & 0o077 == 0
    event = firm.ok("audit", "list", "--limit", "1", "--json").json["data"][0]
    assert (event["action"], event["id"]) == ("gdpr_export", firm.ann)


@pytest.mark.parametrize("served", [False, True])
def test_an_erasure_leaves_nothing_in_the_raw_files(firm, served):
    assert files_with(firm, NAMES)
    running = firm.serve() if served else None
    told = firm.ok("gdpr", "erase", firm.ann, "--yes", "--json").json
    assert told["records"] == 3 and told["log_emptied"]
    assert files_with(firm, NAMES + ["quince", "quincey"]) == []
    if served:
        status, order = running.request("GET", f"/api/v1/orders/{firm.order['id']}")
        assert (status, order["number"], order["total"]) == (200, firm.order["number"], 500)
        assert running.request("GET", "/api/v1/customers?q=quince")[1]["data"] == []
        assert running.stop() == 0
    firm.ok("doctor")
    firm.ok("audit", "verify")
    assert names_of(firm) == [["[erased]"], ["Bob Stays"]]


def test_an_older_backup_does_not_bring_her_back(firm, tmp_path):
    firm.ok("backup", "create")
    firm.ok("gdpr", "erase", firm.ann, "--yes")
    firm.ok("restore", "latest", "--in-place")
    assert names_of(firm) == [["[erased]"], ["Bob Stays"]]
    assert files_with(firm, NAMES) == []
    firm.ok("restore", "--undo")
    assert names_of(firm) == [["[erased]"], ["Bob Stays"]]
    other = tmp_path / "other"
    firm.ok("restore", "latest", "--to", other)
    assert names_of(firm, data=other) == [["[erased]"], ["Bob Stays"]]
    assert firm.ann in (other / "backups" / "erasures.txt").read_text()


def test_data_put_back_by_hand_are_erased_at_the_next_start(firm):
    before = (firm.data / "kontor.db").read_bytes()
    firm.ok("gdpr", "erase", firm.ann, "--yes")
    (firm.data / "kontor.db").write_bytes(before)
    running = firm.serve()
    assert running.request("GET", f"/api/v1/customers/{firm.ann}")[1]["name"] == "[erased]"
    assert running.stop() == 0
    assert files_with(firm, NAMES) == []


def test_a_whole_export_does_not_bring_her_back(firm, tmp_path):
    firm.ok("export", "all", "--format", "jsonl", "--out", tmp_path / "all")
    firm.ok("gdpr", "erase", firm.ann, "--yes")
    other = tmp_path / "other"
    firm.ok("init", data=other)
    (other / "backups" / "erasures.txt").write_bytes((firm.data / "backups" / "erasures.txt").read_bytes())
    firm.ok("import", "all", tmp_path / "all", data=other)
    assert names_of(firm, data=other) == [["[erased]"], ["Bob Stays"]]


def test_what_is_wrong_is_said(firm, tmp_path):
    assert "--yes" in firm.fails(2, "gdpr", "erase", firm.ann).err
    firm.fails(2, "gdpr", "export", firm.ann)
    firm.fails(2, "gdpr", "erase", "not-an-id", "--yes")
    nobody = "01900000-0000-7000-8000-000000000000"
    firm.fails(1, "gdpr", "erase", nobody, "--yes")
    firm.fails(1, "gdpr", "export", nobody, "--out", tmp_path / "x.zip")
    assert list(tmp_path.glob("x.zip*")) == []
    (firm.data / "backups" / "erasures.txt").write_text("nonsense\n")
    assert "line 1" in firm.fails(14, "gdpr", "erase", firm.ann, "--yes").err
    assert sqlite3.connect(firm.data / "kontor.db").execute("SELECT count(*) FROM erasures").fetchone() == (0,)
