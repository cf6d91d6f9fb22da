"""Nobody hands out, takes over or takes away what is beyond her own rights, however she asks."""
import pytest

from support.kontor import OWNER, EventStream, Server

PHRASE = "a long enough pass phrase"
# Of the firm's own: a clerk who keeps accounts and reads customers; one who leads a team and reads what
# it has; and more than either may do.
CLERK = {"name": "clerk", "label": "Clerk", "collections": {"customers": {"read": "all"}}, "flags": ["users"]}
LEAD = {"name": "lead", "label": "Lead", "collections": {"customers": {"read": "team"}}, "flags": ["users"]}
TELLER = {"name": "teller", "label": "Teller", "collections": {"orders": {"read": "all"}}, "flags": ["refund"]}
SPARE = dict(TELLER, name="spare", label="Spare")


class Firm:
    """An owner, and people with those roles, who have signed in."""

    def __init__(self, server):
        self.server, self.owner = server, server.client
        for role in (CLERK, LEAD, TELLER, SPARE):
            self.owner.post("/api/v1/roles", role)
        self.owner.id = self.owner.get("/api/v1/me").json["user"]["id"]
        self.team = self.owner.post("/api/v1/teams", {"name": "Home"}).json["id"]
        self.clerk, self.lead, self.teller, self.peer = (
            self.add(name, role) for name, role in (("clerk", "clerk"), ("lead", "lead"), ("teller", "teller"), ("peer", "clerk")))
        self.customer = self.owner.post("/api/v1/customers", {"name": "The owner's"}).json

    def add(self, name, *roles):
        account = {"email": f"{name}@example.com", "password": PHRASE}
        user = self.owner.post("/api/v1/users", dict(account, roles=list(roles))).json
        client = self.server.stranger()
        client.sign_in(**account)
        client.id = user["id"]
        return client

    def user(self, id):
        return self.owner.get(f"/api/v1/users/{id}").json

    def trail(self, **filters):
        query = "&".join(f"{name}={value}" for name, value in filters.items())
        return self.owner.get(f"/api/v1/audit?limit=50&{query}").json["data"]


@pytest.fixture(scope="module")
def firm():
    with Server(owner="session") as server:
        yield Firm(server)


def refused(reply):
    assert reply.status == 403 and reply.json["code"] == "exceeds_own_rights", reply


def test_what_is_within_her_rights_she_may(firm):
    made = firm.clerk.post("/api/v1/users", {"email": "new@example.com", "roles": ["clerk"], "teams": [firm.team]}).json
    firm.clerk.post(f"/api/v1/users/{made['id']}/link")
    firm.clerk.patch(f"/api/v1/users/{made['id']}", {"status": "disabled"})
    firm.clerk.post("/api/v1/roles", {"name": "reader", "label": "R", "collections": {"customers": {"read": "own"}}})


@pytest.mark.parametrize("role", ["owner", "manager", "viewer", "teller"])
def test_nobody_gives_a_role_that_may_do_more(firm, role):
    before = len(firm.owner.list("users"))
    refused(firm.clerk.call("POST", "/api/v1/users", {"email": "evil@example.com", "roles": [role]}))
    refused(firm.clerk.call("POST", "/api/v1/users", {"email": "evil@example.com", "roles": ["clerk", role]}))
    for whom in (firm.clerk.id, firm.peer.id):
        refused(firm.clerk.call("PATCH", f"/api/v1/users/{whom}", {"roles": ["clerk", role]}))
        assert firm.user(whom)["roles"] == ["clerk"]
    assert len(firm.owner.list("users")) == before


def test_nobody_gives_herself_a_role_through_her_own_account(firm):
    reply = firm.clerk.call("PATCH", "/api/v1/me", {"roles": ["owner"]})
    assert reply.status == 422 and "/roles" in reply.pointers
    assert firm.user(firm.clerk.id)["roles"] == ["clerk"]


@pytest.mark.parametrize("whom", ["owner", "teller"])
def test_nobody_takes_over_or_locks_out_who_may_do_more(firm, whom):
    target = getattr(firm, whom)
    path, before = f"/api/v1/users/{target.id}", firm.user(target.id)
    refused(firm.clerk.call("POST", f"{path}/link"))
    refused(firm.clerk.call("POST", f"{path}/unlock"))
    for change in ({"email": "evil@example.com"}, {"status": "disabled"}, {"roles": ["clerk"]}, {"name": "x"}, {"teams": []}):
        refused(firm.clerk.call("PATCH", path, change))
    for row in firm.owner.get(f"/api/v1/sessions?user={target.id}").json["data"]:
        refused(firm.clerk.call("DELETE", f"/api/v1/sessions/{row['id']}?user={target.id}"))
    token = target.post("/api/v1/tokens", {"name": f"of {whom}"}).json["details"]["id"]
    refused(firm.clerk.call("DELETE", f"/api/v1/tokens/{token}"))
    assert {row["state"] for row in target.get("/api/v1/tokens").json["data"]} == {"active"}
    assert firm.user(target.id) == before and target.get("/api/v1/me").status == 200


def test_a_second_factor_is_changed_by_its_user_alone(firm):
    paths = firm.owner.openapi.document["paths"]
    of_others = {path for path in paths if ("totp" in path or "recovery" in path) and not path.startswith("/api/v1/me/")}
    # Who looks after users takes it off where it was lost (test_second_factor.py), and makes none.
    assert of_others == {"/api/v1/users/{id}/totp"}
    assert {"get", "put", "post", "patch", "delete"} & set(paths["/api/v1/users/{id}/totp"]) == {"delete"}
    assert "two_factor" not in firm.owner.openapi.document["components"]["schemas"]["UserPatch"]["properties"]


def test_nobody_makes_or_changes_a_role_beyond_her_own_rights(firm):
    more = {"name": "more", "label": "More", "collections": {"orders": {"read": "own"}}}
    refused(firm.clerk.call("POST", "/api/v1/roles", more))
    refused(firm.clerk.call("POST", "/api/v1/roles", dict(CLERK, name="more", flags=["users", "audit"])))
    refused(firm.clerk.call("PATCH", "/api/v1/roles/clerk", {"collections": {"customers": {"update": "own"}}}))
    refused(firm.clerk.call("PATCH", "/api/v1/roles/clerk", {"flags": ["users", "settings"]}))
    # Nor does she take from others what she has not herself.
    refused(firm.clerk.call("PATCH", "/api/v1/roles/teller", {"collections": {"orders": {"read": "none"}}, "flags": []}))
    refused(firm.clerk.call("DELETE", "/api/v1/roles/spare"))
    assert firm.owner.get("/api/v1/roles/clerk").json["version"] == 1
    assert firm.owner.get("/api/v1/roles/teller").json["flags"] == ["refund"]


def test_nobody_takes_the_records_of_who_may_do_more(firm):
    refused(firm.clerk.call("POST", f"/api/v1/users/{firm.owner.id}/reassign", {"to": firm.clerk.id}))
    refused(firm.clerk.call("POST", f"/api/v1/users/{firm.peer.id}/reassign", {"to": firm.owner.id}))
    assert firm.owner.get(f"/api/v1/customers/{firm.customer['id']}").json["owner_id"] == firm.customer["owner_id"]


def test_who_sees_what_her_team_has_does_not_say_who_is_in_it(firm):
    team = f"/api/v1/teams/{firm.team}"
    refused(firm.lead.call("PATCH", team, {"members": [firm.lead.id]}))
    refused(firm.lead.call("POST", "/api/v1/teams", {"name": "Mine", "members": [firm.lead.id, firm.owner.id]}))
    refused(firm.lead.call("PATCH", f"/api/v1/users/{firm.lead.id}", {"teams": [firm.team]}))
    refused(firm.lead.call("POST", "/api/v1/users", {"email": "spy@example.com", "roles": ["lead"], "teams": [firm.team]}))
    firm.lead.patch(team, {"name": "Home office"})
    assert firm.lead.list("customers") == []


def test_who_may_do_more_is_moved_into_and_out_of_no_team(firm):
    team = f"/api/v1/teams/{firm.team}"
    refused(firm.clerk.call("PATCH", team, {"members": [firm.owner.id]}))
    firm.owner.patch(team, {"members": [firm.owner.id, firm.peer.id]})
    refused(firm.clerk.call("PATCH", team, {"members": [firm.peer.id]}))
    refused(firm.clerk.call("DELETE", team))
    firm.clerk.patch(team, {"members": [firm.owner.id, firm.clerk.id]})
    firm.owner.patch(team, {"members": []})


def test_a_token_gives_no_more_than_its_user(firm):
    made = firm.clerk.post("/api/v1/tokens", {"name": "clerk"}).json["token"]
    program = firm.server.stranger()
    program.credentials = {"Authorization": f"Bearer {made}"}
    refused(program.call("POST", "/api/v1/users", {"email": "evil@example.com", "roles": ["owner"]}))
    refused(program.call("POST", f"/api/v1/users/{firm.owner.id}/link"))


def test_roles_and_teams_are_in_the_trail_with_what_they_were(firm):
    firm.owner.post("/api/v1/roles", {"name": "told", "label": "Told", "collections": {"orders": {"read": "own"}}})
    firm.owner.patch("/api/v1/roles/told", {"collections": {"orders": {"read": "all"}}})
    firm.owner.delete("/api/v1/roles/told")
    team = firm.owner.post("/api/v1/teams", {"name": "Told"}).json["id"]
    firm.owner.patch(f"/api/v1/teams/{team}", {"members": [firm.peer.id]})
    firm.owner.delete(f"/api/v1/teams/{team}")
    removed, changed, made = firm.trail(collection="roles")[:3]
    assert [row["action"] for row in (made, changed, removed)] == ["create", "update", "delete"]
    assert made["detail"]["before"] is None and made["detail"]["after"]["name"] == "told"
    reads = [changed["detail"][when]["collections"]["orders"]["read"] for when in ("before", "after")]
    assert reads == ["own", "all"]
    assert removed["detail"]["after"] is None and removed["detail"]["before"]["collections"]["orders"]["read"] == "all"
    dissolved, filled, begun = firm.trail(collection="teams", id=team)
    assert [filled["detail"][when]["members"] for when in ("before", "after")] == [[], [firm.peer.id]]
    assert begun["detail"]["before"] is None and dissolved["detail"]["after"] is None
    assert all(row["actor"]["email"] == OWNER["email"] for row in (removed, changed, made, dissolved, filled, begun))


def test_the_roles_of_a_user_are_in_the_trail_with_what_they_were(firm):
    moved = firm.add("moved", "viewer")
    firm.owner.patch(f"/api/v1/users/{moved.id}", {"roles": ["sales"]})
    row = firm.trail(collection="users", id=moved.id)[0]
    assert [row["detail"][when]["roles"] for when in ("before", "after")] == [["viewer"], ["sales"]]
    assert row["actor"]["email"] == OWNER["email"] and row["address"] == "127.0.0.1"


ENDS = {
    "disabled": lambda firm, user: firm.owner.patch(f"/api/v1/users/{user.id}", {"status": "disabled"}),
    "another role": lambda firm, user: firm.owner.patch(f"/api/v1/users/{user.id}", {"roles": ["warehouse"]}),
    "signed out": lambda firm, user: user.delete("/api/v1/session"),
    "another team": lambda firm, user: firm.owner.patch(f"/api/v1/teams/{firm.team}", {"members": [user.id, firm.peer.id]}),
}


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.replace(" ", "_"))
def test_a_stream_of_events_ends_with_what_opened_it(firm, end):
    user = firm.add(f"listener-{end.replace(' ', '-')}", "viewer")
    with EventStream(user) as stream, EventStream(firm.owner) as other:
        before = firm.owner.post("/api/v1/customers", {"name": "Before"}).json
        assert stream.next().data["id"] == before["id"]
        ENDS[end](firm, user)
        after = firm.owner.post("/api/v1/customers", {"name": "After"}).json
        assert stream.next() is None, "what came after the end was told"
        assert [event.data["id"] for event in other.take(2)] == [before["id"], after["id"]]
    firm.owner.patch(f"/api/v1/teams/{firm.team}", {"members": []})


def test_an_import_stops_when_who_sent_it_may_no_more(firm):
    user = firm.add("importer", "api")
    rows = "".join(f"{i},Firm {i},Person {i}\n" for i in range(20_000))
    reply = user.post("/api/v1/imports", {"collection": "customers", "content": "ID,Name,Contact name\n" + rows}, expect=202)
    firm.owner.patch(f"/api/v1/users/{user.id}", {"status": "disabled"})
    told = firm.owner.get(reply.headers["Location"]).json
    while told["state"] in ("queued", "running"):
        told = firm.owner.get(reply.headers["Location"]).json
    assert told["state"] == "stopped" and told["created"] < 20_000
    count = firm.owner.get("/api/v1/customers?q=firm&count=exact&limit=1").json["count"]
    assert count == told["created"]
