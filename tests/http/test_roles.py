"""Roles as things that people manage, and why somebody may see and do what."""
import uuid

COURIER = {"name": "courier", "label": "Courier",
           "collections": {"orders": {"read": "team", "update": "own"}}, "flags": ["refund"]}


def test_the_built_in_roles_are_listed_first_and_stay(api):
    roles = api.get("/api/v1/roles").json["data"]
    assert [role["name"] for role in roles[:8]] == [
        "owner", "manager", "sales", "warehouse", "accountant", "support", "viewer", "api"]
    assert all(role["built_in"] for role in roles[:8])
    assert api.patch("/api/v1/roles/sales", {"label": "x"}, expect=409).json["code"] == "built_in_role"
    assert api.delete("/api/v1/roles/owner", expect=409).json["code"] == "built_in_role"
    sales = api.get("/api/v1/roles/sales").json
    assert (sales["collections"]["customers"]["read"], sales["collections"]["customers"]["update"]) == ("team", "own")


def test_a_role_is_made_changed_and_removed(api):
    made = api.post("/api/v1/roles", COURIER)
    assert made.headers["location"] == "/api/v1/roles/courier"
    assert made.json["collections"]["orders"]["update"] == "own" and not made.json["built_in"]
    api.post("/api/v1/roles", COURIER, expect=409)
    changed = api.patch("/api/v1/roles/courier", {"flags": [], "collections": {"orders": {"update": "team"}}})
    assert (changed.json["version"], changed.json["collections"]["orders"]["update"]) == (2, "team")
    assert changed.json["collections"]["orders"]["read"] == "team"
    api.patch("/api/v1/roles/courier", {"label": "C"}, expect=412, headers={"If-Match": '"v1"'})
    api.delete("/api/v1/roles/courier")
    api.get("/api/v1/roles/courier", expect=404)


def test_what_is_wrong_with_a_role_is_told_at_once(api):
    body = {"name": "x", "label": "X", "collections": {"orders": {"read": "some"}, "ordesr": {}}, "flags": ["root"]}
    assert len(api.post("/api/v1/roles", body, expect=422).json["errors"]) == 3
    api.post("/api/v1/roles", {"name": "sales", "label": "S", "collections": {}}, expect=409)


def test_an_owner_is_explained_as_who_may_do_everything(api):
    customer = api.post("/api/v1/customers", {"name": "C"}).json
    told = api.get(f"/api/v1/access/explain?collection=customers&id={customer['id']}").json
    assert told["record"] == {"holder_id": customer["created_by"], "relation": "own", "teams": [], "in_trash": False}
    assert all(act["allowed"] and act["reach"] == "all" for act in told["acts"])
    assert all(flag["allowed"] for flag in told["flags"])
    gone = api.get(f"/api/v1/access/explain?collection=customers&id={uuid.uuid4()}").json
    assert gone["record"] is None


def test_an_explanation_needs_a_collection_and_ids_that_are_some(api):
    for query in ("", "?collection=x", "?collection=orders&id=x", "?collection=orders&user=x", "?collection=orders&a=1"):
        api.get(f"/api/v1/access/explain{query}", expect=400)
    api.get(f"/api/v1/access/explain?collection=orders&user={uuid.uuid4()}", expect=404)
