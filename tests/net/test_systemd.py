"""What systemd is told, received on a real socket (sd_notify(3))."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from scanner.net.systemd import Supervisor


@pytest.fixture(params=["path", "abstract"])
def receiver(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[socket.socket, str]]:
    name = f"@camcensus-{uuid4().hex}" if request.param == "abstract" else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(name.replace("@", "\0", 1))
        sock.settimeout(5)
        yield sock, name


def test_states_are_sent_one_a_line_in_one_datagram(receiver: tuple[socket.socket, str]) -> None:
    sock, name = receiver

    Supervisor.of({"NOTIFY_SOCKET": name}).tell("READY=1", "STATUS=2 schedules")

    assert sock.recv(4096) == b"READY=1\nSTATUS=2 schedules"


def test_a_socket_that_is_gone_or_full_is_no_error(tmp_path: Path) -> None:
    Supervisor(str(tmp_path / "gone")).tell("READY=1")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(str(tmp_path / "full"))
        for _ in range(2000):
            Supervisor(str(tmp_path / "full")).tell("WATCHDOG=1")


def test_without_systemd_nothing_is_told() -> None:
    assert Supervisor.of({}) == Supervisor("", None)
    Supervisor().tell("READY=1")


@pytest.mark.parametrize(
    ("environment", "watchdog_s"),
    [
        ({"WATCHDOG_USEC": "60000000"}, 60.0),
        ({"WATCHDOG_USEC": "500000", "WATCHDOG_PID": str(os.getpid())}, 0.5),
        ({"WATCHDOG_USEC": "500000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
    ],
    ids=["for anybody", "for us", "for another process", "off", "no number"],
)
def test_the_watchdog_counts_where_it_is_ours(environment: dict[str, str], watchdog_s: float | None) -> None:
    assert Supervisor.of(environment).watchdog_s == watchdog_s
