"""How scripts/test counts: a suite that crashes or says nothing is a failure, never a silent pass."""
import importlib.util
import io
import pathlib
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]

spec = importlib.util.spec_from_file_location("test_suites", ROOT / "scripts/test_suites.py")
suites = importlib.util.module_from_spec(spec)
sys.modules["test_suites"] = suites
spec.loader.exec_module(suites)

PASSED = '<testcase name="a"/>'
FAILED = '<testcase name="b"><failure message="no"/></testcase>'
BROKEN = '<testcase name="c"><error message="no"/></testcase>'
SKIPPED = '<testcase name="d"><skipped/></testcase>'


def junit(folder, *cases):
    path = folder / "junit.xml"
    path.write_text(f"<testsuites><testsuite>{''.join(cases)}</testsuite></testsuites>")
    return path


def test_every_case_of_a_report_is_counted_once(tmp_path):
    path = junit(tmp_path, PASSED, PASSED, FAILED, BROKEN, SKIPPED)
    assert suites.count_junit(path) == suites.Counts(passed=2, failed=2, skipped=1)


@pytest.mark.parametrize("text", ["", "<testsuites><testcase name='a'/>"])
def test_a_report_that_breaks_off_is_no_report(tmp_path, text):
    path = tmp_path / "junit.xml"
    path.write_text(text)
    assert suites.count_junit(path) is None


def test_the_summary_of_node_is_counted():
    text = ("TAP version 13\nok 1 - a\n1..1\n# tests 8\n# pass 4\n# fail 1\n# cancelled 1\n"
            "# skipped 2\n# todo 0\n")
    assert suites.count_tap(text) == suites.Counts(passed=4, failed=2, skipped=2)


@pytest.mark.parametrize("text", ["", "TAP version 13\nok 1 - a\n", "# pass 1\n"])
def test_what_node_did_not_finish_is_no_summary(text):
    assert suites.count_tap(text) is None


def test_a_file_of_node_that_does_not_load_is_a_failure(tmp_path):
    broken = tmp_path / "a.test.mjs"
    broken.write_text("import 'not there';")
    with (tmp_path / "log").open("w") as log:
        counts = suites.run_node_tests(log, [broken])
    assert counts.failed > 0 and counts.passed == 0


def test_a_suite_without_a_report_has_failed():
    assert suites.judge(0, None, io.StringIO()) == suites.Counts(failed=1)


def test_a_suite_that_ran_no_test_has_failed():
    assert suites.judge(0, suites.Counts(), io.StringIO()) == suites.Counts(failed=1)


def test_a_suite_that_crashed_after_its_last_test_has_failed():
    counts = suites.Counts(passed=3)
    assert suites.judge(-11, counts, io.StringIO()) == suites.Counts(passed=3, failed=1)


def test_a_failed_test_is_not_counted_twice():
    counts = suites.Counts(passed=3, failed=1)
    assert suites.judge(1, counts, io.StringIO()) == counts


def test_a_program_that_hangs_is_stopped_and_fails(tmp_path):
    with (tmp_path / "log").open("w") as log:
        assert suites.execute(["sleep", "60"], log, 0.05) != 0
    assert "stopped after 0.05 s" in (tmp_path / "log").read_text()


def test_a_report_of_a_sanitizer_is_a_failure(tmp_path, monkeypatch):
    monkeypatch.setattr(suites, "REPORTS", tmp_path)
    (tmp_path / "asan.http.report.123").write_text("heap-use-after-free")
    log = io.StringIO()
    assert suites.sanitizer_reports("asan.http", log) == suites.Counts(failed=1)
    assert "heap-use-after-free" in log.getvalue()


def test_the_last_line_has_the_agreed_form():
    assert str(suites.Counts(12, 0)) == "12 passed, 0 failed"
    assert str(suites.Counts(12, 1, 2)) == "12 passed, 1 failed, 2 skipped"


def order_of(*planned):
    """In which order they begin and end, when each takes as long as it is waited for: [begun…]."""
    waiting, running, story = list(planned), [], []
    while waiting or running:
        while suite := suites.next_suite(waiting, running):
            waiting.remove(suite)
            running.append(suite)
        assert running, f"nothing may begin: {[suite.name for suite in waiting]}"
        story.append([suite.name for suite in running])
        running.pop(0)
    return story


def suite(name, wide=False):
    return suites.Suite(name, lambda log: suites.Counts(passed=1), wide)


def test_what_is_tested_is_built_before():
    story = order_of(suite("cli"), suite("asan.http"), suite("build.all", True), suite("asan.build.all", True))
    begun = [name for names in story for name in names]
    assert begun.index("build.all") < begun.index("cli")
    assert begun.index("asan.build.all") < begun.index("asan.http")


def test_a_wide_suite_has_one_other_beside_it():
    story = order_of(suite("build.all", True), suite("lint.tidy", True), suite("cli"), suite("http"),
                     suite("fault"))
    assert ["lint.tidy", "cli"] in story
    wide = [names for names in story if {"build.all", "lint.tidy"} & set(names)]
    assert all(len(names) <= 2 and not {"build.all", "lint.tidy"} <= set(names) for names in wide)


def test_where_no_wide_suite_is_left_three_share_the_machine():
    story = order_of(suite("build.all", True), suite("cli"), suite("http"), suite("fault"), suite("web"))
    assert ["cli", "http", "fault"] in story
    assert all(len(names) <= 3 for names in story)


def test_what_measures_is_alone():
    story = order_of(suite("build"), suite("build.all", True), suite("web.lighthouse", True),
                     suite("cli"), suite("lint.tidy", True))
    for name in suites.MEASURING:
        assert [name] in story
        assert not any(name in names for names in story if len(names) > 1)


def test_every_suite_of_a_full_run_gets_its_turn():
    planned = suites.all_suites(fast=False, selecting=False)
    begun = {name for names in order_of(*planned) for name in names}
    assert begun == {suite.name for suite in planned}
