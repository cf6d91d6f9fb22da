"""Loads that are not a rate: a slow disk, a thousand people who think, ten thousand who do nothing."""
import shutil
import socket
import sys
import time

import load

DELAY_US = 1_000
IDLE = 10_000


def measure_slow_sync(contenders, chosen, results, tell):
    """Creates while every sync of the disk takes a millisecond more.

    The delay is put in by strace, at the system call: that reaches programs that are linked
    statically or make their own system calls, and all contenders in the same way. With seccomp the
    other calls are not slowed.
    """
    if shutil.which("strace") is None:
        print("bench: without the delayed sync: strace is not installed", file=sys.stderr)
        return
    under = ("strace", "-f", "--seccomp-bpf", "-o", "/dev/null", "-e", "trace=fsync,fdatasync",
             "-e", f"inject=fsync,fdatasync:delay_exit={DELAY_US}")
    able = [c for c in contenders if c.requests("customer")]
    for turn in range(chosen.rounds):
        for contender in able[turn % len(able):] + able[:turn % len(able)]:
            contender.start(under)
            try:
                contender.ask("customer")
                inputs = load.write_inputs(contender, "customer")
                for connections in (1, 64):
                    row = load.drive(contender, "customer", connections, chosen.seconds, inputs)
                    results.setdefault((contender.name, "customer+1ms", connections), []).append(row)
                    tell(contender.name, "customer+1ms", connections, row)
            finally:
                contender.stop()


def measure_crowds(kontor, chosen, results, tell):
    kontor.start()
    try:
        inputs = load.write_inputs(kontor, "get")
        row = load.drive(kontor, "thinking", 1000, max(10, 5 * chosen.seconds), inputs, think_ms=1_000)
        results.setdefault((kontor.name, "thinking", 1000), []).append(row)
        tell(kontor.name, "thinking", 1000, row)
    finally:
        kontor.stop()
    kontor.start()
    try:
        row = hold_idle(kontor)
        results.setdefault((kontor.name, "idle", IDLE), []).append(row)
        tell(kontor.name, "idle", IDLE, row)
    finally:
        kontor.stop()


def hold_idle(kontor):
    """Ten thousand connections that have asked once and stay open; then how one more is answered."""
    ask = f"GET /livez HTTP/1.1\r\nHost: 127.0.0.1:{kontor.port}\r\n\r\n".encode()
    clients = []
    try:
        for _ in range(IDLE):
            client = socket.create_connection(("127.0.0.1", kontor.port))
            client.sendall(ask)
            clients.append(client)
        for client in clients:
            client.recv(4096)
        cpu, began = kontor.cpu_us(), time.monotonic()
        took = []
        for client in clients[::100]:
            sent = time.monotonic()
            client.sendall(ask)
            client.recv(4096)
            took.append((time.monotonic() - sent) * 1000)
        elapsed = time.monotonic() - began
        took.sort()
        return {"rps": len(took) / elapsed, "p50_ms": took[len(took) // 2], "p99_ms": took[-1], "max_ms": took[-1],
                "cpu_us": (kontor.cpu_us() - cpu) / len(took), "cores": 0.0, "rss_mb": kontor.rss_mb(), "threads": kontor.threads(),
                "refused": 0, "broken": 0, "timeouts": 0}
    finally:
        for client in clients:
            client.close()
