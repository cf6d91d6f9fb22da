"""Reads tests/http/access_policy.txt: what each built-in role may do, as a person wrote it down."""
import pathlib

FILE = pathlib.Path(__file__).resolve().parents[1] / "http" / "access_policy.txt"
COLLECTIONS = ("customers", "contacts", "products", "orders", "payments")
# Whose a record is, as its reader sees it; the order of the letters of a cell.
HOLDERS = ("own", "team", "other", "nobody")
LETTERS = {"y": "allowed", "f": "forbidden", "-": "invisible", ".": None}


class Policy:
    def __init__(self, text):
        self.routes = {}     # (method, path) → (function, collection or None)
        self.functions = {}  # function → {role: letter}
        self.cells = {}      # (role, collection, function) → letter of each holder
        self.hidden = []     # (role, collection, field)
        self.read_only = []
        self.roles = []
        for heading, lines in sections(text):
            name, *columns = heading
            if name == "routes":
                self.read_routes(lines)
            elif name == "functions":
                self.functions = {row[0]: dict(zip(columns, exactly(row[1:], len(columns)))) for row in lines}
            elif name in ("hidden", "read_only"):
                setattr(self, name, [(row[0], row[1], field) for row in lines for field in row[2:]])
            else:
                self.read_role(name, columns, lines)

    def read_routes(self, lines):
        for function, method, path in lines:
            for collection in COLLECTIONS if "{collection}" in path else (None,):
                owner = collection or next((c for c in COLLECTIONS if path.startswith(f"/api/v1/{c}/")), None)
                key = (method, path.replace("{collection}", collection or ""))
                assert key not in self.routes, f"{method} {path} stands twice"
                self.routes[key] = (function, owner)

    def read_role(self, role, columns, lines):
        self.roles.append(role)
        for collection, *row in lines:
            for function, cell in zip(columns, exactly(row, len(columns))):
                assert len(cell) in (1, len(HOLDERS)) and set(cell) <= set(LETTERS), f"{role} {collection}: {cell}"
                self.cells[role, collection, function] = dict(zip(HOLDERS, cell * (4 // len(cell))))

    def record(self, role, collection, function, holder):
        """allowed, forbidden (403) or invisible (404); None: there is no such thing."""
        return LETTERS[self.cells[role, collection, function][holder]]

    def function(self, role, function):
        return LETTERS[self.functions[function][role]]

    def visible(self, role, collection, function="read"):
        """The holders whose records the role sees."""
        return {holder for holder in HOLDERS if self.record(role, collection, function, holder) == "allowed"}


def exactly(row, count):
    assert len(row) == count, f"{count} cells wanted: {row}"
    return row


def sections(text):
    heading, lines = None, []
    for line in text.splitlines():
        words = line.partition("#")[0].split()
        if not words:
            continue
        if words[0].startswith("["):
            if heading:
                yield heading, lines
            heading, lines = [word.strip("[]") for word in words], []
        else:
            lines.append(words)
    yield heading, lines


def read_policy():
    return Policy(FILE.read_text(encoding="utf-8"))
