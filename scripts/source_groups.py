"""Which of our sources one compilation can read together, so that the headers are read once.

A name that a file keeps to itself (in a namespace without a name, or static) may mean something else
in another file. Two files stand in one group only if the other neither gives such a name a meaning, nor
calls a function of that name, nor includes a header that declares it and that the one does not.

As a program: source_groups.py FILE… prints `GROUP FILE` for each file (scripts/cmake/settings.cmake).
"""
import functools
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)
NOT_CODE = re.compile(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"', re.DOTALL)
ALIAS = re.compile(r"^using\s+(\w+)\s*=", re.MULTILINE)
TYPE = re.compile(r"\b(?:struct|class|union|enum(?:\s+(?:class|struct))?)\s+(\w+)")
FUNCTION = re.compile(r"\b(?![A-Z_]+\b)(\w+)\s*\(")  # macros are written in capitals
CALL = re.compile(r"(?<![.>:\w])\w+(?=\s*\()")
VARIABLE = re.compile(r"\b([A-Za-z_]\w*)\s*(?:\[[^\]]*\]\s*)*(?:=|\{|;)")
BASES = re.compile(r"\b((?:struct|class)\s+\w+[^;{]*?)(?<!:):(?!:)[^{;]*")
BORROWED = re.compile(r"\busing\s+[\w:]*::(\w+);")
ENUMERATORS = re.compile(r"\benum\s+(?!class|struct)[^;{]*\{([^}]*)\}")
DEFINED_TYPE = re.compile(r"\b(?:struct|class|enum(?:\s+class)?)\s+(\w+)[^;{}()]*\{")
NO_NAMES = {"alignas", "decltype", "final", "noexcept", "sizeof", "static_assert"}
USING = re.compile(r"\busing\s+[\w:]+;")
DEFINE = re.compile(r"^\s*#\s*define\s+(\w+)", re.MULTILINE)
MOST_FILES = 16  # of a group: two cores have to share the work, and memory is finite


@functools.cache
def code_of(path):
    """The text without comments and strings."""
    return NOT_CODE.sub(" ", path.read_text(encoding="utf-8"))


@functools.cache
def calls_of(path):
    return frozenset(CALL.findall(code_of(path)))


@functools.cache
def includes_of(path):
    found = []
    for name in INCLUDE.findall(path.read_text(encoding="utf-8")):
        for folder in (ROOT / "lib", ROOT / "app", ROOT / "tests", path.parent):
            if (folder / name).is_file():
                found.append((folder / name).resolve())
                break
    return tuple(found)


@functools.cache
def closure(path):
    """The file and every header of ours that it reaches."""
    seen, open_ = {path}, [path]
    while open_:
        for other in includes_of(open_.pop()):
            if other not in seen:
                seen.add(other)
                open_.append(other)
    return frozenset(seen)


def heads_of(text):
    """The text outside of every brace but those of namespaces, in two parts: what stands in a
    namespace without a name, and what does not."""
    hidden, open_, kinds, last = [], [], [], 0

    def keep(end):
        if "body" not in kinds:
            (hidden if "hidden" in kinds else open_).append(text[last:end])
    for brace in re.finditer(r"[{}]", text):
        if brace[0] == "{":
            keep(brace.start() + 1)
            before = re.search(r"\bnamespace\b([\s\w:]*)$", text[:brace.start()][-200:])
            kinds.append("body" if before is None else "named" if before[1].strip() else "hidden")
        else:
            keep(brace.start())
            if kinds:
                kinds.pop()
        last = brace.end()
    keep(len(text))
    return "".join(hidden), "".join(open_)


def declared_in(text):
    text = BASES.sub(r"\1", USING.sub("", text))
    patterns = (ALIAS, TYPE, FUNCTION, VARIABLE)
    return {name for pattern in patterns for name in pattern.findall(text)} - NO_NAMES


def enumerators_of(path):
    """Of enumerations that do not keep their names inside."""
    bodies = ENUMERATORS.findall(code_of(path))
    return {name for body in bodies for name in re.findall(r"(?:^|,)\s*(\w+)", body)}


@functools.cache
def private_names(path):
    """The names that only this file may mean by themselves."""
    hidden, open_ = heads_of(code_of(path))
    static = [line for line in open_.splitlines() if re.match(r"(static|constexpr|const)\b", line)]
    return frozenset(declared_in("\n".join([hidden, *static])) | set(ALIAS.findall(open_)) |
                     set(DEFINE.findall(code_of(path))) | enumerators_of(path))


@functools.cache
def public_names(header):
    return frozenset(declared_in(heads_of(code_of(header))[1]))


@functools.cache
def types_of(header):
    return frozenset(DEFINED_TYPE.findall(heads_of(code_of(header))[1]))


def types_besides(path, other):
    return {name for header in closure(path) - closure(other) - {path} for name in types_of(header)}


@functools.cache
def borrowed_names(path):
    return frozenset(BORROWED.findall(code_of(path)))


def clash(one, other):
    def means_otherwise(owner, reader):
        names = private_names(owner)
        return names & (private_names(reader) | calls_of(reader) | borrowed_names(reader)) or \
            any(names & public_names(header) for header in closure(reader) - closure(owner) - {reader})
    return means_otherwise(one, other) or means_otherwise(other, one) or \
        types_besides(one, other) & types_besides(other, one)


def groups_of(files, most=MOST_FILES):
    """The files, each in one list."""
    groups = []
    for file in sorted(pathlib.Path(file).resolve() for file in files):
        for group in groups:
            if len(group) < most and \
                    not any(clash(file, other) for other in group):
                group.append(file)
                break
        else:
            groups.append([file])
    return groups


def main():
    for number, group in enumerate(groups_of(sys.argv[1:])):
        for file in group:
            print(number, file)


if __name__ == "__main__":
    main()
