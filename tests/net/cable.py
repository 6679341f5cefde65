"""A cable between two interfaces in a network namespace of its own, for tests of real frames.

``@on_a_cable`` runs a test in a child process inside a new namespace, where it gets the names of both
ends: a veth pair that is up, without any address, and with IPv6 off, so that the kernel sends nothing
of its own accord. Needs root, or user namespaces.
"""

import asyncio
import inspect
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

ENDS = ("left", "right")
ROOT = Path(__file__).parents[2]
# A scenario that hangs must not outlive the patience of whoever runs all of them.
TIMEOUT_S = 100

Scenario = Callable[[str, str], Any]

_scenarios: dict[tuple[str, str], Scenario] = {}


def on_a_cable(scenario: Scenario) -> Callable[[], None]:
    """Return a test that runs the scenario, a function or a coroutine function, on a fresh cable."""

    def test() -> None:
        namespace = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-Urn"]
        program = [sys.executable, "-W", "error", "-m", "tests.net.cable"]
        done = subprocess.run(
            [*namespace, *program, scenario.__module__, scenario.__name__],
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            cwd=ROOT,
        )
        assert done.returncode == 0, done.stderr

    _scenarios[scenario.__module__, scenario.__name__] = scenario
    test.__name__ = scenario.__name__
    test.__doc__ = scenario.__doc__
    return test


def ip(command: str) -> None:
    """Run one command of iproute2."""
    subprocess.run(["ip", *command.split()], check=True, capture_output=True)


def reception(interface: str) -> tuple[int, int]:
    """Return how many sockets ask an interface for all multicast, and for all frames.

    iproute2 before 6.0 does not show the first, which then counts as one.
    """
    command = ["ip", "-details", "-json", "link", "show", interface]
    (shown,) = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return shown.get("allmulti", 1), shown["promiscuity"]


def raw_socket(interface: str) -> socket.socket:
    """Return a socket that sends and receives whole frames, independent of the code under test."""
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    sock.bind((interface, 3))
    sock.settimeout(30)
    return sock


def sent_frames(interface: str) -> int:
    """Return how many frames have left an interface, as the kernel counts them."""
    for line in Path("/proc/self/net/dev").read_text().splitlines():
        name, _, counters = line.partition(":")
        if name.strip() == interface:
            return int(counters.split()[9])
    raise LookupError(interface)


def _lay_cable() -> None:
    left, right = ENDS
    ip(f"link add {left} type veth peer name {right}")
    for end in ENDS:
        Path(f"/proc/sys/net/ipv6/conf/{end}/disable_ipv6").write_text("1")
        ip(f"link set {end} up")


def _main(module: str, name: str) -> None:
    import_module(module)
    _lay_cable()
    outcome = _scenarios[module, name](*ENDS)
    if inspect.iscoroutine(outcome):
        asyncio.run(outcome)


if __name__ == "__main__":
    # The test's own import of this file must find the same dictionary.
    sys.modules["tests.net.cable"] = sys.modules["__main__"]
    _main(*sys.argv[1:])
