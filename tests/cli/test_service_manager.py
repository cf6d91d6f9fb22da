"""What systemd is told, and restarts during which nobody is refused."""
import contextlib
import ctypes
import http.client
import os
import pathlib
import signal
import socket
import threading
import time

import pytest

from support.program import Running, clean_environment

PTRACE_ATTACH, PTRACE_DETACH = 16, 17


class Manager:
    """The notification socket, as systemd has it."""

    def __init__(self, path):
        self.path = path
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(path))
        self.socket.settimeout(20)

    def next(self, beginning):
        """The next message that begins so; others are passed over."""
        while True:
            message = self.socket.recv(4096).decode()
            if message.startswith(beginning):
                return dict(line.split("=", 1) for line in message.splitlines())

    def silence(self, seconds):
        """Whether nothing but what was already under way comes for so long."""
        self.socket.settimeout(seconds)
        try:
            end = time.monotonic() + 20
            while time.monotonic() < end:
                self.socket.recv(4096)
            return False
        except TimeoutError:
            return True
        finally:
            self.socket.settimeout(20)


@pytest.fixture
def manager(tmp_path):
    made = Manager(tmp_path / "notify")
    yield made
    made.socket.close()


def test_a_reload_is_told_with_its_time(ready, manager):
    running = ready.serve(env={"NOTIFY_SOCKET": str(manager.path)})
    assert manager.next("READY")["STATUS"].startswith("Listening on ")
    before = time.monotonic_ns() // 1000
    running.send(signal.SIGHUP)
    told = int(manager.next("RELOADING")["MONOTONIC_USEC"])
    assert before - 1000 <= told <= time.monotonic_ns() // 1000
    assert manager.next("READY")
    assert running.stop() == 0, running.err[-25:]
    assert manager.next("STOPPING")["STATUS"]


def test_a_bad_setting_does_not_keep_the_reload_waiting(ready, manager):
    running = ready.serve(env={"NOTIFY_SOCKET": str(manager.path)})
    manager.next("READY")
    (ready.data / "kontor.toml").write_text('log_level = "loud"\n')
    running.send(signal.SIGHUP)
    manager.next("RELOADING")
    assert manager.next("READY")
    assert running.stop() == 0, running.err[-25:]


@contextlib.contextmanager
def frozen_threads(threads):
    """Stops some threads of a process; the others go on."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    if libc.ptrace(PTRACE_ATTACH, threads[0], None, None) != 0:
        pytest.skip("this machine lets nobody stop a thread (ptrace)")
    for thread in threads[1:]:
        assert libc.ptrace(PTRACE_ATTACH, thread, None, None) == 0
    for thread in threads:
        os.waitpid(thread, 0x40000000)  # __WALL
    try:
        yield
    finally:
        for thread in threads:
            libc.ptrace(PTRACE_DETACH, thread, None, None)


def threads_of_the_front(pid):
    """All that may run the reactor: they take turns."""
    found = [int(task.name) for task in pathlib.Path(f"/proc/{pid}/task").iterdir()
             if (task / "comm").read_text().startswith("http-")]
    assert len(found) > 2
    return found


def test_the_watchdog_is_fed_while_all_is_well_and_not_when_the_front_hangs(ready, manager):
    running = ready.serve(env={"NOTIFY_SOCKET": str(manager.path), "WATCHDOG_USEC": "300000"})
    for _ in range(4):
        manager.next("WATCHDOG=1")
    with frozen_threads(threads_of_the_front(running.process.pid)):
        assert manager.silence(1.0)
    manager.next("WATCHDOG=1")
    assert running.stop() == 0, running.err[-25:]


def test_the_watchdog_of_another_process_is_not_fed(ready, manager):
    running = ready.serve(env={"NOTIFY_SOCKET": str(manager.path), "WATCHDOG_USEC": "30000",
                               "WATCHDOG_PID": "1"})
    manager.next("READY")
    assert manager.silence(0.3)
    assert running.stop() == 0, running.err[-25:]


def start_with_socket(program, listener):
    script = f'exec 3<&{listener.fileno()}; LISTEN_FDS=1 LISTEN_PID=$$ exec "$@"'
    running = Running(["/bin/bash", "-c", script, "sh", *program.command("serve")],
                      clean_environment(KONTOR_RATE_LIMIT="off", KONTOR_ARCHIVE="off"), pass_fds=[listener.fileno()])
    program.running.append(running)
    return running.until_ready()


def test_restarts_behind_a_socket_unit_refuse_nobody(ready):
    answered, troubles, stop = [0, 0, 0, 0], [], threading.Event()
    headers = {"Connection": "close", "Authorization": f"Bearer {ready.token()}"}

    def ask(number, port):
        while not stop.is_set():
            try:
                client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
                client.request("GET", "/api/v1/customers", headers=headers)
                reply = client.getresponse()
                reply.read()
                assert reply.status == 200
                answered[number] += 1
                client.close()
            except (OSError, http.client.HTTPException, AssertionError) as trouble:
                troubles.append(repr(trouble))

    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        port = listener.getsockname()[1]
        running = start_with_socket(ready, listener)
        clients = [threading.Thread(target=ask, args=(n, port)) for n in range(4)]
        for client in clients:
            client.start()
        try:
            for _ in range(3):
                before = sum(answered)
                assert running.stop() == 0, running.err[-25:]
                running = start_with_socket(ready, listener)
                while sum(answered) < before + 40 and not troubles:
                    time.sleep(0.01)
        finally:
            stop.set()
        for client in clients:
            client.join(60)
        assert running.stop() == 0, running.err[-25:]
    assert troubles == []
