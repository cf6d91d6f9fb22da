"""The shipped filter of fail2ban finds failed sign-ins in the log, and nothing that a visitor writes."""
import configparser
import pathlib
import re
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
FILTER = ROOT / "scripts/packaging/fail2ban/kontor.conf"

# As tests/unit/crm/sign_in_test.cc sees them written.
TEXT = ("2026-11-21T16:40:00.123Z warn  sign-in failed address={} account=a***@example.com "
        "reason=wrong_password request_id=test")
JSON = ('{{"time":"2026-11-21T16:40:00.123Z","level":"warn","msg":"sign-in failed","address":"{}",'
        '"account":"a***@example.com","reason":"unknown","request_id":"test"}}')
HARMLESS = [
    '2026-11-21T16:40:00.123Z info  signed in address=203.0.113.7 account=a***@example.com by=password',
    '2026-11-21T16:40:00.123Z info  request target="/x warn  sign-in failed address=1.2.3.4 " status=200',
    '{"time":"2026-11-21T16:40:00.123Z","level":"info","msg":"request","target":"/\\",\\"level\\":'
    '\\"warn\\",\\"msg\\":\\"sign-in failed\\",\\"address\\":\\"1.2.3.4\\""}',
]


def matcher():
    """What fail2ban does with the two patterns: the time is cut out, the rest is looked at."""
    parser = configparser.ConfigParser(interpolation=configparser.BasicInterpolation())
    parser.read(FILTER)
    fields = {"Y": r"\d{4}", "m": r"\d\d", "d": r"\d\d", "H": r"\d\d", "M": r"\d\d", "S": r"\d\d",
              "f": r"\d+"}
    date = re.sub("%(.)", lambda found: fields[found[1]], parser["Definition"]["datepattern"])
    failures = [re.compile(line.replace("<HOST>", r"(?P<host>[\da-fA-F.:]+)"))
                for line in parser["Definition"]["failregex"].split("\n")]

    def address(line):
        assert re.match(date, line), line
        rest = re.sub(date, "", line, count=1)
        return next((found["host"] for found in (one.search(rest) for one in failures) if found), None)
    return address


@pytest.mark.parametrize("address", ["203.0.113.7", "2001:db8::7"])
@pytest.mark.parametrize("line", [TEXT, JSON], ids=["text", "json"])
def test_a_failed_sign_in_is_found_with_its_address(line, address):
    assert matcher()(line.format(address)) == address


@pytest.mark.parametrize("line", HARMLESS, ids=["success", "text", "json"])
def test_nothing_else_is(line):
    assert matcher()(line) is None


@pytest.mark.skipif(not shutil.which("fail2ban-regex"), reason="fail2ban is not installed")
def test_fail2ban_itself_agrees(tmp_path):
    log = tmp_path / "kontor.log"
    log.write_text("\n".join([TEXT.format("203.0.113.7"), JSON.format("2001:db8::7"), *HARMLESS]) + "\n")
    done = subprocess.run(["fail2ban-regex", log, FILTER], capture_output=True, text=True, check=False,
                          timeout=60)
    assert "Lines: 5 lines, 0 ignored, 2 matched, 3 missed" in done.stdout


def test_the_how_to_shows_the_line_that_is_written():
    page = (ROOT / "docs/how-to/fail2ban.md").read_text()
    assert TEXT.format("203.0.113.7").split(" request_id")[0] in page
