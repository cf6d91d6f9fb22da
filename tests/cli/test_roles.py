"""Roles on the command line."""
import json


def test_roles_are_listed_with_how_many_have_them(ready):
    listed = json.loads(ready.ok("role", "list", "--json").out)["data"]
    assert [role["name"] for role in listed] == [
        "owner", "manager", "sales", "warehouse", "accountant", "support", "viewer", "api"]
    assert "sales" in ready.ok("role", "list").out


def test_a_role_is_shown_with_how_far_each_right_reaches(ready):
    shown = json.loads(ready.ok("role", "show", "sales", "--json").out)
    assert shown["collections"]["customers"]["update"] == "own" and shown["built_in"]
    text = ready.ok("role", "show", "sales").out
    assert any(line.split()[:3] == ["customers", "team", "own"] for line in text.splitlines())


def test_a_role_that_is_not_there_is_told(ready):
    ready.fails(1, "role", "show", "nobody")
    ready.fails(2, "role", "show")
    ready.fails(2, "role", "burn")


def test_without_a_data_directory_there_are_no_roles(program):
    program.fails(10, "role", "list")
