"""Where settings come from, and in which order."""
import re

import pytest


def show(program, *args, **more):
    return program.ok("config", "show", *args, "--json", **more).json["timezone"]


def test_each_place_beats_the_one_below_it(ready, tmp_path):
    assert show(ready) == {"value": "UTC", "origin": "default"}
    with open(ready.data / "kontor.toml", "a", encoding="utf-8") as file:
        file.write('\ntimezone = "Europe/Berlin"\n')
    assert show(ready)["value"] == "Europe/Berlin"
    assert re.fullmatch(r"kontor\.toml:\d+", show(ready)["origin"])

    (tmp_path / "kontor_timezone").write_text("Asia/Tokyo\n")
    credentials = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert show(ready, env=credentials) == {"value": "Asia/Tokyo",
                                            "origin": "credential kontor_timezone"}

    (tmp_path / "zone").write_text("Asia/Seoul\n")
    named = dict(credentials, KONTOR_TIMEZONE_FILE=str(tmp_path / "zone"))
    assert show(ready, env=named) == {"value": "Asia/Seoul", "origin": "env KONTOR_TIMEZONE_FILE"}

    variable = dict(named, KONTOR_TIMEZONE="Asia/Ho_Chi_Minh")
    assert show(ready, env=variable) == {"value": "Asia/Ho_Chi_Minh",
                                         "origin": "env KONTOR_TIMEZONE"}

    assert show(ready, "--timezone", "America/Lima", env=variable) == {
        "value": "America/Lima", "origin": "flag --timezone"}


def test_origin_is_shown_as_text_on_demand(ready):
    assert "timezone = UTC  # default" in ready.ok("config", "show", "--origin").out
    assert "#" not in ready.ok("config", "show").out


def test_an_unknown_key_is_an_error_with_the_nearest_name(ready):
    with open(ready.data / "kontor.toml", "a", encoding="utf-8") as file:
        file.write('\ntime_zone = "UTC"\n')
    for verb in (["serve"], ["config", "check"], ["config", "show"], ["migrate", "status"]):
        result = ready.fails(2, *verb)
        assert "time_zone" in result.err and "Did you mean timezone?" in result.err


def test_an_unknown_variable_is_an_error_with_the_nearest_name(ready):
    result = ready.fails(2, "config", "check", env={"KONTOR_LISTN": "127.0.0.1:1"})
    assert "KONTOR_LISTN" in result.err and "Did you mean listen?" in result.err


def test_several_mistakes_are_told_at_once(ready):
    result = ready.fails(2, "config", "check", "--currency", "XXQ", "--rate-limit", "many")
    assert "currency" in result.err and "rate_limit" in result.err


@pytest.mark.parametrize("flags", [["--timezone", "Asia/Saigonn"], ["--listen", "nowhere"],
                                   ["--log-level", "loud"], ["--require-if-match", "perhaps"]])
def test_a_value_that_is_not_allowed_is_refused(ready, flags):
    ready.fails(2, "serve", *flags)


def test_a_settings_file_elsewhere(ready, tmp_path):
    file = tmp_path / "elsewhere.toml"
    file.write_text('currency = "EUR"\n')
    shown = ready.ok("--config", file, "config", "show", "--json").json
    assert shown["currency"] == {"value": "EUR", "origin": f"{file}:1"}
    assert ready.fails(2, "--config", tmp_path / "none.toml", "config", "check")


def test_check_and_docs(ready):
    assert ready.ok("config", "check", "--json").json == {"ok": True}
    docs = ready.ok("config", "docs").out
    for name in ("listen", "KONTOR_TIMEZONE", "rate_limit"):
        assert name in docs


def test_certificate_and_key_go_together(ready, tmp_path):
    assert "tls_key" in ready.fails(2, "serve", "--tls-cert", tmp_path / "c.pem").err
