#!/usr/bin/python3
"""Instructions of Kontor a request, counted by valgrind: steady where the machine is not.

  tests/bench/instructions.py PROGRAM OPERATION REQUESTS CONNECTIONS [OUTPUT]

PROGRAM is a release build, linked without -s for names in the profile. The data are those of
scripts/bench. OUTPUT is for callgrind_annotate. One or two connections for reads: with more it depends
on luck how many readers fill their caches.
"""
import pathlib
import selectors
import shutil
import socket
import subprocess
import sys

from contender import FRESH, Failed
from kontor import Kontor

ROOT = pathlib.Path(__file__).resolve().parents[2]
WARM_UP = 100


class Client:
    """Connections that each send the next request as soon as they have an answer."""

    def __init__(self, kontor, operation):
        self.address = ("127.0.0.1", kontor.port)
        self.serial = 0
        self.requests = []
        for method, path, body in kontor.requests(operation):
            fields = {"Host": f"127.0.0.1:{kontor.port}", **kontor.request_headers(operation)}
            if body:
                fields |= {"Content-Type": "application/json", "Content-Length": str(len(body.encode()))}
            lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
            self.requests.append(f"{method} {path} HTTP/1.1\r\n{lines}\r\n{body or ''}")

    def send(self, connection):
        self.serial += 1
        text = self.requests[self.serial * 7919 % len(self.requests)]
        connection.sendall(text.replace(FRESH, f"{self.serial:015d}").encode())

    def drive(self, requests, connections):
        with selectors.DefaultSelector() as selector:
            for _ in range(min(connections, requests)):
                connection = socket.create_connection(self.address)
                selector.register(connection, selectors.EVENT_READ, bytearray())
                self.send(connection)
            left, waiting = requests - min(connections, requests), min(connections, requests)
            while waiting:
                for key, _ in selector.select():
                    key.data.extend(key.fileobj.recv(1 << 20))
                    if not take_answer(key.data):
                        continue
                    waiting -= 1
                    if left:
                        left, waiting = left - 1, waiting + 1
                        self.send(key.fileobj)
            for key in list(selector.get_map().values()):
                key.fileobj.close()


def take_answer(received):
    """True: there was a whole answer, which is taken out."""
    head, mark, rest = bytes(received).partition(b"\r\n\r\n")
    if not mark:
        return False
    if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 201")):
        raise Failed(f"kontor: {bytes(received)[:300]!r}")
    length = next(int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
    if len(rest) < length:
        return False
    del received[:len(head) + len(mark) + length]
    return True


def sum_of(profile):
    """Of the cost of all lines, but not of what calls cost, which follow a line `calls=`."""
    total, is_call = 0, False
    for line in profile.read_text().splitlines():
        if line[:1].isdigit() or line[:1] in ("+", "-", "*"):
            total += 0 if is_call else int(line.split()[1])
        is_call = line.startswith("calls=")
    return total


def measure(kontor, operation, requests, connections, output):
    pid = str(kontor.process.pid)
    client = Client(kontor, operation)
    client.drive(max(WARM_UP, 3 * connections), connections)
    switch = lambda *arguments: subprocess.run(["callgrind_control", *arguments, pid], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    switch("-i", "on")
    client.drive(requests, connections)
    switch("-i", "off")
    switch("-d")
    output.with_name(output.name + ".1").replace(output)
    return sum_of(output) / requests


def main():
    if len(sys.argv) not in (5, 6) or not shutil.which("valgrind"):
        sys.exit(f"{__doc__}\nneeds valgrind")
    program, operation, requests, connections = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    output = pathlib.Path(sys.argv[5] if len(sys.argv) == 6 else ROOT / f"build/bench/callgrind.{operation}").resolve()
    kontor = Kontor(ROOT / "build/bench", program)
    kontor.make_filling()
    kontor.start(("valgrind", "-q", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={output}"))
    try:
        print(f"{operation}: {measure(kontor, operation, requests, connections, output):,.0f} instructions a request")
    finally:
        kontor.stop()


if __name__ == "__main__":
    try:
        main()
    except Failed as failure:
        sys.exit(f"instructions: {failure}")
