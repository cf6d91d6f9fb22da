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


# What is not allowed, for each setting; paths and texts may be anything that is text.
WRONG = {
    "listen": "nowhere", "data": 7, "organisation": 7, "timezone": "Asia/Saigonn", "currency": "XXQ",
    "default_country": "ZZ", "tls_cert": 7, "tls_key": 7, "trusted_proxies": "300.1.1.1",
    "allowed_hosts": "a b", "cors_origins": "shop.example", "rate_limit": 0, "session_idle_s": 0,
    "session_absolute_s": 0, "password_min_chars": 7, "password_mixed_min_chars": 7,
    "password_max_bytes": 63, "password_history": 25, "password_memory_kib": 19_455,
    "password_passes": 0, "require_totp": "perhaps", "token_days": 0, "token_days_max": 0,
    "session_max": 0, "lockout_failures": 101, "lockout_s": 0, "require_if_match": "perhaps",
    "server_timing": "perhaps", "backup_at": "25:00", "backup_keep": 0,
    "archive": "perhaps", "archive_seconds_days": 0, "archive_minutes_days": 367,
    "archive_hours_days": 0, "page_checksums": "perhaps",
    "backup_recipients": "kontor_pub_AAAA", "backup_passphrase": 7, "backup_key": 7,
    "backup_sealing": "perhaps", "backup_targets": "/mnt/usb", "backup_target_timeout_s": 9,
    "s3_endpoint": 7, "s3_region": 7, "s3_path_style": "perhaps", "s3_ca_file": 7, "s3_access_key": 7,
    "s3_secret_key": 7,
    "log_format": "xml",
    "log_level": "loud", "log_file": 7, "log_file_bytes": 1, "log_file_hours": 0, "log_file_keep": 0}


def test_check_finds_a_wrong_value_of_every_setting_and_says_where_it_is(program, tmp_path):
    names = [row.split("`")[1] for row in program.bare("config", "docs").out.splitlines()
             if row.startswith("| `")]
    assert sorted(WRONG) == sorted(names)
    file = tmp_path / "settings.toml"
    for name, wrong in WRONG.items():
        file.write_text(f"# one line before\n{name} = {wrong if wrong == 7 else repr(str(wrong))}\n")
        told = program.bare("--config", file, "config", "check")
        assert told.code == 2 and name in told.err and f"{file}:2" in told.err, (name, told)
        if wrong != 7:
            variable = f"KONTOR_{name.upper()}"
            told = program.bare("config", "check", env={variable: str(wrong)})
            assert told.code == 2 and f"env {variable}" in told.err and "try: " in told.err, told


def test_check_finds_what_would_keep_the_server_from_starting(program, tmp_path):
    for flags, word in ((["--tls-cert", tmp_path / "c.pem"], "tls_key"), (
            ["--tls-cert", tmp_path / "c.pem", "--tls-key", tmp_path / "k.pem"], "c.pem")):
        assert word in program.fails(2, "config", "check", *flags).err


@pytest.mark.parametrize("value, holds", [("off", True), ("00:00", True), ("23:59", True),
                                          ("24:00", False), ("3:00", False), ("", False)])
def test_backup_at_is_a_time_of_day_or_off(program, tmp_path, value, holds):
    file = tmp_path / "settings.toml"
    file.write_text(f'backup_at = "{value}"\n')
    told = program.bare("--config", file, "config", "check")
    assert told.code == (0 if holds else 2), told
    assert holds or "a time of day such as 03:00, or off" in told.err


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
