#!/usr/bin/env python3
"""Runs the suites of scripts/test and adds up what they report. Not called by hand."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from typing import Callable, NamedTuple

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
REPORTS = BUILD / "test"
# Not built under the thread sanitizer (tests/CMakeLists.txt): they start no thread that tests/http
# does not start there too, in the whole server, and would take CI two minutes more.
WITHOUT_TSAN = ["unit_api", "unit_crm", "unit_model", "unit_notify"]
# A full run builds only these optimised; the other unit programs run under the address sanitizer, and
# optimised in a fast run or where they are named. unit_store has tests that are slow without.
OPTIMISED_UNIT = ["unit_store"]
OPTIMISED = ["kontor", "front_test_server", "nss_probe", *OPTIMISED_UNIT]
PYTEST_SUITES = ["build", "cli", "http_front", "http", "fault"]
SANITIZED_PYTEST_SUITES = ["http_front", "http"]
# Under the thread sanitizer: the files in which several clients, streams, background jobs or both
# meet. What one client asks after the other runs under the address sanitizer.
TSAN_HTTP = ["backups", "batch", "crowd", "events", "exports", "idempotency", "imports", "metrics",
             "orders", "stock"]
# They hold a time against a limit: nothing runs beside them.
MEASURING = ["build", "web.lighthouse"]
UNIT_TIMEOUT_S = 600
PYTEST_TIMEOUT_S = 1200
LINT_TIMEOUT_S = 1500
WEB_TIMEOUT_S = 900
BUILD_TIMEOUT_S = 3600
SANITIZER_OPTIONS = {
    "ASAN_OPTIONS": "detect_stack_use_after_return=1:strict_string_checks=1",
    "UBSAN_OPTIONS": "print_stacktrace=1",
    "TSAN_OPTIONS": "second_deadlock_stack=1",
}


class Counts(NamedTuple):
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other):
        return Counts(*(a + b for a, b in zip(self, other)))

    def __str__(self):
        tail = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{tail}"


class Suite(NamedTuple):
    name: str
    run: Callable  # (log file) -> Counts
    wide: bool = False  # uses every core by itself: one of them at a time


def execute(command, log, timeout_s, env=None):
    """The exit status; output goes to the log. A command that hangs or cannot start has failed."""
    log.write(f"$ {' '.join(map(str, command))}\n")
    log.flush()
    try:
        return subprocess.run(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT, check=False,
                              stdin=subprocess.DEVNULL, timeout=timeout_s,
                              env={**os.environ, **(env or {})}).returncode
    except subprocess.TimeoutExpired:
        log.write(f"\nstopped after {timeout_s} s\n")
    except OSError as error:
        log.write(f"\n{error}\n")
    return -1


def count_junit(path):
    """What a JUnit file says, or None where there is none or it breaks off."""
    try:
        cases = list(xml.etree.ElementTree.parse(path).iter("testcase"))
    except (OSError, xml.etree.ElementTree.ParseError):
        return None
    failed = sum(1 for case in cases if case.find("failure") is not None or
                 case.find("error") is not None)
    skipped = sum(1 for case in cases if case.find("skipped") is not None)
    return Counts(len(cases) - failed - skipped, failed, skipped)


def count_tap(text):
    """What the summary of node --test says (Node 18 writes no JUnit), or None where it breaks off."""
    sums = dict(re.findall(r"^# (pass|fail|cancelled|skipped|todo) (\d+)$", text, re.MULTILINE))
    if "pass" not in sums or "fail" not in sums:
        return None
    number = {name: int(count) for name, count in sums.items()}
    return Counts(number["pass"], number["fail"] + number.get("cancelled", 0),
                  number.get("skipped", 0) + number.get("todo", 0))


def judge(status, counts, log, may_be_empty=False):
    """A suite that crashed, or that says nothing, counts as one more failure."""
    if counts is None or (counts.passed + counts.failed + counts.skipped == 0 and not may_be_empty):
        log.write("\nno result\n")
        return (counts or Counts()) + Counts(failed=1)
    if status != 0 and counts.failed == 0 and not may_be_empty:
        log.write(f"\nexit status {status} although no test failed\n")
        return counts + Counts(failed=1)
    return counts


def command_suite(name, command, timeout_s, wide=False):
    def run(log):
        return Counts(passed=1) if execute(command, log, timeout_s) == 0 else Counts(failed=1)
    return Suite(name, run, wide)


def tool_suite(name, tool, command, wide=False):
    """Skipped where the release of Debian does not have the tool."""
    if shutil.which(tool):
        return command_suite(name, command, LINT_TIMEOUT_S, wide)
    return Suite(name, lambda log: Counts(skipped=1))


def sanitizer_reports(name, log):
    """Counts the reports that the sanitizers left, and shows them."""
    reports = sorted(REPORTS.glob(f"{name}.report.*"))
    for report in reports:
        log.write(f"\n{report.read_text(errors='replace')}\n")
    return Counts(failed=len(reports))


def environment_of(kind, name):
    env = {"KONTOR_BIN": str(BUILD / kind / "kontor"), "KONTOR_BUILD_KIND": kind,
           "PYTHONDONTWRITEBYTECODE": "1"}
    for variable, options in SANITIZER_OPTIONS.items():
        env[variable] = f"{options}:log_path={REPORTS / name}.report"
    return env


def command_prefix(kind):
    # The thread sanitizer of g++ 12 stops where the kernel randomises more address bits than it
    # knows of.
    if kind == "tsan" and shutil.which("setarch"):
        probe = subprocess.run(["setarch", "-R", "true"], capture_output=True, check=False)
        if probe.returncode == 0:
            return ["setarch", "-R"]
    return []


def unit_suite(kind, name, program, fast):
    full = name if kind == "release" else f"{kind}.{name}"

    def run(log):
        junit = REPORTS / f"{full}.xml"
        command = [*command_prefix(kind), BUILD / kind / "tests" / program,
                   "--reporter", f"junit::out={junit}", "--reporter", "console::colour-mode=none"]
        if fast or kind != "release":
            command.append("~[slow]")
        status = execute(command, log, UNIT_TIMEOUT_S, environment_of(kind, full))
        return judge(status, count_junit(junit), log) + sanitizer_reports(full, log)
    return Suite(full, run)


def has_tests(folder):
    return any(folder.rglob("*_test.py")) or any(folder.rglob("test_*.py"))


def pytest_suite(kind, folder, fast):
    full = folder if kind == "release" else f"{kind}.{folder}"

    def run(log):
        junit = REPORTS / f"{full}.xml"
        places = [ROOT / "tests" / folder]
        if kind == "tsan" and folder == "http":
            places = [places[0] / f"test_{name}.py" for name in TSAN_HTTP]
        command = [*command_prefix(kind), sys.executable, "-m", "pytest", "-q", f"--junitxml={junit}",
                   "-rs"]
        if fast or kind != "release":
            command += ["-m", "not slow"]
        command += places
        status = execute(command, log, PYTEST_TIMEOUT_S, environment_of(kind, full))
        # 5: every test of the folder is marked slow.
        return judge(status, count_junit(junit), log, may_be_empty=status == 5) + \
            sanitizer_reports(full, log)
    return Suite(full, run)


def build_suite(kind, targets):
    name = "build" if kind == "release" else f"{kind}.build"
    return command_suite(f"{name}.all", ["scripts/build", f"--{kind}", "--keep-going", *targets],
                         BUILD_TIMEOUT_S, wide=True)


def fuzz_suites(kind):
    """Every fuzz entry point over its corpus; under asan, where a step too far is seen."""
    suites = []
    for source in sorted((ROOT / "tests" / "fuzz").glob("*_fuzz.cc")):
        name = source.stem.removesuffix("_fuzz")
        full = f"{kind}.fuzz_{name}"
        command = [BUILD / kind / "tests" / f"fuzz_{name}", ROOT / "tests" / "fuzz" / "corpus" / name]
        suites.append(command_suite(full, command, UNIT_TIMEOUT_S))
    return suites


def unit_programs():
    folders = sorted(path for path in (ROOT / "tests" / "unit").iterdir() if path.is_dir())
    return [f"unit_{folder.name}" for folder in folders if any(folder.rglob("*_test.cc"))]


def run_node_tests(log, files):
    """Counts what node --test says of the files; its output goes to the log."""
    start = log.tell()
    status = execute(["node", "--test", "--test-reporter=tap", *files], log, WEB_TIMEOUT_S,
                     environment_of("release", "web"))
    log.flush()
    with open(log.name, encoding="utf-8", errors="replace") as written:
        written.seek(start)
        return judge(status, count_tap(written.read()), log)


def browser_suites():
    """A real browser before the real program."""
    tests = ROOT / "tests" / "web"
    measuring = [tests / "lighthouse.test.mjs"]

    def suite_of(name, files):
        def run(log):
            if execute(["scripts/web_packages", "tests/web"], log, WEB_TIMEOUT_S) != 0:
                return Counts(failed=1)
            return run_node_tests(log, files)
        return Suite(name, run)
    return [suite_of("web", sorted(set(tests.glob("*.test.mjs")) - set(measuring))),
            suite_of("web.lighthouse", measuring)]


def web_source_suite(fast):
    """The UI's own tests and its types; in a fast run that it is small and in both languages."""
    tests = ROOT / "app" / "web" / "test"
    names = ["sizes", "locales"] if fast else ["*"]

    def run(log):
        # The build has installed the packages.
        files = [path for name in names for path in sorted(tests.glob(f"{name}.test.mjs"))]
        counts = run_node_tests(log, files)
        if not fast:
            tsc = "app/web/node_modules/.bin/tsc"
            typed = execute([tsc, "-p", "app/web", "--noEmit"], log, LINT_TIMEOUT_S)
            counts += Counts(passed=1) if typed == 0 else Counts(failed=1)
        return counts
    return Suite("lint.web", run)


def test_suites(kind, fast, selecting):
    few = kind == "release" and not fast and not selecting
    programs = OPTIMISED_UNIT if few else unit_programs()
    suites = [build_suite(kind, OPTIMISED if few else ["--all"])]
    suites += [unit_suite(kind, name, name, fast) for name in programs
               if kind != "tsan" or name not in WITHOUT_TSAN]
    if kind == "asan":
        suites += fuzz_suites(kind)
    folders = PYTEST_SUITES if kind == "release" else SANITIZED_PYTEST_SUITES
    suites += [pytest_suite(kind, folder, fast) for folder in folders
               if has_tests(ROOT / "tests" / folder)]
    if kind == "release" and not fast:
        suites += browser_suites()
    return suites


def lint_suites(fast):
    suites = [command_suite("lint.layers", ["scripts/check_layers"], LINT_TIMEOUT_S),
              command_suite("lint.sources", ["scripts/deps", "--verify"], LINT_TIMEOUT_S)]
    suites.append(web_source_suite(fast))
    suites.append(tool_suite("lint.format", "clang-format-14", ["scripts/format", "--check"]))
    if not fast:
        suites.append(tool_suite("lint.tidy", "clang-tidy-14", ["scripts/tidy", "--all"],
                                 wide=True))
    return suites


def all_suites(fast, selecting):
    suites = test_suites("release", fast, selecting) + lint_suites(fast)
    if not fast:
        suites += test_suites("asan", fast, selecting) + test_suites("tsan", fast, selecting)
    return suites


def build_of(name):
    """The suite that has to be over before this one begins, or None."""
    if name in ("lint.layers", "lint.sources", "lint.format"):
        return None
    kind = name.split(".")[0]
    build = f"{kind}.build.all" if kind in ("asan", "tsan") else "build.all"
    return None if name == build else build


def chosen(suites, names):
    if not names:
        return suites
    unknown = set(names) - {suite.name for suite in suites}
    if unknown:
        sys.exit(f"test: no such suite: {' '.join(sorted(unknown))}\ntry: scripts/test --list")
    needed = {build_of(name) for name in names} | set(names)
    return [suite for suite in suites if suite.name in needed]


def show(log_path):
    lines = log_path.read_text(errors="replace").splitlines()
    print("\n".join(f"    {line}" for line in lines[-80:]))


PRINTING = threading.Lock()


def run_suite(suite):
    log_path = REPORTS / f"{suite.name}.log"
    for old in [REPORTS / f"{suite.name}.xml", *REPORTS.glob(f"{suite.name}.report.*")]:
        old.unlink(missing_ok=True)
    start = time.monotonic()
    with log_path.open("w", encoding="utf-8") as log:
        counts = suite.run(log)
    with PRINTING:
        print(f"{suite.name:24} {time.monotonic() - start:7.1f} s  {counts}", flush=True)
        if counts.failed:
            show(log_path)
    return counts


def next_suite(waiting, running):
    """
    What may begin now, or None. Builds come first, one wide suite at a time, and beside it one of
    the others, most of which wait a good deal; where no wide suite is left, three of them.
    """
    if any(suite.name in MEASURING for suite in running):
        return None
    unfinished = {suite.name for suite in [*waiting, *running]}
    ready = [suite for suite in waiting if build_of(suite.name) not in unfinished]
    beside = [suite for suite in ready if suite.name not in MEASURING]
    wide = [suite for suite in beside if suite.wide]
    if wide and not any(suite.wide for suite in running):
        builds = [suite for suite in wide if suite.name.endswith("build.all")]
        return (builds or wide)[0] if len(running) < 2 else None
    narrow = [suite for suite in beside if not suite.wide]
    if narrow:
        most = 2 if any(suite.wide for suite in [*waiting, *running]) else 3
        return narrow[0] if len(running) < most else None
    return ready[0] if ready and not running and not beside else None


def run_all(suites):
    waiting, running, total = list(suites), {}, Counts()
    with ThreadPoolExecutor(3) as pool:
        while waiting or running:
            while suite := next_suite(waiting, running.values()):
                waiting.remove(suite)
                running[pool.submit(run_suite, suite)] = suite
            finished, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                del running[future]
                total += future.result()
    return total


def main():
    unknown = set(word for word in sys.argv[1:] if word.startswith("-")) - {"--fast", "--list"}
    if unknown:
        sys.exit(f"test: no such option: {' '.join(sorted(unknown))}\ntry: scripts/test --help")
    fast = "--fast" in sys.argv
    names = [word for word in sys.argv[1:] if not word.startswith("-")]
    suites = all_suites(fast, selecting=bool(names) or "--list" in sys.argv)
    if "--list" in sys.argv:
        print("\n".join(suite.name for suite in suites))
        return 0
    suites = chosen(suites, names)
    REPORTS.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    total = run_all(suites)
    print(f"{len(suites)} suites in {time.monotonic() - start:.0f} s")
    print(total)
    return 1 if total.failed or not total.passed else 0


if __name__ == "__main__":
    sys.exit(main())
