"""scripts/check_layers on small trees, each with one thing wrong."""
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def findings(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    run = subprocess.run([ROOT / "scripts/check_layers", "--root", root], capture_output=True,
                         text=True, check=False)
    assert run.returncode == (1 if run.stdout else 0), run.stderr
    return run.stdout


def function(lines):
    return "int longest(int n) {\n" + "  n += 1;\n" * (lines - 2) + "}\n"


WELL_FORMED = {
    "lib/base/ids.h": "#pragma once\n",
    "lib/store/rows.h": '#pragma once\n#include "base/ids.h"\n',
    "lib/store/rows.cc": '#include "store/rows.h"\n\n#include <SQLiteCpp/SQLiteCpp.h>\n',
    "lib/http/adapter.cc": "#include <httplib.h>\n",
    "lib/crm/orders.cc": '#include <nlohmann/json.hpp>\n\n#include "store/rows.h"\n' + function(70),
    "app/main.cc": '#include "commands/serve.h"\n#include "store/rows.h"\n',
    "app/commands/serve.h": "#pragma once\n",
}


def test_a_tree_that_keeps_the_rules_has_no_findings(tmp_path):
    assert findings(tmp_path, WELL_FORMED) == ""


WRONG = {
    "base includes store": ("lib/base/a.h", '#include "store/rows.h"\n', "base must not know store"),
    "crm includes http": ("lib/crm/a.cc", '#include "http/server.h"\n', "crm must not know http"),
    "http includes crm": ("lib/http/a.cc", '#include "crm/orders.h"\n', "http must not know crm"),
    "store includes crm": ("lib/store/a.cc", '#include "crm/orders.h"\n', "store must not know crm"),
    "lib includes app": ("lib/api/a.cc", '#include "app/main.h"\n', "api must not know app"),
    "unknown folder": ("lib/tools/a.cc", "\n", "has no row"),
    "relative include": ("lib/crm/a.cc", '#include "orders.h"\n', "not written from lib/ on"),
    "own header later": ("lib/base/ids.cc", '#include "base/a.h"\n#include "base/ids.h"\n',
                         "own header first"),
    "second adapter": ("lib/http/b.cc", "#include <httplib.h>\n", "one adapter file only"),
    "httplib outside http": ("lib/api/a.cc", "#include <httplib.h>\n", "only the adapter"),
    "sqlite outside store": ("lib/crm/a.cc", "#include <sqlite3.h>\n", "only lib/store"),
    "json in a header": ("lib/base/a.h", "#include <nlohmann/json.hpp>\n", "stay in .cc files"),
    "long file": ("lib/base/a.cc", "\n" * 401, "401 lines, at most 400"),
    "long header": ("lib/base/a.h", "\n" * 201, "201 lines, at most 200"),
    "long function": ("lib/base/a.cc", function(71), "a.cc:1: function: 71 lines"),
    "long method": ("lib/base/a.cc", "namespace a {\nstruct B {\n  B() : c_{1} {\n" +
                    "    c_ += 1;\n" * 69 + "  }\n};\n}\n", "a.cc:3: function: 71 lines"),
    "long line": ("lib/base/a.cc", "// " + "x" * 98 + "\n", "101 columns"),
    "regex": ("lib/base/a.cc", "std::regex word;\n", "regex"),
    "locale": ("lib/base/a.cc", 'int a = setlocale(0, "");\n', "locale"),
    "iconv": ("lib/base/a.cc", "int a = iconv_open(x, y);\n", "iconv"),
    "dlopen": ("lib/base/a.cc", "int a = dlopen(x, 1);\n", "dlopen"),
    "detach": ("lib/http/a.cc", "void f() { thread.detach(); }\n", "joins it"),
    "sleep": ("lib/http/a.cc", "void f() { std::this_thread::sleep_for(x); }\n", "deadline"),
    "sleep in a unit test": ("tests/unit/base/a_test.cc", "void f() { usleep(1); }\n", "deadline"),
    "getenv": ("lib/crm/a.cc", 'auto* a = std::getenv("HOME");\n', "configuration"),
    "clock": ("lib/crm/a.cc", "auto now = std::chrono::system_clock::now();\n", "injected"),
    "random": ("lib/crm/a.cc", "std::random_device device;\n", "injected"),
    "floating point": ("lib/crm/a.cc", "double total;\n", "integers"),
    "note without issue": ("lib/crm/a.cc", "// TO" + "DO later\n", "needs its issue"),
    "machine path": ("docs/a.md", "see /" + "work/main/README\n", "one machine only"),
    "temporary path": ("tests/cli/a_test.py", 'open("/' + 'tmp/out")\n', "one machine only"),
    "registry": ("scripts/a", "curl http://registry." + "example.com/pool\n", "machine's own settings"),
}


@pytest.mark.parametrize("path, text, expected", WRONG.values(), ids=WRONG.keys())
def test_it_finds(tmp_path, path, text, expected):
    assert expected in findings(tmp_path, {**WELL_FORMED, path: text})


RIGHT = {
    "words in comments and strings": ("lib/crm/a.cc", '// a double\nconst char* a = "double";\n'),
    "a note with its issue": ("lib/crm/a.cc", "// TO" + "DO(#12) take the new index\n"),
    "getenv in the configuration": ("lib/base/config.cc", 'auto* a = std::getenv("HOME");\n'),
    "a long table": ("lib/base/a.cc", "constexpr int k_table[] = {\n" + "    1,\n" * 100 + "};\n"),
    "braces in character literals": ("lib/base/a.cc", "bool f(char c) { return c == '{'; }\n" +
                                     "int k = 1'000;\n" * 90),
}


@pytest.mark.parametrize("path, text", RIGHT.values(), ids=RIGHT.keys())
def test_it_lets_pass(tmp_path, path, text):
    assert findings(tmp_path, {**WELL_FORMED, path: text}) == ""
