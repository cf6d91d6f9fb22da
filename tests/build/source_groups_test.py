"""scripts/source_groups.py: files of which one would change the meaning of the other stay apart."""
import importlib.util
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]

spec = importlib.util.spec_from_file_location("source_groups", ROOT / "scripts/source_groups.py")
source_groups = importlib.util.module_from_spec(spec)
spec.loader.exec_module(source_groups)


def groups_of(folder, **texts):
    files = []
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        path = folder / name.replace("_h", ".h") if name.endswith("_h") else folder / f"{name}.cc"
        path.write_text(text)
        if path.suffix == ".cc":
            files.append(path)
    return [[file.stem for file in group] for group in source_groups.groups_of(files)]


@pytest.mark.parametrize("one, other", [
    ("namespace {\nint step() { return 1; }\n}", "namespace {\nint step() { return 2; }\n}"),
    ("namespace {\nconstexpr int k_most = 1;\n}", "namespace {\nconstexpr char k_most[] = {'a'};\n}"),
    ("namespace {\nenum : int { record, at };\n}", "namespace {\nvoid record();\n}"),
    ("namespace {\nstruct Step { int at; };\n}", "namespace {\nclass Step final { int at; };\n}"),
    ("static int read(int a) { return a; }", '#include <unistd.h>\nvoid f() { read(0, 0, 1); }'),
    ("using Kind = int;", "using Kind = long;"),
    ("#define LIMIT 1\n", "#define LIMIT 2\n"),
    ("namespace {\nstruct Kind {};\n}", "using model::Kind;\n"),
])
def test_they_stay_apart_where_a_private_name_has_two_meanings(tmp_path, one, other):
    assert groups_of(tmp_path, a=one, b=other) == [["a"], ["b"]]
    assert groups_of(tmp_path, a=other, b=one) == [["a"], ["b"]]


def test_a_header_may_give_the_other_meaning(tmp_path):
    texts = {"kind_h": "struct Kind {};", "a": "namespace {\nenum class Kind { x };\n}"}
    assert groups_of(tmp_path / "with", **texts, b='#include "kind.h"\nKind b();') == [["a"], ["b"]]
    assert groups_of(tmp_path / "without", **texts, b="int b();") == [["a", "b"]]


def test_what_is_inside_of_a_body_or_a_text_disturbs_nobody(tmp_path):
    assert groups_of(tmp_path, a="namespace {\nint step() { int row = 1; return row; }\n}",
                     b='namespace {\nint row() { return 2; }  // as step() does\n}\nauto s = "step()";'
                     ) == [["a", "b"]]


def test_groups_have_a_bound(tmp_path):
    texts = {f"f{n:02}": f"int f{n}();" for n in range(40)}
    sizes = [len(group) for group in groups_of(tmp_path, **texts)]
    assert max(sizes) == source_groups.MOST_FILES and sum(sizes) == 40


def test_every_source_is_in_one_group():
    sources = sorted(str(path) for path in (ROOT / "lib").rglob("*.cc"))
    out = subprocess.run([sys.executable, ROOT / "scripts/source_groups.py", *sources],
                         capture_output=True, text=True, check=True).stdout.splitlines()
    assert sorted(line.split(" ", 1)[1] for line in out) == sources
    assert len({line.split(" ", 1)[0] for line in out}) < len(sources) / 3
