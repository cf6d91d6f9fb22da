"""How the command line reads, and what it says when it does not understand."""
import json

import pytest

VERBS = ["serve", "init", "demo", "import", "migrate", "doctor", "config", "health", "openapi",
         "version"]


@pytest.mark.parametrize("verb", VERBS)
def test_help_of_every_verb_has_two_worked_examples(program, verb):
    result = program.bare(verb, "--help")
    assert result.code == 0
    examples = result.out[result.out.index("Examples:"):].splitlines()[1:]
    assert len([line for line in examples if line.startswith("  kontor ")]) >= 2, result


def test_help_lists_every_verb(program):
    text = program.bare("--help").out
    for verb in VERBS:
        assert f"\n  {verb} " in text


def test_without_a_verb_it_says_so(program):
    result = program.bare()
    assert result.code == 2
    assert "verb is missing" in result.err


@pytest.mark.parametrize("words, meant", [
    (["srve"], "serve"), (["migrat", "status"], "migrate"), (["serve", "--lisen", "x"], "--listen"),
    (["serve", "--time-zone=UTC"], "--timezone"), (["config", "sho"], "show"),
    (["migrate", "stauts"], "status"), (["import", "custmers", "a.csv"], "customers")])
def test_a_mistyped_word_is_answered_with_the_nearest(program, words, meant):
    result = program.fails(2, *words)
    assert f"Did you mean {meant}?" in result.err


def test_global_flags_stand_before_or_after_the_verb(ready):
    before = ready.bare("--data", ready.data, "--json", "migrate", "status")
    after = ready.bare("migrate", "status", "--json", "--data", ready.data)
    assert before.code == after.code == 0
    assert before.json == after.json


def test_a_flag_without_its_value_is_a_usage_error(program):
    assert program.fails(2, "migrate", "up", "--to").out == ""
    assert program.fails(2, "migrate", "up", "--to", "three").out == ""


def test_errors_come_as_json_too(program):
    result = program.run("--json", "serve")
    assert result.code == 10
    error = json.loads(result.err.splitlines()[-1])["error"]
    assert error["code"] == "not_initialised"
    assert error["exit"] == 10
    assert str(program.data) in error["message"]
    assert error["try"].startswith("kontor init")


def test_errors_are_not_coloured_when_nobody_sees_it(program):
    assert "\x1b" not in program.run("serve", env={"TERM": "xterm"}).err


def test_quiet_leaves_out_messages_and_keeps_data(program):
    assert program.ok("--quiet", "init").err == ""
    assert f"schema {program.newest}" in program.ok("--quiet", "migrate", "status").out
