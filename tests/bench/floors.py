"""What a release must reach, held against the medians of a run. Each floor is a ratio to a peer in
the same interleaved run, or a bound of the program's own."""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Floor:
    operation: str
    against: str
    times: float
    connections: int = 64

    def text(self):
        least = f"{self.times:.0%}" if self.times < 1 else f"{self.times:g}x"
        return f"{self.operation} at {self.connections}: at least {least} of {self.against}"


FLOORS = (
    Floor("get", "pocketbase", 12), Floor("get", "fastify", 3), Floor("get", "nginx", 0.4),
    Floor("list", "pocketbase", 15), Floor("list", "fastify", 7),
    Floor("search", "pocketbase", 6, 16), Floor("search", "fastify", 6, 16),
    Floor("dashboard", "pocketbase", 100, 16), Floor("dashboard", "fastify", 100, 16),
    Floor("customer", "pocketbase", 4), Floor("customer", "fastify", 2),
    Floor("order", "pocketbase", 10), Floor("order", "fastify", 2),
)


def judged(results):
    """[(floor's text, figure, met)] of the floors that this run measured; `results` as bench.py keeps them."""
    rows = []
    for floor in FLOORS:
        ours = results.get(("kontor", floor.operation, floor.connections))
        theirs = results.get((floor.against, floor.operation, floor.connections))
        if ours and theirs and theirs["rps"]:
            ratio = ours["rps"] / theirs["rps"]
            rows.append((floor.text(), f"{ratio:.2f}x", ratio >= floor.times))
    first, last = results.get(("kontor", "list", 64)), results.get(("kontor", "deep", 64))
    if first and last:
        ratio = last["rps"] / first["rps"]
        rows.append(("deep at 64: page 2,000 as fast as page 1 (within 10%)", f"{ratio:.2f}x", ratio >= 0.9))
    slow = results.get(("kontor", "customer+1ms", 64))
    if slow:
        rows.append(("customer at 64, 1 ms more a sync: at least 5,000/s", f"{slow['rps']:.0f}/s", slow["rps"] >= 5_000))
    crowd = results.get(("kontor", "thinking", 1000))
    if crowd:
        rows.append(("1,000 clients asking once a second: p99 below 25 ms", f"{crowd['p99_ms']:.1f} ms", crowd["p99_ms"] < 25))
        rows.append(("1,000 clients asking once a second: RSS below 40 MB", f"{crowd['rss_mb']:.0f} MB", crowd["rss_mb"] < 40))
        rows.append(("1,000 clients asking once a second: fewer than 64 threads", str(crowd["threads"]), crowd["threads"] < 64))
    idle = results.get(("kontor", "idle", 10_000))
    if idle:
        rows.append(("10,000 idle clients: RSS below 60 MB", f"{idle['rss_mb']:.0f} MB", idle["rss_mb"] < 60))
    return rows
