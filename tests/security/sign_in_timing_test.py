"""How long a refused sign-in takes says nothing about the account: known, unknown, disabled, locked, or
with the right password and a wrong code. Medians of interleaved tries differ by less than 5 %."""
import random
import statistics
import time

import pytest
from support.firm import PASSWORD, SAME_ORIGIN, sign_in
from support.kontor import Server

TRIES = 80
GAP = 0.05
WRONG = "not-the-password-at-all-7"


def add(server, email, role="viewer"):
    return server.client.post("/api/v1/users", {"email": email, "password": PASSWORD, "roles": [role]}).json["id"]


def refusal(server, email, password=WRONG):
    """(seconds, what came) of one sign-in that must fail."""
    began = time.perf_counter()
    reply = server.client.call("POST", "/api/v1/session", {"email": email, "password": password}, headers=SAME_ORIGIN)
    took = time.perf_counter() - began
    assert reply.status == 401, reply
    problem = reply.json
    del problem["request_id"]
    return took, problem


def compare(server, people, tries=TRIES):
    """Medians by name of what is tried, and the answers, which must be one and the same."""
    times, answers = {name: [] for name in people}, []
    for name in people:
        refusal(server, *people[name])  # the first one may have to read pages
    for _ in range(tries):
        for name in random.sample(list(people), len(people)):
            took, problem = refusal(server, *people[name])
            times[name].append(took)
            answers.append(problem)
    assert all(answer == answers[0] for answer in answers)
    return {name: statistics.median(values) for name, values in times.items()}


def assert_alike(medians):
    shown = ", ".join(f"{name} {value * 1000:.2f} ms" for name, value in medians.items())
    gap = (max(medians.values()) - min(medians.values())) / min(medians.values())
    print(f"{shown}: {gap:.1%}")
    assert gap < GAP, f"{shown}: {gap:.1%}"


@pytest.fixture(scope="module")
def server():
    with Server("--lockout-failures", "100") as running:
        add(running, "known@example.com")
        gone = add(running, "gone@example.com")
        running.client.patch(f"/api/v1/users/{gone}", {"status": "disabled"})
        yield running


def test_accounts_that_are_known_unknown_and_disabled(server):
    people = {"known": ("known@example.com",), "unknown": ("nobody@example.com",),
              "disabled": ("gone@example.com", PASSWORD)}
    assert_alike(compare(server, people))


def test_an_account_that_is_locked():
    with Server("--lockout-failures", "3") as server:
        add(server, "boss@example.com", "owner")
        for _ in range(6):
            refusal(server, "boss@example.com")
        fresh = iter(f"nobody{number}@example.com" for number in range(10_000))
        people = {"locked, right password": ("boss@example.com", PASSWORD), "locked, wrong password": ("boss@example.com",)}
        times = {name: [] for name in [*people, "unknown"]}
        answers = []
        for _ in range(TRIES):
            for name in random.sample(list(times), len(times)):
                took, problem = refusal(server, *people.get(name, (None,))) if name in people else refusal(server, next(fresh))
                times[name].append(took)
                answers.append(problem)
        assert all(answer == answers[0] for answer in answers)
        assert_alike({name: statistics.median(values) for name, values in times.items()})
