"""A firm with somebody in each built-in role, all in one team, a colleague in that team, a stranger in
another, and a founder who sets everything up."""
import json
import socket
import sqlite3
import uuid

from support.kontor import Client, Server

PASSWORD = "kestrel-umbrella-9-orchard"
FOUNDER, COLLEAGUE, STRANGER = "founder", "colleague", "stranger"
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


class Caller(Client):
    """A client that shows credentials with every call."""

    def __init__(self, server, headers=None):
        super().__init__("127.0.0.1", server.port, server.client.openapi)
        self.headers = dict(headers or {})

    def call(self, method, path, body=None, headers=None, **more):
        return super().call(method, path, body, headers={**self.headers, **(headers or {})}, **more)

    def status_of_stream(self, path):
        """The status of an answer that does not end."""
        head = "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
        with socket.create_connection((self.host, self.port), timeout=30) as stream:
            stream.sendall(f"GET {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n{head}\r\n".encode())
            return int(stream.makefile("rb").readline().split()[1])


def sign_in(server, email, password=PASSWORD, **more):
    """A browser that has signed in."""
    reply = server.client.post("/api/v1/session", {"email": email, "password": password, **more}, expect=None,
                               headers=SAME_ORIGIN)
    assert reply.status in (200, 201), reply
    cookies = [value.partition(";")[0] for value in reply.headers.get_all("Set-Cookie")]
    return Caller(server, {"Cookie": "; ".join(cookies), **SAME_ORIGIN})


class Firm:
    password = PASSWORD

    def __init__(self, roles, *args):
        self.roles, self.server, self.callers = list(roles), Server(*args, owner=None), {}

    def __enter__(self):
        self.server.__enter__()
        self.users = {FOUNDER: self.found()}
        self.founder = sign_in(self.server, self.email(FOUNDER))
        home, away = (self.founder.post("/api/v1/teams", {"name": name}).json["id"] for name in ("Home", "Away"))
        for name in (*self.roles, COLLEAGUE):
            self.users[name] = self.add(self.founder, name, "viewer" if name == COLLEAGUE else name, home)
        self.users[STRANGER] = self.add(self.founder, STRANGER, "viewer", away)
        return self

    def __exit__(self, *_):
        self.server.close()

    def found(self):
        """The first user is made on the server."""
        email = self.email(FOUNDER)
        self.server.run("user", "add", email, "--role", "owner", "--name", FOUNDER.title(), "--password-stdin", input=PASSWORD)
        return json.loads(self.server.run("user", "show", email, "--json").stdout)["id"]

    @staticmethod
    def email(name):
        return f"{name}@example.com"

    def add(self, caller, name, role, *teams):
        """The user's id."""
        user = {"email": self.email(name), "name": name.title(), "password": PASSWORD, "roles": [role], "teams": list(teams)}
        return caller.post("/api/v1/users", user).json["id"]

    def signed_in(self, name):
        return sign_in(self.server, self.email(name))

    def caller(self, name):
        """One session for each, kept; None: nobody."""
        if name not in self.callers:
            self.callers[name] = self.signed_in(name) if name else Caller(self.server)
        return self.callers[name]

    def disable(self, name):
        self.founder.patch(f"/api/v1/users/{self.users[name]}", {"status": "disabled"})
        self.callers.pop(name, None)

    def enable(self, name):
        self.founder.patch(f"/api/v1/users/{self.users[name]}", {"status": "active"})

    def rows(self, sql, *values):
        with sqlite3.connect(f"file:{self.server.data}/kontor.db?mode=ro", uri=True) as database:
            rows = database.execute(sql, values).fetchall()
        return [tuple(str(uuid.UUID(bytes=cell)) if isinstance(cell, bytes) and len(cell) == 16 else cell for cell in row)
                for row in rows]

    def make_nobodys(self, collection, ids):
        """Records of nobody: as if the program itself had made them."""
        uids = ", ".join(f"x'{uuid.UUID(id).hex}'" for id in ids)
        self.server.run("sql", "--write", f"UPDATE {collection} SET created_by = NULL, owner_id = NULL WHERE uid IN ({uids})")

    def hand_over(self, collection, ids, name):
        uids = ", ".join(f"x'{uuid.UUID(id).hex}'" for id in ids)
        owner = f"(SELECT id FROM users WHERE uid = x'{uuid.UUID(self.users[name]).hex}')"
        self.server.run("sql", "--write", f"UPDATE {collection} SET owner_id = {owner} WHERE uid IN ({uids})")

    def holders(self, collection):
        """Who holds each live record, by name; None: nobody."""
        names = {user: name for name, user in self.users.items()}
        rows = self.rows(f"SELECT r.uid, u.uid FROM {collection} r LEFT JOIN users u ON u.id = coalesce(r.owner_id, r.created_by)"
                         " WHERE r.deleted_at IS NULL")
        return {record: names.get(user) for record, user in rows}

    @staticmethod
    def relation(reader, holder):
        """own, team, other or nobody: whose a record is for its reader."""
        if holder is None:
            return "nobody"
        return "own" if holder == reader else "other" if holder in (STRANGER, FOUNDER) else "team"
