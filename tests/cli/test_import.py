"""Files brought in from the command line, taken back, and gone on with."""
import csv
import json
import os
import signal
import subprocess

import pytest

from support.program import clean_environment


def write(path, *rows):
    with open(path, "w", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def people(path, count, bad=()):
    rows = [[i, f"Firm {i}", "no address" if i in bad else f"office{i}@firm.example"] for i in range(count)]
    return write(path, ["ID", "Name", "Email"], *rows)


def imports(program):
    return program.ok("import", "list", "--json").json["data"]


def changes(program):
    running = program.serve()
    seq = running.request("GET", "/api/v1/changes?since=0&limit=200")[1]["next_since"]
    assert running.stop() == 0
    return seq


def test_a_file_comes_in_and_the_same_again_changes_nothing(ready, tmp_path):
    file = people(tmp_path / "c.csv", 30)
    first = ready.ok("import", "customers", file, "--json").json
    assert (first["rows"], first["created"], first["dry_run"]) == (30, 30, False)
    before = changes(ready)
    again = ready.ok("import", "customers", file, "--json").json
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 30)
    assert changes(ready) == before
    assert [i["state"] for i in imports(ready)] == ["done", "done"]
    assert imports(ready)[0]["file_name"] == "c.csv"


@pytest.mark.parametrize("rows", [40, 1200])
def test_a_dry_run_says_what_the_import_does_and_leaves_nothing(ready, tmp_path, rows):
    file = people(tmp_path / "c.csv", rows, bad=(3, 7))
    rehearsed = ready.run("import", "customers", file, "--dry-run", "--json",
                          "--errors", tmp_path / "dry.csv")
    assert rehearsed.code == 3
    assert imports(ready) == []
    assert not list((ready.data / "backups").glob("import-dry-run-*"))
    real = ready.run("import", "customers", file, "--json", "--errors", tmp_path / "real.csv")
    expected = dict(real.json, dry_run=True, id=None)
    assert rehearsed.json == expected
    assert (tmp_path / "dry.csv").read_bytes() == (tmp_path / "real.csv").read_bytes()


def test_the_error_file_is_mended_and_imported_as_it_is(ready, tmp_path):
    file = people(tmp_path / "c.csv", 20, bad=(4, 9))
    errors = tmp_path / "errors.csv"
    result = ready.run("import", "customers", file, "--errors", errors)
    assert result.code == 3 and "2 failed" in result.out
    text = errors.read_text()
    assert text.splitlines()[0] == "ID,Name,Email,_row,_error"
    errors.write_text(text.replace("no address", "mended@firm.example"))
    mended = ready.run("import", "customers", errors, "--json")
    # Two firms with one address are two firms, as each has an id.
    assert mended.code == 0 and mended.json["created"] == 2
    assert mended.json["columns"]["unmapped"] == []


def test_an_import_is_undone(ready, tmp_path):
    ready.ok("import", "customers", people(tmp_path / "c.csv", 5))
    changed = write(tmp_path / "d.csv", ["ID", "Name"], [0, "Renamed"], [77, "New"])
    done = ready.ok("import", "customers", changed)
    id = imports(ready)[0]["id"]
    assert f"kontor import undo {id}" in done.out
    undone = ready.ok("import", "undo", id, "--json").json
    assert (undone["removed"], undone["restored"], undone["left_count"]) == (1, 1, 0)
    assert imports(ready)[0]["state"] == "undone"
    assert "undone already" in ready.fails(1, "import", "undo", id).err
    ready.ok("doctor")


def test_what_was_edited_since_is_left_and_listed(ready, tmp_path):
    ready.ok("import", "customers", people(tmp_path / "c.csv", 3))
    running = ready.serve()
    customer = running.request("GET", "/api/v1/customers?limit=1")[1]["data"][0]
    running.request("PATCH", f"/api/v1/customers/{customer['id']}", {"notes": "call"})
    # The server holds the data directory: the command works through it.
    result = ready.run("import", "undo", imports(ready)[0]["id"])
    assert result.code == 3
    assert customer["id"] in result.out and "edited since" in result.out
    assert running.request("GET", "/api/v1/customers?count=exact")[1]["count"] == 1


def test_import_works_beside_a_running_server(ready, tmp_path):
    running = ready.serve()
    done = ready.ok("import", "customers", people(tmp_path / "c.csv", 700), "--json").json
    assert done["created"] == 700
    assert running.request("GET", "/api/v1/customers?limit=1&count=exact")[1]["count"] == 700
    dry = ready.ok("import", "customers", people(tmp_path / "d.csv", 800), "--json", "--dry-run").json
    assert (dry["created"], dry["unchanged"]) == (100, 700)


def test_orders_and_payments_come_in_and_link_up(ready, tmp_path):
    ready.ok("import", "customers", write(tmp_path / "c.csv", ["ID", "Name", "Email"],
                                          [1, "Acme", "a@acme.example"]))
    ready.ok("import", "orders", write(
        tmp_path / "o.csv", ["Order ID", "Customer", "Order date", "Product name", "Quantity", "Price"],
        ["#1001", "a@acme.example", "2026-01-05", "Tea", 2, "3.50"], ["#1001", "", "", "Cup", 1, "4"]))
    paid = write(tmp_path / "p.csv", ["Order", "Amount", "Method", "Reference", "Paid at"],
                 ["#1001", "5", "card", "tx-1", "2026-01-06T10:00:00Z"],
                 ["SO-2026-00001", "6", "cash", "tx-2", ""])
    assert ready.ok("import", "payments", paid, "--json").json["totals"] == {"amount.USD": 1100}
    assert ready.ok("import", "payments", paid, "--json").json["unchanged"] == 2
    running = ready.serve()
    order = running.request("GET", "/api/v1/orders")[1]["data"][0]
    assert (order["payment_status"], order["due"], order["total"]) == ("paid", 0, 1100)


def test_policies_and_matching_are_as_told(ready, tmp_path):
    ready.ok("import", "customers", write(tmp_path / "c.csv", ["Name", "City", "Phone"],
                                          ["Acme", "Bonn", ""]))
    again = write(tmp_path / "d.csv", ["Name", "City", "Phone"], ["acme", "Köln", "+49 221 123456"])
    done = ready.ok("import", "customers", again, "--match", "name", "--policy", "address.city=never",
                    "--policy", "phone=if_empty", "--policy", "name=if_empty", "--json").json
    assert (done["created"], done["updated"]) == (0, 1)
    running = ready.serve()
    customer = running.request("GET", "/api/v1/customers")[1]["data"][0]
    assert customer["name"] == "Acme" and customer["address"]["city"] == "Bonn"
    assert customer["phone"] == "+49 221 123456"


@pytest.mark.parametrize("args, told", [
    (["import", "costumers", "x.csv"], "customers"),
    (["import", "customers"], "file"),
    (["import", "customers", "c.csv", "--policy", "name=sometimes"], "policy"),
    (["import", "customers", "c.csv", "--policy", "nam=never"], "name"),
    (["import", "customers", "c.csv", "--match", "shoe"], "match"),
    (["import", "customers", "c.csv", "--mode", "insert"], "mode"),
    (["import", "customers", "c.csv", "--lines", "c.csv"], "orders"),
    (["import", "undo"], "id"),
    (["import", "undo", "7"], "id"),
])
def test_what_is_asked_wrongly_is_refused_before_anything(ready, tmp_path, args, told):
    people(tmp_path / "c.csv", 1)
    assert told in ready.fails(2, *args, cwd=tmp_path).err
    assert imports(ready) == []


def test_files_that_cannot_be_read_are_named(ready, tmp_path):
    assert "missing.csv" in ready.fails(1, "import", "customers", tmp_path / "missing.csv").err
    empty = tmp_path / "empty.csv"
    empty.touch()
    ready.fails(1, "import", "customers", empty)
    assert imports(ready) == []


def interruptible(program, file):
    """An import that has begun to write."""
    process = subprocess.Popen(program.command("import", "customers", file, "--json"),
                               env=clean_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               text=True)
    wal = program.data / "kontor.db-wal"
    while process.poll() is None and (not wal.exists() or wal.stat().st_size < 2_000_000):
        os.sched_yield()
    return process


@pytest.mark.parametrize("sign, code", [(signal.SIGINT, 130), (signal.SIGTERM, 130), (signal.SIGKILL, -9)])
def test_an_interrupted_import_goes_on(ready, tmp_path, sign, code):
    file = people(tmp_path / "c.csv", 20_000)
    process = interruptible(ready, file)
    process.send_signal(sign)
    out, err = process.communicate(timeout=60)
    assert process.returncode == code, (out, err)
    if code == 130:
        assert "goes on where it ended" in err
        assert 0 < json.loads(out)["created"] < 20_000
        assert imports(ready)[0]["state"] == "stopped"
    done = ready.ok("import", "customers", file, "--json").json
    assert done["resumed"] and (done["rows"], done["created"]) == (20_000, 20_000)
    assert len(imports(ready)) == 1
    ready.ok("doctor")


HUBSPOT = [["Record ID", "Company name", "Company Domain Name", "Lifecycle Stage", "Founded"],
           ["77", "Tea Ltd", "tea.example", "Opportunity", "03/04/1990"]]


def test_explain_tells_columns_and_reasons_and_needs_no_data_directory(program, tmp_path):
    file = write(tmp_path / "companies.csv", *HUBSPOT)
    told = program.ok("import", "customers", file, "--explain", "--json").json
    assert told["vendor"]["id"] == "hubspot" and "Company Domain Name" in told["vendor"]["headers"]
    assert (told["format"], told["encoding"], told["delimiter"]) == ("csv", "utf-8", ",")
    assert [c["target"] for c in told["columns"]] == ["external_id", "name", None, "lifecycle", None]
    assert told["ready"] and told["rows"] == 1 and told["columns"][1]["samples"] == ["Tea Ltd"]
    text = program.ok("import", "customers", file, "--explain").out
    assert "looks like HubSpot" in text and "as HubSpot says" in text and "left out" in text


def test_the_map_that_is_written_can_be_mended_and_used(ready, tmp_path):
    file, map_file = write(tmp_path / "companies.csv", *HUBSPOT), tmp_path / "map.json"
    ready.ok("import", "customers", file, "--write-map", map_file)
    mapping = json.loads(map_file.read_text())
    assert mapping["columns"]["Company name"] == "name" and mapping["columns"]["Founded"] is None
    mapping["columns"]["Lifecycle Stage"]["values"]["opportunity"] = "former"
    mapping["constants"] = {"address.country": "Vietnam"}
    map_file.write_text(json.dumps(mapping))
    assert ready.ok("import", "customers", file, "--map", map_file, "--json").json["created"] == 1
    out = ready.ok("export", "customers", "--format", "jsonl").out
    record = json.loads(out)
    assert (record["lifecycle"], record["address"]["country"]) == ("former", "Vietnam")
    again = ready.run("import", "customers", file, "--write-map", map_file)
    assert again.code == 1 and "is there already" in again.err


def test_explain_says_what_would_stop_the_import(program, tmp_path):
    file = write(tmp_path / "c.csv", ["Phone", "Birthday"], ["+84901234567", "03/04/1990"])
    told = program.ok("import", "contacts", file, "--explain", "--json").json
    assert not told["ready"] and told["missing"] == ["last_name"]
    assert "two days" in told["columns"][1]["problem"]
    assert "not ready" in program.ok("import", "contacts", file, "--explain").out


@pytest.mark.parametrize("mapping, key", [
    ('{"columns": {"Name": {"to": "nmae"}}}', "did you mean name"),
    ('{"columns": {"Name": {"too": "name"}}}', '"too"'),
    ('{"columns": {"Nome": "name"}}', '"Nome"'),
    ('{"columns": {"Name": "name"}, "constants": {"name": "x"}}', '"name"'),
    ("{", "no JSON"),
])
def test_a_faulty_map_is_refused_by_its_key_before_anything_is_read(ready, tmp_path, mapping, key):
    file, map_file = people(tmp_path / "c.csv", 2), tmp_path / "map.json"
    map_file.write_text(mapping)
    for more in ([], ["--explain"]):
        refused = ready.run("import", "customers", file, "--map", map_file, *more)
        assert refused.code == 1 and key in refused.err, refused.err
    assert imports(ready) == []
