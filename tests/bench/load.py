"""Drives a contender with wrk, and says what it cost: requests a second, delays, CPU time a request."""
import json
import os
import pathlib
import subprocess
import time

HERE = pathlib.Path(__file__).resolve().parent


def write_inputs(contender, operation):
    folder = contender.root / "run"
    folder.mkdir(parents=True, exist_ok=True)
    requests, headers = folder / f"{contender.name}-{operation}.requests", folder / f"{contender.name}-{operation}.headers"
    requests.write_text("".join(f"{method}\t{path}\t{body or ''}\n" for method, path, body in contender.requests(operation)))
    headers.write_text("".join(f"{name}: {value}\n" for name, value in contender.request_headers(operation).items()))
    return {"BENCH_REQUESTS": str(requests), "BENCH_HEADERS": str(headers)}


def drive(contender, operation, connections, seconds, inputs, think_ms=0):
    """One run; a dictionary of figures."""
    # wrk leaves with requests under way, which the server still answers: they are not this run's.
    settle(contender)
    environment = {**os.environ, **inputs, "BENCH_SEED": str(time.time_ns() // 1_000_000 % 0x7fffffff), "BENCH_THINK_MS": str(think_ms)}
    cpu, began = contender.cpu_us(), time.monotonic()
    run = subprocess.run(["wrk", "-t", str(1 if connections == 1 else 2), "-c", str(connections), "-d", f"{seconds}s", "--timeout", "20s",
                          "-s", HERE / "replay.lua", f"http://127.0.0.1:{contender.port}"],
                         env=environment, capture_output=True, text=True, check=True)
    elapsed = time.monotonic() - began
    cpu = contender.cpu_us() - cpu
    found = json.loads(next(line for line in run.stdout.splitlines() if line.startswith("RESULT")).removeprefix("RESULT "))
    requests = max(found["requests"], 1)
    return {"rps": found["requests"] / found["duration_us"] * 1e6, "p50_ms": found["p50_us"] / 1000, "p99_ms": found["p99_us"] / 1000,
            "max_ms": found["max_us"] / 1000, "cpu_us": cpu / requests, "cores": cpu / elapsed / 1e6, "rss_mb": contender.rss_mb(),
            "threads": contender.threads(), "refused": found["refused"], "broken": found["broken"], "timeouts": found["timeouts"]}


def settle(contender):
    """Waits until the process has nothing left to do, for at most five seconds."""
    deadline = time.monotonic() + 5
    before = contender.cpu_us()
    while time.monotonic() < deadline:
        time.sleep(0.1)
        now = contender.cpu_us()
        if now == before:
            return
        before = now
