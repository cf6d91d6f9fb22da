#!/usr/bin/python3
"""Throughput and latency of the real binary over loopback, with the front's own limit beside it.

Kinds: fixed (a constant answer: what the HTTP front alone can do), get (one customer), list (50
customers), create (a customer), order (an order of two lines). Each at several numbers of
connections, repeated in turn so that a busy moment of the machine hits all of them; medians are
printed, with the share of the fixed answer that each kind reaches.
"""
import argparse
import http.client
import json
import os
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
KINDS = ("fixed", "get", "list", "create", "order")


class Server:
    def __init__(self, binary, size):
        self.binary = binary
        self.dir = tempfile.mkdtemp(prefix="kontor-bench-")
        self.data = os.path.join(self.dir, "data")
        self.kontor("init")
        self.kontor("demo", "load", "shop", "--size", size)
        self.process = subprocess.Popen(
            [binary, "--data", self.data, "serve", "--listen", "127.0.0.1:0", "--log-level", "error"],
            stdout=subprocess.PIPE, text=True)
        for line in self.process.stdout:
            if "Listening on http://" in line:
                self.port = int(line.rsplit(":", 1)[1].split("/")[0])
                break
        else:
            raise SystemExit("bench: the server did not start")

    def kontor(self, *verb):
        subprocess.run([self.binary, "--data", self.data, "--quiet", *verb], check=True, stdout=subprocess.DEVNULL)

    def page(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request("GET", path)
        reply = connection.getresponse()
        body = json.loads(reply.read())
        if reply.status != 200:
            raise SystemExit(f"bench: GET {path}: {reply.status} {body}")
        return body

    def ids(self, collection, wanted=2000, where=""):
        found, cursor = [], ""
        while len(found) < wanted:
            page = self.page(f"/api/v1/{collection}?fields=id&limit=200{where}" + (f"&cursor={cursor}" if cursor else ""))
            found += [record["id"] for record in page["data"]]
            cursor = page["next_cursor"]
            if not cursor:
                break
        return found

    def peak_rss_mb(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        shutil.rmtree(self.dir)


def write_inputs(server, folder):
    customers, products = server.ids("customers"), server.ids("products", 200, "&status=active")
    inputs = {
        "fixed": ["/robots.txt"],
        "get": [f"/api/v1/customers/{i}" for i in customers],
        "list": ["/api/v1/customers?limit=50"],
        "create": ["-"],
        "order": [json.dumps({"customer_id": customer, "currency": "USD", "lines": [
            {"product_id": products[n % len(products)], "quantity": 1 + n % 3, "unit_price": 1000 + n},
            {"product_id": products[(n + 7) % len(products)], "quantity": 1, "unit_price": 500, "tax_rate": "0.08"},
        ]}) for n, customer in enumerate(customers)],
    }
    for kind, lines in inputs.items():
        with open(os.path.join(folder, kind), "w") as out:
            out.write("\n".join(lines) + "\n")


def measure(server, folder, kind, connections, seconds):
    # wrk leaves with requests under way, which the server still answers: they are not this run's.
    time.sleep(1)
    run = subprocess.run(
        ["wrk", "-t", str(min(2, connections)), "-c", str(connections), "-d", f"{seconds}s", "--timeout", "10s",
         "-s", os.path.join(HERE, "requests.lua"), f"http://127.0.0.1:{server.port}"],
        env={**os.environ, "BENCH_KIND": kind, "BENCH_INPUT": os.path.join(folder, kind)},
        capture_output=True, text=True, check=True)
    words = next(line for line in run.stdout.splitlines() if line.startswith("RESULT")).split()[1:]
    requests, duration_us, p50_us, p99_us, refused, broken, timeouts = map(int, words)
    return {"rps": requests / duration_us * 1e6, "p50_ms": p50_us / 1000, "p99_ms": p99_us / 1000,
            "refused": refused, "broken": broken, "timeouts": timeouts, "errors": refused + broken + timeouts}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=os.path.join(ROOT, "build/release/kontor"))
    parser.add_argument("--size", default="m", choices="sml", help="demo data: s, m or l (100,000 customers)")
    parser.add_argument("--connections", default="1,64,1000")
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="print every figure as JSON instead of the table")
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)

    kinds = options.kinds.split(",")
    cases = [(kind, int(c)) for c in options.connections.split(",") for kind in kinds]
    results = {case: [] for case in cases}
    server = Server(options.binary, options.size)
    try:
        write_inputs(server, server.dir)
        for _ in range(options.rounds):
            for kind, connections in cases:
                results[kind, connections].append(measure(server, server.dir, kind, connections, options.seconds))
        rss = server.peak_rss_mb()
    finally:
        server.stop()

    median = {case: {name: statistics.median(run[name] for run in runs) for name in runs[0]}
              for case, runs in results.items()}
    if options.json:
        print(json.dumps({"peak_rss_mb": rss, "results": [
            {"kind": kind, "connections": connections, **median[kind, connections]} for kind, connections in cases]}))
        return
    print(f"{'kind':8}{'conns':>6}{'req/s':>10}{'p50 ms':>9}{'p99 ms':>9}{'errors':>8}{'of fixed':>10}")
    for kind, connections in cases:
        row = median[kind, connections]
        fixed = median.get(("fixed", connections))
        share = f"{row['rps'] / fixed['rps']:9.0%}" if fixed else ""
        print(f"{kind:8}{connections:6}{row['rps']:10.0f}{row['p50_ms']:9.2f}{row['p99_ms']:9.2f}{row['errors']:8.0f} {share}")
    print(f"peak resident memory {rss:.0f} MB; medians of {options.rounds} rounds of {options.seconds} s, wrk on the same machine")
    failed = {case: row for case, row in median.items() if row["errors"]}
    for (kind, connections), row in failed.items():
        print(f"bench: {kind} at {connections}: {row['refused']:.0f} refused, {row['broken']:.0f} connections broken, "
              f"{row['timeouts']:.0f} timed out", file=sys.stderr)
    if failed:
        sys.exit("bench: some requests failed")


if __name__ == "__main__":
    main()
