"""A whole export fills an empty instance, which then exports the same files; or leaves it empty."""
import hashlib
import json
import os
import pathlib
import shutil

import pytest

from support.program import OWNER, Program

SHARED = pathlib.Path(os.environ.get("KONTOR_SHARED_DATA", pathlib.Path(__file__).parents[3] / "shared" / "data"))
FORMATS = ["jsonl", "csv"]
COLLECTIONS = ["customers", "contacts", "products", "orders", "payments"]


def manifest_of(folder):
    return json.loads((folder / "manifest.json").read_text())


def rewrite(folder, name, change):
    """Another file with a manifest that agrees: what a hash cannot tell."""
    data = change((folder / name).read_bytes())
    (folder / name).write_bytes(data)
    told = manifest_of(folder)
    entry = next(entry for entry in told["files"] if entry["file"] == name)
    entry["bytes"], entry["sha256"] = len(data), hashlib.sha256(data).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(told))


def same_export(one, other):
    assert sorted(os.listdir(one)) == sorted(os.listdir(other))
    for name in os.listdir(one):
        if name != "manifest.json":
            assert (one / name).read_bytes() == (other / name).read_bytes(), name
    told = [manifest_of(folder) for folder in (one, other)]
    assert {**told[0], "at": ""} == {**told[1], "at": ""}


def northwind(program):
    folder = SHARED / "northwind"
    if not folder.exists():
        pytest.skip("the Northwind files are not here")
    program.ok("import", "customers", folder / "customers.csv")
    program.ok("import", "products", folder / "products.csv")
    program.ok("import", "orders", folder / "orders.csv", "--lines", folder / "order_details.csv")


def demo_shop(program):
    program.ok("demo", "load")
    states(program)


def states(program):
    """What a person can bring about: stock that is held, money given back, texts, the trash."""
    server = program.serve()
    ask = lambda *args: server.request(*args)
    made = lambda path, body: ask("POST", f"/api/v1/{path}", body)[1]["id"]
    made("contacts", {"last_name": "Solo"})
    firm = made("customers", {"name": "'=Quote \"and\", comma", "notes": " a\r\nb\n\tc ", "currency": "JPY",
                              "tags": ["a,b", "ü"], "custom": {"size": "9.50", "deep": [1, None, True]}})
    tea = made("products", {"sku": "TEA-1", "name": "Tea", "price": 1234, "currency": "JPY", "track_stock": True,
                            "stock_on_hand": "12.5", "cost": "700.1234", "tax_rate": "0.08"})
    line = {"product_id": tea, "quantity": "2.5"}
    held, paid, lost = (made("orders", {"customer_id": firm, "lines": [line, {"name": "Post", "unit_price": 5}]})
                        for _ in range(3))
    ask("POST", f"/api/v1/orders/{held}/confirm")
    ask("POST", f"/api/v1/orders/{held}/hold")
    ask("POST", f"/api/v1/orders/{paid}/confirm")
    money = made("payments", {"order_id": paid, "amount": 1000, "method": "card", "status": "succeeded"})
    assert ask("POST", f"/api/v1/payments/{money}/refund", {"amount": 400})[0] == 200
    for path in (f"orders/{lost}", "customers/" + made("customers", {"name": "Gone"})):
        assert ask("DELETE", f"/api/v1/{path}")[0] == 204
    assert server.stop() == 0


def export_of(program, out, form="jsonl", data=None):
    program.ok("export", "all", "--format", form, "--out", out, data=data)
    return out


@pytest.fixture(scope="module")
def demo_export(tmp_path_factory):
    """What the demo shop exports, made once."""
    folder = tmp_path_factory.mktemp("demo")
    with Program(folder / "data") as program:
        program.ok("init")
        program.ok("demo", "load")
        return export_of(program, folder / "out")


@pytest.fixture
def exported(demo_export, tmp_path):
    return pathlib.Path(shutil.copytree(demo_export, tmp_path / "out"))


@pytest.fixture
def other(ready, tmp_path):
    """An empty instance beside the program's own."""
    ready.ok("init", data=tmp_path / "other")
    return tmp_path / "other"


@pytest.mark.parametrize("content", [demo_shop, northwind])
def test_an_empty_instance_of_the_same_people_becomes_the_same(ready, tmp_path, content):
    ready.token()
    others = {form: shutil.copytree(ready.data, tmp_path / f"other-{form}") for form in FORMATS}
    content(ready)
    for form, other in others.items():
        out = export_of(ready, tmp_path / f"out-{form}", form)
        told = ready.ok("import", "all", out, "--json", data=other).json
        counts = {entry["collection"]: entry["records"] for entry in manifest_of(out)["files"]}
        assert told["totals"] == counts and told["settings"] == [] and told["without_account"] == 0
        assert told["rows"] == told["created"] == sum(counts[name] for name in COLLECTIONS)
        same_export(out, export_of(ready, tmp_path / f"again-{form}", form, data=other))
        assert ready.run("doctor", data=other).code == 0


@pytest.mark.parametrize("form", FORMATS)
def test_what_people_hold_who_have_no_account_here_is_nobodys(ready, other, tmp_path, form):
    me = ready.token() and ready.ok("user", "show", OWNER, "--json").json["id"]
    server = ready.serve()
    for body in ({"name": "Made"}, {"name": "Held", "owner_id": me}):
        assert server.request("POST", "/api/v1/customers", body)[0] == 201
    assert server.stop() == 0
    (tmp_path / "one.csv").write_text("name\nOf the program\n")
    ready.ok("import", "customers", tmp_path / "one.csv")
    out = export_of(ready, tmp_path / "out", form)
    result = ready.ok("import", "all", out, "--json", data=other)
    assert result.json["without_account"] == 2 and "2 records" in result.err
    told = [json.loads(line) for line in ready.ok("export", "customers", "--format", "jsonl", data=other).out.splitlines()]
    assert {row["name"]: (row["created_by"], row["owner_id"]) for row in told} == {
        "Made": (None, None), "Held": (None, None), "Of the program": (None, None)}
    assert ready.run("doctor", data=other).code == 0


def test_numbers_go_on_and_the_history_begins_with_the_import(ready, other, tmp_path):
    states(ready)
    out = export_of(ready, tmp_path / "out")
    numbers = [json.loads(line)["number"] for line in (out / "orders.jsonl").read_text().splitlines()]
    year = max(number for number in numbers if number.startswith("SO-"))
    ready.ok("import", "all", out, data=other)
    ready.data = other
    server = ready.serve()
    customer = server.request("GET", "/api/v1/customers?limit=1")[1]["data"][0]["id"]
    history = server.request("GET", f"/api/v1/customers/{customer}/history")[1]["data"]
    assert [change["action"] for change in history] == ["import"]
    fresh = server.request("POST", "/api/v1/orders", {"customer_id": customer, "lines": []})[1]["number"]
    assert int(fresh[-5:]) == int(year[-5:]) + 1 and fresh not in numbers
    assert server.stop() == 0


def test_a_dry_run_counts_the_same_and_leaves_nothing(ready, exported):
    dry = ready.ok("import", "all", exported, "--dry-run", "--json").json
    assert dry["dry_run"] and dry["id"] is None
    assert ready.ok("import", "list", "--json").json["data"] == []
    real = ready.ok("import", "all", exported, "--json").json
    assert real["totals"] == dry["totals"] and not real["dry_run"]


def test_beside_a_running_server(ready, exported, tmp_path):
    server = ready.serve()
    assert ready.ok("import", "all", exported, "--json").json["created"] > 1000
    assert server.request("GET", "/api/v1/orders?limit=1")[1]["data"]
    listed = ready.ok("import", "list", "--json").json["data"][0]
    assert (listed["collection"], listed["mode"], listed["state"]) == ("all", "restore", "done")
    assert "not taken back" in ready.fails(1, "import", "undo", listed["id"]).err
    assert server.stop() == 0
    same_export(exported, export_of(ready, tmp_path / "again"))
    assert "empty instance" in ready.fails(1, "import", "all", exported).err
    same_export(exported, export_of(ready, tmp_path / "third"))
    ready.ok("demo", "clear")  # the names in other systems came, too
    assert manifest_of(export_of(ready, tmp_path / "cleared"))["files"][0]["records"] == 0


def cut(folder):
    with open(folder / "orders.jsonl", "r+b") as file:
        file.truncate(5000)


def swap(folder):
    data = (folder / "customers.jsonl").read_bytes()
    (folder / "customers.jsonl").write_bytes(data.replace(b"lead", b"LEAD"))


def lose(folder):
    (folder / "payments.jsonl").unlink()


def bare(folder):
    (folder / "manifest.json").unlink()


def told_otherwise(change):
    def damage(folder):
        told = manifest_of(folder)
        change(told)
        (folder / "manifest.json").write_text(json.dumps(told))
    return damage


newer = told_otherwise(lambda told: told.update(schema=9999))
elsewhere = told_otherwise(lambda told: told["files"][0].update(file="../customers.jsonl"))
half = told_otherwise(lambda told: told.update(files=told["files"][:3]))
foreign = told_otherwise(lambda told: told.pop("series"))


@pytest.mark.parametrize("damage, code, words", [
    (cut, 14, "orders.jsonl has 5000 bytes"),
    (swap, 14, "customers.jsonl was changed"),
    (lose, 1, "payments.jsonl"),
    (bare, 1, "no manifest.json"),
    (newer, 13, "does not know"),
    (elsewhere, 1, "no name of a file"),
    (foreign, 1, "nothing usable of series"),
    (half, 14, "0 files of"),
])
def test_another_folder_is_refused_by_name(ready, exported, damage, code, words):
    damage(exported)
    assert words in ready.fails(code, "import", "all", exported).err


@pytest.mark.parametrize("name, old, new, words", [
    ("payments.jsonl", b'"amount":', b'"amount":"x","was":', "payments.jsonl, line 1: amount"),
    ("orders.jsonl", b'"customer_id":"0', b'"customer_id":"f', "orders.jsonl, line 1: customer_id"),
    ("orders.jsonl", b'"quantity":1,', b'"quantity":2,', "Here: order"),
    ("customers.jsonl", b'"version":1', b'"version":0', "customers.jsonl, line 1: version"),
    ("customers.jsonl", b'"language"', b'"hairdo"', "hairdo: There is no such field"),
    ("products.jsonl", b'"id":"', b'"sku":"A","id":"', "products.jsonl, line 1: "),
    ("payments.jsonl", b"{", b"\n{", "payments.jsonl, line 1: "),
    ("payments.jsonl", b"}\n", b"", "payments.jsonl, line 1: "),
])
def test_what_is_wrong_inside_leaves_nothing(ready, exported, tmp_path, name, old, new, words):
    assert old in (exported / name).read_bytes()
    rewrite(exported, name, lambda data: data.replace(old, new, 1))
    refused = ready.fails(1, "import", "all", exported)
    assert words in refused.err, refused
    empty = export_of(ready, tmp_path / "empty")
    assert all(entry["records"] == 0 for entry in manifest_of(empty)["files"])
    assert ready.ok("import", "list", "--json").json["data"] == []


def test_records_that_are_missing_are_counted(ready, exported):
    rewrite(exported, "payments.jsonl", lambda data: data[data.index(b"\n") + 1:])
    assert "payments.jsonl: It has" in ready.fails(1, "import", "all", exported).err


def test_another_setting_and_another_place(ready, exported, tmp_path):
    moved = str(shutil.move(exported, tmp_path / "moved"))
    told = ready.run("import", "all", moved + "/", "--currency", "VND", "--json")
    assert told.json["settings"] == [{"name": "currency", "there": "USD", "here": "VND"}]
    assert "currency is VND here" in told.err
    assert ready.ok("import", "list", "--json").json["data"][0]["file_name"] == "moved"


def test_flags_of_single_files_are_refused(ready, tmp_path):
    assert "--dry-run" in ready.fails(2, "import", "all", tmp_path, "--create-missing").err
    assert "folder" in ready.fails(2, "import", "all").err


def sums(program, data=None):
    """What the orders and payments come to, state by state."""
    ask = lambda sql: json.loads(program.ok("sql", sql, "--json", data=data).out)["rows"]
    live = "WHERE deleted_at IS NULL"
    return [ask("SELECT status, payment_status, fulfilment_status, currency, order_date, count(*), sum(net), sum(tax), "
                f"sum(shipping), sum(total), sum(paid), sum(due) FROM orders {live} GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5"),
            ask("SELECT name, sku, quantity, unit_price, l.discount, tax_rate, line_total, discount_share, count(*) "
                "FROM order_lines l JOIN orders o ON o.id = l.order_id AND o.deleted_at IS NULL "
                "GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 ORDER BY 1, 2, 3, 4, 5, 6, 7, 8"),
            ask(f"SELECT method, status, currency, paid_at, count(*), sum(amount), sum(refunded) FROM payments {live} "
                "GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4")]


@pytest.mark.slow
@pytest.mark.parametrize("form", [["--format", "jsonl"], ["--bom", "--delimiter", ";"]])
def test_file_by_file_nothing_changes_here_and_the_sums_are_the_same_there(ready, other, tmp_path, form):
    states(ready)
    before = sums(ready)
    for name in COLLECTIONS:
        file = tmp_path / name
        ready.ok("export", name, *form, "--out", file)
        told = ready.ok("import", name, file, "--json").json
        assert told["rows"] == told["unchanged"], (name, told)
        told = ready.ok("import", name, file, "--json", data=other).json
        assert told["rows"] == told["created"], (name, told)
    assert before[0] and before[2]
    assert sums(ready) == before
    assert sums(ready, data=other) == before
    assert ready.run("doctor", data=other).code == 0


def test_what_is_in_the_trash_stays_there_when_a_file_comes_back_alone(ready, other, tmp_path):
    states(ready)
    for form in FORMATS:
        out = export_of(ready, tmp_path / form, form)
        told = ready.ok("import", "customers", out / f"customers.{form}", "--json", data=other).json
        assert (told["skipped"], told["failed"]) == (1, 0)
