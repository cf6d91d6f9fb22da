#!/usr/bin/env python3
"""What the continuous archive costs a write: two servers side by side, one with an archive and one
without, get the same writes in turn, so that whatever else the machine does meets both alike.

    KONTOR_BIN=build/release/kontor python3 tests/bench/archive_latency.py --seconds 20
"""
import argparse
import http.client
import json
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from support.kontor import Server  # noqa: E402

SERVERS = {"on": {"KONTOR_ARCHIVE": "on"}, "off": {"KONTOR_ARCHIVE": "off"}}


def once(connection, headers):
    began = time.perf_counter()
    connection.request("POST", "/api/v1/customers", json.dumps({"name": "Measured"}), headers)
    reply = connection.getresponse()
    text = reply.read()
    assert reply.status == 201, text
    return time.perf_counter() - began


def quantile(sorted_values, share):
    return sorted_values[min(len(sorted_values) - 1, int(share * len(sorted_values)))] * 1000


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20)
    options = parser.parse_args()
    servers = {name: Server(env=env) for name, env in SERVERS.items()}
    taken = {name: [] for name in servers}
    try:
        lines = {}
        for name, server in servers.items():
            server.start()
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
            lines[name] = (connection, {"Content-Type": "application/json", **server.client.credentials})
        servers["on"].wait_for_line("(base of the archive made)")
        for line in list(lines.values()) * 100:
            once(*line)
        end = time.monotonic() + options.seconds
        order = list(lines)
        while time.monotonic() < end:
            for name in order:
                taken[name].append(once(*lines[name]))
            order.reverse()
        segments = len(list((servers["on"].data / "archive").rglob("*.seg")))
        archived = sum(file.stat().st_size for file in (servers["on"].data / "archive").rglob("*.seg"))
    finally:
        for server in servers.values():
            server.close()
    for name, values in taken.items():
        values.sort()
        print(f"archive {name:3}: {len(values)} writes, "
              + ", ".join(f"{label} {quantile(values, share):.2f} ms"
                          for label, share in [("p50", .5), ("p90", .9), ("p99", .99), ("worst", 1)]))
    print(f"{segments} segments, {archived} bytes")


if __name__ == "__main__":
    main()
