"""A file that is brought in by somebody who may not see and do everything: her rights hold row by row."""
import time

import pytest

from support.kontor import Server

PHRASE = "a long enough pass phrase"
IMPORTER = {"name": "importer", "label": "Importer", "flags": [],
            "collections": {"customers": {"read": "team", "create": "own", "update": "own", "import": "own"}},
            "fields": {"customers.notes": "hidden", "customers.phone": "read_only"}}


@pytest.fixture(scope="module")
def server():
    with Server() as running:
        running.client.post("/api/v1/roles", IMPORTER)
        yield running


@pytest.fixture(scope="module")
def people(server):
    """Ids: of her, of a colleague in her team, and of a stranger."""
    def add(name, role):
        account = {"email": f"{name}@example.com", "password": PHRASE, "roles": [role]}
        return server.client.post("/api/v1/users", account).json["id"]
    ids = {"her": add("her", "importer"), "colleague": add("colleague", "viewer"), "stranger": add("stranger", "viewer")}
    server.client.post("/api/v1/teams", {"name": "Home", "members": [ids["her"], ids["colleague"]]})
    return ids


@pytest.fixture(scope="module")
def her(server, people):
    client = server.stranger()
    client.sign_in("her@example.com", PHRASE)
    return client


def bring_in(client, content, **options):
    reply = client.post("/api/v1/imports", {"collection": "customers", "content": content, **options}, expect=202)
    deadline = time.monotonic() + 60
    while (told := client.get(reply.headers["Location"]).json)["state"] in ("queued", "running"):
        assert time.monotonic() < deadline
    return told


def test_each_row_is_held_against_whose_record_it_is(api, her, people):
    made = {whose: api.post("/api/v1/customers", {"name": f"Of {whose}", "email": f"of-{whose}@example.org", "owner_id": id}).json
            for whose, id in people.items()}
    rows = "".join(f"Renamed {whose},of-{whose}@example.org\n" for whose in made)
    told = bring_in(her, "Name,Email\n" + rows)
    # Hers is changed; a colleague's is seen and refused; a stranger's is not there for her.
    assert (told["updated"], told["failed"], told["created"]) == (1, 1, 1)
    assert [(error["row"], error["code"]) for error in told["errors"]] == [(3, "forbidden")]
    now = {whose: api.get(f"/api/v1/customers/{record['id']}").json for whose, record in made.items()}
    assert now["her"]["name"] == "Renamed her"
    assert now["colleague"] == made["colleague"] and now["stranger"] == made["stranger"]
    fresh = api.get("/api/v1/customers?name=Renamed%20stranger").json["data"]
    assert [row["created_by"] for row in fresh] == [people["her"]]


@pytest.mark.parametrize("mode", ["update", "upsert", "create"])
@pytest.mark.parametrize("column, code", [("Notes", "hidden_field"), ("Phone", "read_only")])
def test_a_field_that_is_not_hers_to_set_is_an_error_of_the_row(api, her, people, mode, column, code):
    name = f"Field {mode} {column}"
    if mode != "create":
        made = api.post("/api/v1/customers", {"name": name, "email": f"{mode}-{column}@example.org", "owner_id": people["her"]}).json
    told = bring_in(her, f"Name,Email,{column}\n{name},{mode}-{column}@example.org,0241234567\n", mode=mode)
    assert (told["failed"], told["created"], told["updated"]) == (1, 0, 0)
    assert [(error["row"], error["column"], error["code"]) for error in told["errors"]] == [(2, column, code)]
    kept = api.list("customers", name=name)
    assert kept == ([made] if mode != "create" else [])


def test_without_the_right_to_import_there_is_none(server, people):
    viewer = server.stranger()
    viewer.sign_in("stranger@example.com", PHRASE)
    viewer.post("/api/v1/imports", {"collection": "customers", "content": "Name\nX\n"}, expect=403)
