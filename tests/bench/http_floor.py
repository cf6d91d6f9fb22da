#!/usr/bin/env python3
"""Usage: tests/bench/http_floor.py [--seconds N] [--server PATH]

What the HTTP front itself can do: a fixed answer without anything behind it, at 1, 64 and 1,000
connections and with 1,000 clients that think about a second between requests. Needs wrk. Prints one
JSON object a line: requests a second, p50 and p99 in ms, errors, threads, resident memory in MB, and
CPU time of the server per request in microseconds.
"""
import argparse
import json
import os
import pathlib
import re
import signal
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
TICK_US = 1_000_000 // os.sysconf("SC_CLK_TCK")
PROFILES = [("1 connection", 1, False), ("64 connections", 64, False),
            ("1000 connections", 1000, False), ("1000 thinking clients", 1000, True)]


def milliseconds(text):
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s)", text).groups()
    return round(float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit], 3)


def cpu_us(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * TICK_US


def from_status(pid, name):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(rf"{name}:\s+(\d+)", status).group(1))


def measure(server, address, name, connections, thinking, seconds):
    command = ["wrk", f"-c{connections}", f"-t{min(connections, 2)}", f"-d{seconds}", "--latency"]
    if thinking:
        command += ["-s", HERE / "http_floor.lua"]
    before = cpu_us(server.pid)
    wrk = subprocess.Popen([*command, f"http://{address}/ping"], stdout=subprocess.PIPE, text=True)
    try:
        wrk.wait(seconds / 2)
    except subprocess.TimeoutExpired:
        pass
    threads, rss_kb = from_status(server.pid, "Threads"), from_status(server.pid, "VmRSS")
    text = wrk.communicate()[0]
    requests = int(re.search(r"(\d+) requests in", text).group(1))
    errors = [int(n) for line in re.findall(r"Socket errors: (.*)|Non-2xx.*: (.*)", text)
              for part in line for n in re.findall(r"\d+", part)]
    print(json.dumps({
        "profile": name, "rps": round(float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1))),
        "p50_ms": milliseconds(re.search(r"50%\s+(\S+)", text).group(1)),
        "p99_ms": milliseconds(re.search(r"99%\s+(\S+)", text).group(1)), "errors": sum(errors),
        "threads": threads, "rss_mb": round(rss_kb / 1024, 1),
        "cpu_us_per_request": round((cpu_us(server.pid) - before) / max(requests, 1), 1)}), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--server", default=HERE.parent.parent / "build/release/tests/front_test_server")
    arguments = parser.parse_args()
    server = subprocess.Popen([arguments.server, "listen=127.0.0.1:0"], stdout=subprocess.PIPE, text=True)
    address = server.stdout.readline().strip()
    server.stdout.readline()
    for name, connections, thinking in PROFILES:
        measure(server, address, name, connections, thinking, arguments.seconds)
    server.send_signal(signal.SIGTERM)
    return server.wait()


if __name__ == "__main__":
    raise SystemExit(main())
