"""The alert rules, the dashboard and the reference speak of figures that exist."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

from support.kontor import Server
from support.prometheus import SUFFIXES, Metrics

ROOT = pathlib.Path(__file__).resolve().parents[2]
MONITORING = ROOT / "scripts/monitoring"
NAME = re.compile(r"\b(?:kontor|http|process)_[a-z0-9_]+\b")
PROMTOOL = os.environ.get("KONTOR_TEST_PROMTOOL") or shutil.which("promtool")


@pytest.fixture(scope="module")
def found():
    """Of a server that keeps an archive, which has all figures that there are."""
    with Server(env={"KONTOR_ARCHIVE": "on"}) as server:
        return Metrics(server.client.get("/metrics").text)


@pytest.fixture(scope="module")
def series(found):
    return {name + suffix for name, (kind, _) in found.families.items() for suffix in SUFFIXES[kind]}


def rules():
    text = (MONITORING / "alerts.yml").read_text()
    return re.findall(r"expr: (?:>-\n)?((?:.|\n)*?)\n        (?:for|labels):", text)


def expressions_of_dashboard():
    board = json.loads((MONITORING / "dashboard.json").read_text())
    return [target["expr"] for panel in board["panels"] for target in panel["targets"]]


def test_every_figure_of_an_alert_exists(series):
    expressions = rules()
    assert len(expressions) == (MONITORING / "alerts.yml").read_text().count("- alert:")
    for expression in expressions:
        names = set(NAME.findall(expression))
        assert names or "up{" in expression
        assert names <= series, expression


def test_every_figure_of_the_dashboard_exists(series):
    expressions = expressions_of_dashboard()
    assert len(expressions) > 20
    for expression in expressions:
        names = set(NAME.findall(expression))
        assert names and names <= series, expression


def test_every_reason_that_an_alert_names_exists(found):
    reasons = {dict(labels)["reason"] for (name, labels) in found.samples
               if name == "kontor_http_rejected_total"}
    for named in re.findall(r'reason=~"([^"]+)"', (MONITORING / "alerts.yml").read_text()):
        assert set(named.split("|")) <= reasons


def test_the_dashboard_is_what_its_script_makes():
    done = subprocess.run([sys.executable, MONITORING / "make_dashboard.py", "--check"], check=False,
                          capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr


def test_the_reference_lists_exactly_the_figures_that_exist(found):
    page = (ROOT / "docs/reference/metrics.md").read_text()
    rows = dict(re.findall(r"^\| `([a-z_]+)` \| (\w+) \|", page, re.MULTILINE))
    assert rows == {name: kind for name, (kind, _) in found.families.items()}
    for name, (_, help_text) in found.families.items():
        assert help_text in page, name


@pytest.mark.skipif(not PROMTOOL, reason="no promtool: apt-get install prometheus")
def test_prometheus_itself_finds_nothing_wrong(server, tmp_path):
    text = server.client.get("/metrics").text
    linted = subprocess.run([PROMTOOL, "check", "metrics"], input=text, capture_output=True,
                            text=True, check=False, timeout=60)
    assert (linted.returncode, linted.stdout + linted.stderr) == (0, "")
    for command in (["check", "rules", MONITORING / "alerts.yml"],
                    ["check", "config", MONITORING / "prometheus.yml"]):
        checked = subprocess.run([PROMTOOL, *command], capture_output=True, text=True, check=False,
                                 timeout=60)
        assert checked.returncode == 0, checked.stdout + checked.stderr
    board = tmp_path / "board.yml"
    board.write_text(json.dumps({"groups": [{"name": "board", "rules": [
        {"record": f"board:panel{number}", "expr": expression.replace("$instance", ".*")}
        for number, expression in enumerate(expressions_of_dashboard())]}]}))
    checked = subprocess.run([PROMTOOL, "check", "rules", board], capture_output=True, text=True,
                             check=False, timeout=60)
    assert checked.returncode == 0, checked.stdout + checked.stderr
