"""What the figures were measured on."""
import os
import pathlib
import platform
import statistics
import subprocess
import time


def facts(folder):
    cpu = next((line.split(":")[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                if line.startswith("model name")), "unknown")
    memory_kb = int(pathlib.Path("/proc/meminfo").read_text().split()[1])
    release = dict(line.split("=", 1) for line in pathlib.Path("/etc/os-release").read_text().splitlines() if "=" in line)
    return {"cpu": cpu, "cores": os.cpu_count(), "memory_gb": round(memory_kb / 2**20, 1), "kernel": platform.release(),
            "system": release.get("PRETTY_NAME", "unknown").strip('"'), "load": os.getloadavg()[0],
            "wrk": wrk_version(), "fsync": fsync_rate(folder)}


def wrk_version():
    # It has no option that only says its version; without arguments it says it and fails.
    return subprocess.run(["wrk", "-v"], capture_output=True, text=True).stdout.split(" Copyright")[0]


def fsync_rate(folder, count=1_000):
    """Durable appends of 4 KiB a second, as the log of a database makes them."""
    path = pathlib.Path(folder) / "fsync.probe"
    file = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    try:
        took = []
        for _ in range(count):
            began = time.perf_counter()
            os.write(file, bytes(4096))
            os.fdatasync(file)
            took.append(time.perf_counter() - began)
    finally:
        os.close(file)
        path.unlink()
    return {"per_second": round(count / sum(took)), "p50_us": round(statistics.median(took) * 1e6),
            "p99_us": round(sorted(took)[count * 99 // 100] * 1e6)}
