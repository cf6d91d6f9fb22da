"""GET /api/v1/audit: who did what, the newest first."""
import pytest

from support import samples
from support.kontor import OWNER, Client, Server


def test_changes_and_exports_are_rows_with_what_was_and_what_is(api):
    customer = samples.customer(api)
    api.call("PATCH", f"/api/v1/customers/{customer['id']}", {"notes": "calls back"}, expect=200)
    api.get("/api/v1/customers/export?format=jsonl&lifecycle=lead")
    export, change, create = api.get("/api/v1/audit?limit=3").json["data"]
    assert (create["action"], create["version"], create["id"]) == ("create", 1, customer["id"])
    assert change["diff"] == {"notes": {"from": customer["notes"], "to": "calls back"}}
    assert (export["collection"], export["action"], export["version"]) == ("exports", "customers", None)
    assert export["detail"] == {"format": "jsonl", "filters": ["lifecycle"]}
    assert change["seq"] == create["seq"] + 1 and export["request_id"]


def test_pages_go_on_and_filters_hold(api):
    made = [samples.customer(api)["id"] for _ in range(3)]
    page = api.get("/api/v1/audit?limit=2&collection=customers&action=create").json
    rest = api.get(f"/api/v1/audit?limit=1&collection=customers&action=create&cursor={page['next_cursor']}").json
    assert [row["id"] for row in page["data"] + rest["data"]] == made[::-1]
    assert len(api.get(f"/api/v1/audit?id={made[0]}").json["data"]) == 1
    assert api.get("/api/v1/audit?since=2999-01-01").json == {"data": [], "count": 0, "has_more": False,
                                                              "next_cursor": None}


@pytest.mark.parametrize("query", ["since=yesterday", "until=1", "id=7", "user=nobody@example.com", "limit=0",
                                   "cursor=x", "bogus=1"])
def test_what_cannot_be_meant_is_named(api, query):
    problem = api.get(f"/api/v1/audit?{query}", expect=400).json
    assert query.split("=")[0] in str(problem)


def test_events_are_in_no_list_of_changes(api):
    customer = samples.customer(api)
    since = api.get("/api/v1/changes?limit=200&since=0").json["next_since"]
    api.get("/api/v1/customers/export?format=jsonl")
    assert api.get(f"/api/v1/changes?since={since}").json["data"] == []
    assert len(api.get(f"/api/v1/customers/{customer['id']}/history").json["data"]) == 1


class TestAccounts:
    @pytest.fixture(scope="class")
    def owned(self):
        with Server(owner="session") as running:
            yield running

    @pytest.fixture
    def viewer(self, owned):
        """A client of someone who may look and not change."""
        account = {"email": "vi@example.com", "password": "a long enough pass phrase"}
        user = owned.client.post("/api/v1/users", dict(account, roles=["viewer"])).json
        client = Client("127.0.0.1", owned.client.port, owned.client.openapi)
        client.sign_in(**account)
        client.id = user["id"]
        return client

    def test_who_signs_in_is_refused_and_signs_out_is_told(self, owned, viewer):
        # How she likes her lists is hers alone.
        viewer.patch("/api/v1/me", {"preferences": {"density": "compact"}})
        viewer.call("POST", "/api/v1/customers", {"name": "x"}, expect=403)
        viewer.get("/api/v1/audit", expect=403)
        viewer.delete("/api/v1/session")
        rows = owned.client.get("/api/v1/audit?user=vi@example.com&limit=10").json["data"]
        told = [(row["collection"], row["action"]) for row in rows]
        assert told == [("session", "sign_out"), ("refusals", "refuse"), ("refusals", "refuse"), ("session", "sign_in")]
        assert all(row["via"] == "session" for row in rows)
        assert rows[1]["detail"] == {"method": "GET", "route": "/api/v1/audit"}
        assert rows[2]["detail"] == {"method": "POST", "route": "/api/v1/customers"}
        assert all(row["actor"]["id"] == viewer.id and row["address"] == "127.0.0.1" for row in rows)
        made = owned.client.get(f"/api/v1/audit?collection=users&id={viewer.id}").json["data"]
        assert made[0]["action"] == "create" and made[0]["actor"]["email"] == OWNER["email"]
        assert "pass phrase" not in str(made) + str(rows)
