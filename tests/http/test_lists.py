"""Lists: pages, order, filters, search, and what a list refuses."""
import re
import threading
import urllib.parse

import pytest
from support import samples

TIES = 500


def rows(api, collection, **params):
    return api.list(collection, **params)


def names(api, **params):
    return [row["name"] for row in rows(api, "customers", **params)]


@pytest.fixture(scope="module")
def many(server):
    """500 products of five prices, so that most rows tie."""
    api = server.client
    for start in range(0, TIES, 100):
        api.post("/api/v1/batch", {"operations": [
            {"method": "POST", "path": "/api/v1/products",
             "body": {"sku": f"TIE-{n:04}", "name": f"Tie {n % 7}", "price": (n % 5) * 100, "currency": "USD",
                      "category": "ties"}} for n in range(start, start + 100)]}, expect=200)
    return api


class TestPages:
    @pytest.mark.parametrize("sort", ["price", "-price", "name", "-name", "price,-name", "-price,sku", "id", "-id",
                                      "created_at", "-updated_at", "price,name,-sku"])
    def test_every_row_is_shown_once_and_in_order(self, many, sort):
        shown = rows(many, "products", category="ties", sort=sort, limit=37, fields="sku,price,name,created_at,updated_at")
        assert len(shown) == TIES == len({row["sku"] for row in shown})
        for key in reversed(sort.split(",")):
            name = key.lstrip("-")
            if name != "id":
                expected = sorted(shown, key=lambda row: row[name], reverse=key.startswith("-"))
                first = sort.split(",")[0].lstrip("-")
                if name == first:
                    assert [row[name] for row in shown] == [row[name] for row in expected]

    def test_rows_that_come_meanwhile_move_no_other_row(self, many):
        done = threading.Event()

        def insert():
            while not done.is_set():
                samples.product(many, category="meanwhile", price=200)

        thread = threading.Thread(target=insert)
        thread.start()
        try:
            for sort in ("price", "-created_at"):
                shown = [row["sku"] for row in rows(many, "products", sort=sort, limit=50, fields="sku")]
                assert len(shown) == len(set(shown))
                assert len([sku for sku in shown if sku.startswith("TIE-")]) == TIES
        finally:
            done.set()
            thread.join()

    def test_a_page_links_to_the_next(self, many):
        page = many.get("/api/v1/products?category=ties&limit=200&q=tie&sort=id&name[ne]=a%26b")
        link = page.headers["Link"]
        assert link.endswith('>; rel="next"')
        following = many.get(link[1:link.index(">")]).json
        assert following["data"][0]["id"] not in {row["id"] for row in page.json["data"]}
        assert len(following["data"]) == 200

    def test_the_last_page_says_so(self, many):
        page = many.get("/api/v1/products?category=ties&limit=200&count=exact&sku[gte]=TIE-0450")
        assert page.json["count"] == 50 == len(page.json["data"])
        assert page.json["has_more"] is False and page.json["next_cursor"] is None
        assert "Link" not in page.headers

    def test_a_page_has_fifty_rows_unless_asked(self, many):
        assert len(many.get("/api/v1/products?category=ties").json["data"]) == 50

    def test_a_cursor_of_another_order_is_refused(self, many):
        cursor = many.get("/api/v1/products?sort=price&limit=1").json["next_cursor"]
        reply = many.get(f"/api/v1/products?sort=name&cursor={cursor}", expect=400)
        assert reply.pointers == ["?cursor"]
        many.get("/api/v1/products?cursor=bogus", expect=400)

    def test_the_newest_come_first(self, api):
        first, second = samples.customer(api), samples.customer(api)
        assert [row["id"] for row in api.get("/api/v1/customers?limit=2").json["data"]] == [second["id"], first["id"]]

    def test_the_count_of_everything_is_exact_too(self, api):
        samples.customer(api)
        assert api.get("/api/v1/customers?count=exact&limit=1").json["count"] == len(rows(api, "customers"))


@pytest.fixture(scope="module")
def shelf(server):
    api = server.client
    for sku, price, status, point, tags in [("F-A", 100, "active", 0, ["red"]), ("F-B", "100.5", "active", 5, ["red", "big"]),
                                            ("F-C", 300, "archived", 0, []), ("F-D", 400, "active", 0, ["blue"])]:
        samples.product(api, sku=sku, name=f"{sku} 100%_odd", price=price, status=status, reorder_point=point, tags=tags,
                        category="shelf", track_stock=True, stock_on_hand=3, cost=None if sku == "F-D" else 50,
                        description=f"about {sku}", unit="kg" if sku == "F-A" else None)
    return api


class TestFilters:
    @pytest.mark.parametrize("query, expected", [
        ("price=100", "A"), ("price[eq]=100.5", "B"), ("price[ne]=100", "BCD"), ("price[lt]=300", "AB"),
        ("price[lte]=300", "ABC"), ("price[gt]=300", "D"), ("price[gte]=300", "CD"), ("price[in]=100,400", "AD"),
        ("status=archived", "C"), ("status[ne]=archived", "ABD"), ("status[in]=archived,active", "ABCD"),
        ("cost[null]=true", "D"), ("cost[null]=false", "ABC"), ("unit=kg", "A"), ("unit[ne]=kg", "BCD"),
        ("low_stock=true", "B"), ("track_stock=false", ""), ("sku=F-B", "B"), ("sku[like]=F-", "ABCD"),
        ("sku[like]=%25-C", "C"), ("name[like]=f-a", "A"), ("name[like]=100%25", "" ), ("sku[gte]=F-C", "CD"),
        ("description[like]=about F-D", "D"), ("tags=red", "AB"), ("tags[ne]=red", "CD"), ("tags[in]=big,blue", "BD"),
        ("price[gte]=100&price[lt]=400&status=active", "AB"), ("version=1", "ABCD"),
        ("created_at[gt]=2020-01-01T00:00:00Z", "ABCD"), ("updated_at[lt]=2020-01-01T00:00:00Z", "")])
    def test_each_operator_finds_what_it_says(self, shelf, query, expected):
        query = urllib.parse.quote(query, safe="=&[]%,")
        found = shelf.get(f"/api/v1/products?category=shelf&sort=sku&{query}").json["data"]
        assert "".join(row["sku"][-1] for row in found) == expected

    def test_ids_and_references_are_filters_too(self, api):
        one, other = samples.order(api), samples.order(api)
        assert [row["id"] for row in rows(api, "orders", customer_id=one["customer_id"])] == [one["id"]]
        both = {row["id"] for row in rows(api, "orders", **{"id[in]": f"{one['id']},{other['id']}"})}
        assert both == {one["id"], other["id"]}
        assert len(rows(api, "orders", **{"customer_id[in]": f"{one['customer_id']},{other['customer_id']}"})) == 2

    def test_nested_fields_are_filtered_by_their_whole_name(self, api):
        samples.customer(api, name="In Huế", address={"city": "Huế Filter"})
        assert names(api, **{"address.city": "Huế Filter"}) == ["In Huế"]

    def test_an_email_is_found_however_it_is_written(self, api):
        samples.customer(api, name="Mail", email="Find.Me@Example.COM")
        assert names(api, email="find.me@example.com") == ["Mail"]

    def test_every_documented_parameter_is_taken(self, server):
        api = server.client
        for collection in ("customers", "contacts", "products", "orders", "payments"):
            operation = api.openapi.document["paths"][f"/api/v1/{collection}"]["get"]
            for parameter in operation["parameters"]:
                name, schema = parameter["name"], parameter["schema"]
                if parameter["in"] != "query" or name in ("cursor", "sort", "fields", "expand"):
                    continue
                base = re.sub(r"^any\[\d\]\.", "", name).partition("[")[0]
                value = schema.get("const") or ("true" if name.endswith("[null]") else self.sample(operation, base))
                api.get(f"/api/v1/{collection}?{urllib.parse.quote(name)}={urllib.parse.quote(value)}")

    @staticmethod
    def sample(operation, base):
        """A value that the filter `base` takes."""
        schema = next((p["schema"] for p in operation["parameters"] if p["name"] == base), {"type": "string"})
        kind = schema.get("type", "string")
        if "enum" in schema:
            return schema["enum"][0]
        if kind == "boolean":
            return "true"
        if kind != "string":
            return "1"
        return {"uuid": "01890000-0000-7000-8000-000000000000", "date": "2026-01-01",
                "date-time": "2026-01-01T00:00:00Z"}.get(schema.get("format"), "USD")


class TestSearch:
    @pytest.fixture(scope="class", autouse=True)
    def people(self, server):
        samples.customer(server.client, name="Nguyễn Văn Điện", email="dien@search.example", kind="person")
        samples.customer(server.client, name="NGUYEN Thi Hoa", address={"city": "Đà Lạt"})
        samples.customer(server.client, name="Müller & Söhne", company_name="Straße GmbH")

    @pytest.mark.parametrize("query, expected", [
        ("nguyen", 2), ("Nguyễn", 2), ("nguyễn điện", 1), ("nguyen dien", 1), ("dien", 1), ("Điện", 1), ("ngu", 2),
        ("NGUYEN hoa", 1), ("da lat", 1), ("muller", 1), ("sohne", 1), ("zzz", 0), ("dien nobody", 0)])
    def test_accents_and_case_do_not_matter_and_beginnings_are_enough(self, api, query, expected):
        assert len(rows(api, "customers", q=query)) == expected

    def test_a_search_pages_like_any_list(self, many):
        assert len(rows(many, "products", q="tie", category="ties", limit=99)) == TIES

    @pytest.mark.parametrize("more", ["", "&sort=id", "&fields=sku&expand="])
    def test_a_search_that_counts_shows_the_same_rows(self, many, more):
        gone = samples.product(many, sku=f"GONE{more}", name="Tie gone")
        many.delete(f"/api/v1/products/{gone['id']}")
        page = f"/api/v1/products?q=tie&limit=99{more}"
        shown, counted, cursor = [], [], ""
        while cursor is not None:
            counted += (answer := many.get(f"{page}&count=exact{cursor}").json)["data"]
            shown += many.get(f"{page}{cursor}").json["data"]
            assert answer["count"] == TIES
            cursor = answer["next_cursor"] and f"&cursor={answer['next_cursor']}"
        assert counted == shown and len({row["id"] for row in shown}) == TIES

    @pytest.mark.parametrize("query", ['"', "*", "a OR b", "NEAR(", "col:x", "-x", "^", "'; --", "\"a", "x" * 300])
    def test_the_language_of_the_index_is_not_the_clients(self, api, query):
        reply = api.get("/api/v1/customers?" + urllib.parse.urlencode({"q": query}), expect=None)
        assert reply.status in (200, 400)

    def test_a_deleted_record_is_not_found(self, api):
        record = samples.customer(api, name="Vanishing Xylophone")
        assert names(api, q="xylophone") == ["Vanishing Xylophone"]
        api.delete(f"/api/v1/customers/{record['id']}")
        assert names(api, q="xylophone") == []
        assert names(api, q="xylophone", trash="only") == ["Vanishing Xylophone"]


class TestShape:
    def test_fields_and_expand_work_in_lists(self, api):
        order = samples.order(api)
        row, = rows(api, "orders", id=order["id"], fields="number", expand="customer")
        assert set(row) == {"id", "number", "customer"}
        assert row["customer"]["id"] == order["customer_id"]

    def test_orders_in_lists_carry_their_lines(self, api):
        order = samples.order(api, samples.line(), samples.line(name="More"))
        row, = rows(api, "orders", id=order["id"])
        assert [line["name"] for line in row["lines"]] == ["Work", "More"]
        assert row == samples.read(api, "orders", order)


class TestRefusals:
    def test_everything_that_is_wrong_is_named_at_once(self, api):
        reply = api.get("/api/v1/customers?bogus=1&name[like]=x&kind[between]=1&sort=notes,-nothing&limit=0"
                        "&fields=shoe&expand=hat&count=maybe&created_at[gt]=yesterday&custom=1", expect=400)
        assert {"?bogus", "?kind[between]", "?sort", "?limit", "?fields", "?expand", "?count", "?created_at[gt]",
                "?custom"} == set(reply.pointers)
        assert len([pointer for pointer in reply.pointers if pointer == "?sort"]) == 2
        assert reply.json["code"] == "invalid_parameter"

    def test_a_near_miss_gets_a_hint(self, api):
        error, = api.get("/api/v1/customers?lifecicle=lead", expect=400).json["errors"]
        assert "lifecycle" in error["detail"]

    @pytest.mark.parametrize("query", ["limit=201", "limit=-1", "limit=x", "sort=tags", "sort=name,name", "sort=a,b,c,d",
                                       "status=active", "name[gt", "trash=all", "count=1", "id=5", "currency=QQQ",
                                       "lifecycle=boss", "version=x", "name[in]=", "tags[like]=x", "name=", "q=%20",
                                       "q=%22%22"])
    def test_what_makes_no_sense_is_refused(self, api, query):
        assert api.get(f"/api/v1/customers?{query}", expect=400).json["errors"]

    def test_too_many_filters_are_refused(self, api):
        query = "&".join(f"name[ne]={n}" for n in range(21))
        api.get(f"/api/v1/customers?{query}", expect=400)


def test_groups_of_filters_and_custom_fields_go_through_pages_counts_and_exports(api):
    for name, more in [("Any Ant", {"lifecycle": "former"}), ("Any Bee", {"custom": {"shoe size": 44}}),
                       ("Any Cow", {"custom": {"shoe size": "45"}}), ("Any Dog", {})]:
        api.post("/api/v1/customers", {"name": name, "tags": ["any"], **more})
    asked = "tags=any&any[1].lifecycle=former&any[1].custom.shoe%20size[gte]=45"
    first = api.get(f"/api/v1/customers?{asked}&sort=name&limit=1&count=exact")
    assert first.json["count"] == 2 and [one["name"] for one in first.json["data"]] == ["Any Ant"]
    following = first.headers["Link"].split(">")[0][1:]
    assert [one["name"] for one in api.get(following).json["data"]] == ["Any Cow"]
    lines = api.get(f"/api/v1/customers/export?format=jsonl&{asked}").text.splitlines()
    assert len(lines) == 2
    names = api.get("/api/v1/customers/custom-fields").json["data"]
    assert {"name": "shoe size", "kind": "mixed", "records": 2} in names
    refused = api.get("/api/v1/customers?any[1].nmae=x&any[7].name=x&sort=custom", expect=400)
    assert refused.pointers == ["?any[1].nmae", "?any[7].name", "?sort"]


def test_an_order_by_a_custom_field_goes_through_pages_and_exports(api):
    for name, size in [("Sort Ant", 44), ("Sort Bee", "9"), ("Sort Cow", "Đế"), ("Sort Dog", None), ("Sort Elk", "di")]:
        api.post("/api/v1/customers", {"name": name, "tags": ["sort"], "custom": {"boot size": size}})
    order = ["Sort Bee", "Sort Ant", "Sort Cow", "Sort Elk", "Sort Dog"]
    asked, found = "/api/v1/customers?tags=sort&sort=custom.boot%20size&limit=2", []
    while asked:
        page = api.get(asked)
        found += [one["name"] for one in page.json["data"]]
        asked = page.headers["Link"].split(">")[0][1:] if "Link" in page.headers else ""
    assert found == order
    lines = api.get("/api/v1/customers/export?format=csv&tags=sort&sort=custom.boot%20size&fields=name").text.splitlines()
    assert [line.split(",")[-1] for line in lines[1:]] == order
    like, = api.get("/api/v1/customers?tags=sort&custom.boot%20size[like]=%C4%90%E1%BA%BE").json["data"]
    assert like["name"] == "Sort Cow"
