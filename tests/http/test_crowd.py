"""Many clients at once: those who think between requests, those who only wait, those who are slow."""
import asyncio
import random
import resource
import shutil
import socket
import subprocess
import time

import pytest

from support.kontor import Server

pytestmark = pytest.mark.slow

CLIENTS = 1000
IDLE = 10_000
SECONDS = 10


@pytest.fixture
def server():
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    with Server("--log-level", "error") as running:
        yield running


def threads_of(server):
    with open(f"/proc/{server.process.pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("Threads"))


async def think_and_ask(port, path, credentials, until, waits, rng):
    await asyncio.sleep(rng.random())
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    fields = "".join(f"{name}: {value}\r\n" for name, value in credentials.items())
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{fields}\r\n".encode()
    while time.monotonic() < until:
        asked = time.monotonic()
        writer.write(request)
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 30)
        assert head.startswith(b"HTTP/1.1 200 "), head
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        waits.append(time.monotonic() - asked)
        await asyncio.sleep(0.5 + rng.random())
    writer.close()


def test_a_thousand_thinking_clients_are_all_served_by_a_few_threads(server):
    customer = server.client.post("/api/v1/customers", {"name": "Acme"}).json
    waits, rng = [], random.Random(1)

    async def crowd():
        until = time.monotonic() + SECONDS
        path = f"/api/v1/customers/{customer['id']}"
        # gather() raises what any one client met: a refusal, a broken connection, a time-out.
        await asyncio.gather(*(think_and_ask(server.port, path, server.client.credentials, until, waits, rng) for _ in range(CLIENTS)))

    asyncio.run(crowd())
    assert len(waits) > CLIENTS * SECONDS / 3
    assert threads_of(server) < 50
    # Not a measurement: a pool with a thread per connection leaves most of them waiting for good.
    assert sorted(waits)[len(waits) * 99 // 100] < 2


def test_ten_thousand_idle_clients_leave_room_for_the_others(server):
    idle = []
    try:
        for n in range(IDLE):
            client = socket.socket()
            client.bind((f"127.0.0.{2 + n % 8}", 0))
            client.connect(("127.0.0.1", server.port))
            idle.append(client)
        assert threads_of(server) < 50
        for n in range(20):
            asked = time.monotonic()
            server.client.post("/api/v1/customers", {"name": f"Number {n}"})
            assert time.monotonic() - asked < 2
        # They were kept, not dropped: each may still ask.
        for client in idle[::100]:
            client.settimeout(10)
            client.sendall(f"GET /livez HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode())
            assert client.recv(4096).startswith(b"HTTP/1.1 200 ")
    finally:
        for client in idle:
            client.close()


@pytest.mark.parametrize("attack", [["-H", "-i", "1"], ["-B", "-i", "1", "-s", "8192"]], ids=["heads", "bodies"])
def test_a_thousand_slow_attackers_do_not_reach_the_others(server, attack):
    tool = shutil.which("slowhttptest")
    assert tool, "slowhttptest is missing: scripts/setup --test installs it"
    attacker = subprocess.Popen(
        [tool, "-c", str(CLIENTS), "-r", "500", "-l", "8", *attack, "-u", f"http://127.0.0.1:{server.port}/api/v1/customers"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        probes = 0
        while attacker.poll() is None:
            asked = time.monotonic()
            server.client.post("/api/v1/customers", {"name": f"Probe {probes}"})
            assert time.monotonic() - asked < 2
            probes += 1
            time.sleep(0.1)
        assert probes > 20
    finally:
        attacker.kill()
        attacker.wait()
