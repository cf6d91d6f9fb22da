#!/usr/bin/python3
"""Kontor beside what people would pick instead, on this machine, in one interleaved run.

Contenders: kontor, pocketbase, fastify (with better-sqlite3) and nginx sending a static file, all
filled with the same 100,000 customers, 1,000 products and 200,000 orders. Every operation at every
number of connections is measured for each of them one right after the other, in an order that
changes from round to round, so that a busy moment of the machine hits all of them; medians are told.
CPU is user and system time of the server a request, which is steadier than the rate on a machine
that others use. docs/performance.md has the figures of a release and says what they mean.

  scripts/bench                                  about 15 minutes
  scripts/bench --quick                          about 2 minutes
  scripts/bench --operations get,list --connections 1,64,1000 --rounds 5
  scripts/bench --only kontor --operations customer --connections 64
"""
import argparse
import contextlib
import datetime
import json
import pathlib
import resource
import statistics
import sys

import crowd
import floors
import load
import machine
import obtain
from contender import Failed
from fastify import Fastify
from kontor import Kontor
from nginx import Nginx
from pocketbase import PocketBase

ROOT = pathlib.Path(__file__).resolve().parents[2]
NAMES = ("kontor", "pocketbase", "fastify", "nginx")
# Reads come first: writes make the data grow.
OPERATIONS = ("health", "get", "list", "list_count", "deep", "search", "dashboard", "customer", "order")
USUAL = {"health": (64,), "get": (1, 16, 64, 256, 1000), "list": (1, 64, 1000), "list_count": (64,), "deep": (1, 64), "search": (1, 16),
         "dashboard": (1, 16), "customer": (1, 16, 64, 256, 1000), "order": (1, 16, 64)}
SLOW = ("dashboard", "search")  # a peer needs more than a second for one answer
QUICK = {"get": (64,), "list": (64,), "deep": (64,), "search": (16,), "dashboard": (16,), "customer": (64,), "order": (64,)}


def options():
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = lambda known: lambda text: checked(parser, text.split(","), known)
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / "build/release/kontor")
    parser.add_argument("--against", type=pathlib.Path, metavar="BINARY", help="a second Kontor as the only peer: before and after a change")
    parser.add_argument("--quick", action="store_true", help="one round of one second, at the connections that the floors are about")
    parser.add_argument("--operations", type=names((*OPERATIONS, "sync", "crowd")), metavar="A,B", help=", ".join((*OPERATIONS, "sync", "crowd")))
    parser.add_argument("--only", type=names(NAMES), default=list(NAMES), metavar="A,B", help=", ".join(NAMES))
    parser.add_argument("--connections", type=lambda text: [int(c) for c in text.split(",")], metavar="N,N")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seconds", type=int, default=0, help="of one measurement")
    parser.add_argument("--peers-open", action="store_true", help="the peers without accounts; Kontor always checks a token")
    parser.add_argument("--folder", type=pathlib.Path, default=ROOT / "build/bench", help="tools, fillings and results")
    parser.add_argument("--output", type=pathlib.Path, help="where the result goes as JSON; otherwise into the folder")
    chosen = parser.parse_args()
    chosen.folder = chosen.folder.resolve()
    chosen.rounds = chosen.rounds or (1 if chosen.quick else 3)
    chosen.seconds = chosen.seconds or (1 if chosen.quick else 2)
    return chosen


def checked(parser, given, known):
    for name in given:
        if name not in known:
            parser.error(f"there is no {name}; known are {', '.join(known)}")
    return given


def plan_of(chosen):
    """[(operation, connections)]"""
    usual = QUICK if chosen.quick else USUAL
    wanted = [o for o in OPERATIONS if o in (chosen.operations or usual)]
    return [(operation, c) for operation in wanted for c in chosen.connections or usual.get(operation, (64,))]


def contenders_of(chosen):
    if chosen.against:
        before = Kontor(chosen.folder / "before", chosen.against)
        before.name = "before"
        return [Kontor(chosen.folder, chosen.binary), before]
    made = [Kontor(chosen.folder, chosen.binary)] if "kontor" in chosen.only else []
    peers = {"pocketbase": (lambda: obtain.obtain_pocketbase(chosen.folder), lambda: PocketBase(chosen.folder, not chosen.peers_open)),
             "fastify": (lambda: obtain.obtain_fastify(chosen.folder), lambda: Fastify(chosen.folder, not chosen.peers_open)),
             "nginx": (obtain.obtain_nginx, lambda: Nginx(chosen.folder))}
    for name, (get, make) in peers.items():
        if name not in chosen.only:
            continue
        missing = get()
        if missing:
            print(f"bench: without {name}: {missing}", file=sys.stderr)
        else:
            made.append(make())
    return made


def run_round(contenders, plan, chosen, turn, results):
    """One start of all of them, every case once, on a fresh copy of the data."""
    with contextlib.ExitStack() as stack:
        for contender in contenders:
            stack.callback(contender.stop)
            contender.start()
        inputs = {}
        for operation in dict(plan):
            for contender in contenders:
                if contender.requests(operation):
                    contender.ask(operation)
                    inputs[operation, contender.name] = load.write_inputs(contender, operation)
        for operation, connections in plan:
            able = [c for c in contenders if (operation, c.name) in inputs]
            for contender in able[turn % len(able):] + able[:turn % len(able)]:
                seconds = chosen.seconds * (3 if operation in SLOW else 1)
                row = load.drive(contender, operation, connections, seconds, inputs[operation, contender.name])
                results.setdefault((contender.name, operation, connections), []).append(row)
                tell(contender.name, operation, connections, row)


def tell(name, operation, connections, row):
    failed = {k: row[k] for k in ("refused", "broken", "timeouts") if row.get(k)}
    print(f"{operation:13}{connections:6} {name:11}{row['rps']:10,.0f}/s  p50 {row['p50_ms']:8.2f}  p99 {row['p99_ms']:8.2f} ms  "
          f"cpu {row['cpu_us']:8.1f} us  rss {row['rss_mb']:5.0f} MB  {failed or ''}", flush=True)


def medians(results):
    return {case: {**{name: statistics.median(row[name] for row in rows) for name in rows[0]},
                   "rps_least": min(row["rps"] for row in rows), "rps_most": max(row["rps"] for row in rows)}
            for case, rows in results.items()}


def print_table(middle, contenders, plan):
    names = [c.name for c in contenders]
    print(f"\n{'operation':13}{'conns':>6}" + "".join(f"{name:>24}" for name in names) + f"   {names[0]} to the others, rate and CPU")
    for operation, connections in plan:
        rows = [middle.get((name, operation, connections)) for name in names]
        cells = [f"{row['rps']:,.0f}/s {row['cpu_us']:,.0f} us" if row else "" for row in rows]
        ratios = [f"{name} {rows[0]['rps'] / row['rps']:.2f}x {row['cpu_us'] / max(rows[0]['cpu_us'], .1):.2f}x"
                  for name, row in zip(names[1:], rows[1:]) if row and row["rps"] and rows[0]]
        print(f"{operation:13}{connections:6}" + "".join(f"{cell:>24}" for cell in cells) + "   " + ", ".join(ratios))


def print_floors(middle):
    rows = floors.judged(middle)
    if rows:
        print("\nfloor" + " " * 57 + "measured")
    for text, figure, met in rows:
        print(f"{text:62}{figure:>10}  {'met' if met else 'NOT MET'}")


def save(chosen, about, results, middle):
    path = chosen.output or chosen.folder / f"result-{datetime.datetime.now():%Y%m%d-%H%M%S}.json"
    keyed = lambda rows: [{"contender": n, "operation": o, "connections": c, **(row if isinstance(row, dict) else {"runs": row})}
                          for (n, o, c), row in rows.items()]
    path.write_text(json.dumps({**about, "medians": keyed(middle), "runs": keyed(results),
                                "floors": [{"floor": t, "measured": f, "met": m} for t, f, m in floors.judged(middle)]}, indent=1))
    print(f"\nresult: {path}")


def main():
    chosen = options()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    chosen.folder.mkdir(parents=True, exist_ok=True)
    contenders = contenders_of(chosen)
    for contender in contenders:
        contender.make_filling()
    about = {"machine": machine.facts(chosen.folder), "rounds": chosen.rounds, "seconds": chosen.seconds,
             "peers": "open" if chosen.peers_open else "with accounts",
             "contenders": {c.name: {"version": c.version(), "durability": c.durability} for c in contenders}}
    print(json.dumps(about, indent=1))
    results, plan = {}, plan_of(chosen)
    for turn in range(chosen.rounds if plan else 0):
        run_round(contenders, plan, chosen, turn, results)
    asked = chosen.operations or [*QUICK, "sync", "crowd"]
    if "sync" in asked:
        crowd.measure_slow_sync(contenders, chosen, results, tell)
    if "crowd" in asked and contenders[0].name == "kontor":
        crowd.measure_crowds(contenders[0], chosen, results, tell)
    middle = medians(results)
    print_table(middle, contenders, plan)
    print_floors(middle)
    save(chosen, about, results, middle)
    failed = [case for case, row in middle.items() if row["refused"] or row["broken"] or row["timeouts"]]
    if failed:
        sys.exit("bench: requests failed: " + ", ".join(f"{n} {o} at {c}" for n, o, c in failed))


if __name__ == "__main__":
    try:
        main()
    except Failed as failure:
        sys.exit(f"bench: {failure}")
