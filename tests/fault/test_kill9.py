"""A server that is killed again and again under load keeps every write it acknowledged.

Writers note an id when they are answered 201 and never otherwise, so what stands in the notes must
be in the database, whatever the moment of the kill. SIGKILL takes the process, not the page cache:
what a power cut does is the matter of power_cut_test.cc.
"""
import json
import os
import random
import sqlite3
import threading

import pytest

WRITERS = 8
LONGEST_LIFE_S = 0.25


class Writer(threading.Thread):
    """Makes customers, and orders for them, until the server is gone."""

    def __init__(self, running, begun):
        super().__init__()
        self.running = running
        self.begun = begun
        self.customers, self.orders = [], []

    def post(self, connection, path, body):
        connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json", **self.running.headers})
        reply = connection.getresponse()
        text = reply.read()
        assert reply.status == 201, text
        return json.loads(text)["id"]

    def run(self):
        connection = self.running.connect()
        try:
            while True:
                customer = self.post(connection, "/api/v1/customers", {"name": "Kill"})
                self.customers.append(customer)
                self.begun.set()
                self.orders.append(self.post(connection, "/api/v1/orders", {
                    "customer_id": customer,
                    "lines": [{"name": "Tea", "quantity": 3, "unit_price": 450}]}))
        except (OSError, ValueError, AssertionError, ConnectionError) as failure:
            self.failure = failure
        except Exception as failure:  # what http.client makes of a cut reply
            self.failure = failure
        connection.close()


def cycle(program, chance):
    """One life of the server; the ids that it acknowledged."""
    running = program.serve()
    begun = threading.Event()
    writers = [Writer(running, begun) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    assert begun.wait(30)
    threading.Event().wait(chance.uniform(0, LONGEST_LIFE_S))
    running.process.kill()
    for writer in writers:
        writer.join(30)
        assert not isinstance(writer.failure, AssertionError), writer.failure
    running.end()
    program.running.remove(running)
    return ([record for writer in writers for record in writer.customers],
            [record for writer in writers for record in writer.orders])


def ids_in(program, table):
    connection = sqlite3.connect(program.data / "kontor.db")
    rows = connection.execute(f"SELECT lower(hex(uid)) FROM {table}").fetchall()
    connection.close()
    return {row[0] for row in rows}


def storm(program, cycles, seed):
    chance = random.Random(seed)
    customers, orders = [], []
    for _ in range(cycles):
        more_customers, more_orders = cycle(program, chance)
        customers += more_customers
        orders += more_orders
    assert len(customers) > cycles and orders
    assert program.serve().stop() == 0  # the start after the last kill, and a clean end
    for table, acknowledged in (("customers", customers), ("orders", orders)):
        there = ids_in(program, table)
        lost = [record for record in acknowledged if record.replace("-", "") not in there]
        print(f"{cycles} kills, {len(acknowledged)} acknowledged {table}, {len(lost)} lost")
        assert lost == [], f"{len(lost)} of {len(acknowledged)} {table} are gone"
    program.ok("doctor")


def test_F1_ten_kills_lose_no_acknowledged_write(ready):
    storm(ready, 10, seed=1)


def test_F11_another_program_that_only_reads_leaves_the_log_to_the_server(ready):
    """SQLite removes the log when the last program closes the database: it must not believe to be that one."""
    running = ready.serve()
    assert running.request("POST", "/api/v1/customers", {"name": "before"})[0] == 201
    ready.ok("backup", "create")  # in the server, on a connection of its own
    reader = sqlite3.connect(ready.data / "kontor.db")
    assert reader.execute("SELECT count(*) FROM customers").fetchone() == (1,)
    reader.close()
    assert (ready.data / "kontor.db-wal").exists()
    assert running.request("POST", "/api/v1/customers", {"name": "after"})[0] == 201
    running.process.kill()
    running.end()
    ready.running.remove(running)
    assert ready.serve().stop() == 0
    assert len(ids_in(ready, "customers")) == 2


@pytest.mark.slow
def test_F1_many_kills_lose_no_acknowledged_write(ready):
    storm(ready, int(os.environ.get("KONTOR_KILLS", "200")),
          seed=int(os.environ.get("KONTOR_TORTURE_SEED", "2")))
