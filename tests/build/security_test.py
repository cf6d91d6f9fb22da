"""docs/security.md claims nothing without saying what shows it: each test that it names is there, and
each item of ASVS 5.0.0, levels 1 and 2, is answered once."""
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")

# The numbers of the items, by section: those of level 1, those of level 2.
ITEMS = {
    "1.1": ("", "1-2"), "1.2": ("1-5", "6-9"), "1.3": ("1-2", "3-11"), "1.4": ("", "1-3"), "1.5": ("1", "2"),
    "2.1": ("1", "2-3"), "2.2": ("1-2", "3"), "2.3": ("1", "2-4"), "2.4": ("", "1"),
    "3.2": ("1-2", ""), "3.3": ("1", "2-4"), "3.4": ("1-2", "3-6"), "3.5": ("1-3", "4-5"), "3.7": ("", "1-2"),
    "4.1": ("1", "2-3"), "4.2": ("", "1"), "4.3": ("", "1-2"), "4.4": ("1", "2-4"),
    "5.1": ("", "1"), "5.2": ("1-2", "3"), "5.3": ("1-2", ""), "5.4": ("", "1-3"),
    "6.1": ("1", "2-3"), "6.2": ("1-8", "9-12"), "6.3": ("1-2", "3-4"), "6.4": ("1-2", "3-4"), "6.5": ("", "1-5"),
    "6.6": ("", "1-3"), "6.8": ("", "1-4"),
    "7.1": ("", "1-3"), "7.2": ("1-4", ""), "7.3": ("", "1-2"), "7.4": ("1-2", "3-5"), "7.5": ("", "1-2"), "7.6": ("", "1-2"),
    "8.1": ("1", "2"), "8.2": ("1-2", "3"), "8.3": ("1", ""), "8.4": ("", "1"),
    "9.1": ("1-3", ""), "9.2": ("1", "2-4"),
    "10.1": ("", "1-2"), "10.2": ("", "1-2"), "10.3": ("", "1-4"), "10.4": ("1-5", "6-11"), "10.5": ("", "1-5"),
    "10.6": ("", "1-2"), "10.7": ("", "1-3"),
    "11.1": ("", "1-2"), "11.2": ("", "1-3"), "11.3": ("1-2", "3"), "11.4": ("1", "2-4"), "11.5": ("", "1"), "11.6": ("", "1"),
    "12.1": ("1", "2-3"), "12.2": ("1-2", ""), "12.3": ("", "1-4"),
    "13.1": ("", "1"), "13.2": ("", "1-5"), "13.3": ("", "1-2"), "13.4": ("1", "2-5"),
    "14.1": ("", "1-2"), "14.2": ("1", "2-4"), "14.3": ("1", "2-3"),
    "15.1": ("1", "2-3"), "15.2": ("1", "2-3"), "15.3": ("1", "2-7"),
    "16.1": ("", "1"), "16.2": ("", "1-5"), "16.3": ("", "1-4"), "16.4": ("", "1-3"), "16.5": ("", "1-3"),
    "17.1": ("", "1"), "17.2": ("", "1-4"), "17.3": ("", "1-2"),
}
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| ([^|]+) \| ([^|]+) \|([^|]*)\|$", re.MULTILINE)
TEST = re.compile(r"`((?:build|cli|fault|fuzz|http|http_front|unit|slow|web)/[\w/.]+\.(?:py|cc|txt|mjs))(?:::(\w+))?`")
STATES = ("yes", "partly", "no", "n/a")


def expected():
    levels = {}
    for section, columns in ITEMS.items():
        for level, numbers in zip("12", columns):
            first, _, last = numbers.partition("-")
            for number in range(int(first), int(last or first) + 1) if first else ():
                levels[f"{section}.{number}"] = level
    return levels


def slug(heading):
    return re.sub(r"[^\w -]", "", heading.strip().lower()).replace(" ", "-")


def test_there_are_as_many_items_as_the_standard_has():
    levels = list(expected().values())
    assert (levels.count("1"), levels.count("2")) == (70, 183)


def test_every_item_is_answered_once_and_in_order():
    rows = [(item, level) for item, level, *_ in ROW.findall(PAGE)]
    assert rows == list(expected().items())


@pytest.mark.parametrize("row", ROW.findall(PAGE), ids=lambda row: row[0])
def test_every_answer_has_a_test_or_a_reason(row):
    item, _, topic, answer, shown_by = row
    state, _, reason = answer.partition(":")
    assert state.strip("* ") in STATES and topic.strip(), item
    if state.strip("* ") in ("yes", "partly"):
        assert TEST.search(shown_by), f"{item}: no test shows it"
    if state.strip("* ") != "yes":
        assert len(reason.strip()) >= 4, f"{item}: no reason"


@pytest.mark.parametrize("path, name", sorted(set(TEST.findall(PAGE))), ids=lambda value: value or "all")
def test_every_test_that_is_named_is_there(path, name):
    file = ROOT / "tests" / path
    assert file.is_file(), path
    if name:
        assert re.search(rf"(def|class) {name}\b", file.read_text(encoding="utf-8")), f"{path} has no {name}"


def test_every_link_leads_somewhere():
    headings = {slug(heading) for heading in re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)}
    for target in re.findall(r"\]\(([^)]+)\)", PAGE):
        file, _, anchor = target.partition("#")
        assert not file or (ROOT / "docs" / file).exists(), target
        assert file or anchor in headings, target


def test_what_backticks_quote_as_a_path_of_the_sources_is_there():
    for path in re.findall(r"`((?:scripts|lib|docs|schema)/[\w/.-]+)`", PAGE):
        assert (ROOT / path).exists(), path
