"""Teams, and what of roles needs nobody but the program itself."""
import uuid


def names(api):
    return [team["name"] for team in api.get("/api/v1/teams").json["data"]]


def test_a_team_is_made_renamed_and_dissolved(api):
    made = api.post("/api/v1/teams", {"name": "North"})
    path = f"/api/v1/teams/{made.json['id']}"
    assert made.headers["location"] == path and made.headers["etag"] == '"v1"'
    assert made.json["members"] == []
    assert api.get(path).json == made.json
    renamed = api.patch(path, {"name": "South"})
    assert (renamed.json["name"], renamed.json["version"]) == ("South", 2)
    assert names(api) == ["South"]
    api.delete(path)
    api.get(path, expect=404)
    assert names(api) == []


def test_two_teams_have_two_names(api):
    api.post("/api/v1/teams", {"name": "East"})
    west = api.post("/api/v1/teams", {"name": "West"}).json
    refused = api.post("/api/v1/teams", {"name": "East"}, expect=409).json
    assert (refused["code"], refused["errors"][0]["pointer"]) == ("unique", "/name")
    api.patch(f"/api/v1/teams/{west['id']}", {"name": "East"}, expect=409)
    assert names(api) == ["East", "West"]


def test_what_is_wrong_is_told_at_once(api):
    refused = api.post("/api/v1/teams", {"name": 7, "members": ["x", str(uuid.uuid4())], "boss": 1}, expect=422).json
    assert [(error["pointer"], error["code"]) for error in refused["errors"]] == [
        ("/name", "wrong_type"), ("/members/0", "wrong_type"), ("/members/1", "not_found"), ("/boss", "unknown_field")]
    api.post("/api/v1/teams", {"name": "x" * 121}, expect=422)
    api.post("/api/v1/teams", {"name": "  "}, expect=422)


def test_a_team_that_changed_meanwhile_is_not_overwritten(api):
    made = api.post("/api/v1/teams", {"name": "Staff"}).json
    path = f"/api/v1/teams/{made['id']}"
    api.patch(path, {"name": "All staff"}, headers={"If-Match": '"v1"'})
    stale = api.patch(path, {"name": "Nobody"}, expect=412, headers={"If-Match": '"v1"'}).json
    assert stale["current"]["name"] == "All staff"
    api.delete(path, expect=412, headers={"If-Match": '"v1"'})
    api.delete(path, headers={"If-Match": '"v2"'})


def test_what_is_not_there_is_not_found(api):
    for path in (f"/api/v1/teams/{uuid.uuid4()}", "/api/v1/teams/x"):
        api.get(path, expect=404)
        api.patch(path, {"name": "x"}, expect=404)
        api.delete(path, expect=404)


def test_records_go_from_one_user_to_another_alone(api):
    nobody, no_one = str(uuid.uuid4()), str(uuid.uuid4())
    api.post(f"/api/v1/users/{nobody}/reassign", {"to": no_one}, expect=404)
    api.post("/api/v1/users/x/reassign", {"to": no_one}, expect=404)
    for body in ({}, {"to": 7}, {"to": no_one, "all": True}):
        assert api.post(f"/api/v1/users/{nobody}/reassign", body, expect=422).json["errors"]
