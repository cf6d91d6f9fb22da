#!/usr/bin/env python3
"""Closes known holes of a pinned library that a later release closed upstream.

    harden_third_party.py LIBRARY VERSION FOLDER

Called by scripts/deps between unpacking and hashing. Each edit replaces one piece of text that must
occur exactly once; otherwise nothing is written and the program fails, so that an edit can never
silently stop applying. Edits are left out from the version on that contains upstream's own fix.
"""
import pathlib
import re
import sys
from typing import NamedTuple


class Edit(NamedTuple):
    library: str
    file: str
    fixed_in: str
    why: str
    old: str
    new: str


EDITS = [
    Edit(
        "httplib", "httplib.h", "0.44.0",
        "CVE-2026-45372: header values were percent-decoded, so that %0d%0a in a request's header "
        "came out as a line break in a stored or echoed one",
        old="fn(key, decode_path_component(val));",
        new="fn(key, val);",
    ),
    Edit(
        "httplib", "httplib.h", "0.43.4",
        'strtoul takes a sign and leading blanks: the chunk size "-2" held a worker until its '
        "time-out",
        old="if (endptr == lr.ptr()) { return -1; }",
        new="if (!std::isxdigit(static_cast<unsigned char>(*lr.ptr()))) { return -1; }",
    ),
]


def version_key(version):
    return [int(part) for part in re.findall(r"\d+", version)]


def applies(edit, library, version):
    return edit.library == library and version_key(version) < version_key(edit.fixed_in)


def harden(library, version, folder):
    changed = {}
    for edit in EDITS:
        if not applies(edit, library, version):
            continue
        path = folder / edit.file
        text = changed.get(path) or path.read_text(encoding="utf-8")
        found = text.count(edit.old)
        if found != 1:
            sys.exit(f"harden_third_party: {library} {version}: `{edit.old}` occurs {found} times "
                     f"in {edit.file}, expected once; left unfixed would be: {edit.why}")
        changed[path] = text.replace(edit.old, edit.new)
    for path, text in changed.items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    harden(sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]))
