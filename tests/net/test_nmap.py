"""The real nmap against loopback, and stand-ins for it that hang, fail and leave traces."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from ipaddress import IPv4Address, ip_address
from pathlib import Path
from typing import Any

import pytest

from scanner.model.field import Field
from scanner.net import nmap
from scanner.net.nmap import RUNNER_PROGRAM, ScanLimits, ToolFailed, ToolMissing
from scanner.protocols import nmap_xml

LOOPBACK = IPv4Address("127.0.0.1")
QUICK = ScanLimits(host_gap_ms=0, max_parallelism=8)
# Long enough for a stand-in to start on a busy machine.
THREE_SECONDS = ScanLimits(time_limit_s=3)


@asynccontextmanager
async def listener(greeting: bytes) -> AsyncIterator[int]:
    """Greet everybody who connects, and close; yield the port."""

    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1") as server:
        yield server.sockets[0].getsockname()[1]


def test_an_open_port_is_told_from_a_closed_one() -> None:
    async def scan() -> tuple[int, bytes]:
        async with listener(b"") as port:
            return port, await nmap.scan([LOOPBACK], [port, 9], QUICK)

    port, xml = asyncio.run(scan())
    (host,) = nmap_xml.parse(xml)
    assert nmap_xml.is_complete(xml) and host.address == LOOPBACK
    assert {found.port: found.state for found in host.ports} == {port: "open", 9: "closed"}
    assert [fact.value for fact in nmap_xml.read(xml)] == [f"{port}/tcp"]


def test_a_service_is_named_only_when_detection_is_asked_for() -> None:
    async def scan() -> bytes:
        async with listener(b"SSH-2.0-dropbear_2019.78\r\n") as port:
            return await nmap.scan([LOOPBACK], [port], QUICK, service_detection=True)

    facts = {fact.field: fact.value for fact in nmap_xml.read(asyncio.run(scan()))}
    assert facts[Field.NMAP_PRODUCT] == "Dropbear sshd"
    assert facts[Field.NMAP_SERVICE].endswith("/ssh")


def test_the_version_is_told_where_nmap_is_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    version = nmap.available()
    assert version is not None and version[0].isdigit()

    monkeypatch.setenv("PATH", str(tmp_path))
    assert nmap.available() is None


def test_without_nmap_the_error_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(ToolMissing, match="Install nmap"):
        asyncio.run(nmap.scan([LOOPBACK], [9]))


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], Path]:
    """Return a maker of stand-ins for nmap; each leaves its arguments and its process id behind."""

    def make(deeds: str) -> Path:
        program = tmp_path / "nmap"
        program.write_text(f"#!{sys.executable} -I\n{STAND_IN}\n{deeds}\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))
        return tmp_path

    return make


STAND_IN = """
import json, os, pathlib, signal, sys, time
if "-V" in sys.argv:
    print("Nmap version 7.93 ( https://nmap.org )")
    sys.exit()
here = pathlib.Path(__file__).parent
(here / "environment").write_text(json.dumps(dict(os.environ)))
(here / "arguments").write_text(json.dumps(sys.argv[1:]))
(here / "pid").write_text(str(os.getpid()))
"""
WHOLE = "print('<nmaprun><runstats><finished exit=\"success\"/></runstats></nmaprun>')"
HANGS = "print('<nmaprun>', flush=True)\ntime.sleep(600)"
HANGS_FOR_EVER = "signal.signal(signal.SIGINT, signal.SIG_IGN)\n" + HANGS


def is_running(where: Path) -> bool:
    """Tell whether the stand-in still runs, a moment after it may have been told to stop."""
    pid = (where / "pid").read_text()
    for _ in range(1000):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return False
        if state == "Z":
            return False
        time.sleep(0.05)
    return True


def wait_for(path: Path) -> None:
    while not path.exists() or not path.read_text():
        time.sleep(0.02)


def test_nmap_gets_these_options_and_no_others(
    stand_in: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    where = stand_in(WHOLE)
    monkeypatch.setenv("NMAP_PRIVILEGED", "1")
    asyncio.run(nmap.scan([LOOPBACK, IPv4Address("127.0.0.2")], [80, 554]))

    assert json.loads((where / "arguments").read_text()) == [
        *("-oX", "-", "127.0.0.1", "127.0.0.2", "-p", "80,554"),
        *("-sT", "-Pn", "-n", "--unprivileged", "--max-hostgroup", "16", "--max-retries", "1"),
        *("--max-rate", "100", "--host-timeout", "60s", "--scan-delay", "300ms"),
    ]
    assert "NMAP_PRIVILEGED" not in json.loads((where / "environment").read_text())


def test_ipv6_and_service_detection_add_their_options(stand_in: Callable[[str], Path]) -> None:
    where = stand_in(WHOLE)
    asyncio.run(nmap.scan([ip_address("fe80::1%lo")], [80], QUICK, service_detection=True))

    arguments = json.loads((where / "arguments").read_text())
    assert arguments[2] == "fe80::1%lo"
    assert arguments[-5:] == ["--max-parallelism", "8", "-sV", "--version-light", "-6"]


def test_at_the_time_limit_what_is_finished_comes_back() -> None:
    # 20 packets a second are at most 100 of the 256 hosts, and the first 16 even if nmap starts seconds late.
    limits = ScanLimits(max_rate=20, host_gap_ms=0, max_parallelism=1, time_limit_s=10)
    hosts = [IPv4Address("127.0.0.1") + offset for offset in range(256)]
    xml = asyncio.run(nmap.scan(hosts, [9, 10], limits))

    assert not nmap_xml.is_complete(xml)
    assert 0 < len(nmap_xml.parse(xml)) < 256


def test_a_hanging_nmap_is_interrupted_and_what_it_wrote_comes_back(stand_in: Callable[[str], Path]) -> None:
    where = stand_in(HANGS)

    assert asyncio.run(nmap.scan([LOOPBACK], [9], THREE_SECONDS)) == b"<nmaprun>\n"
    assert not is_running(where)


def test_an_nmap_that_cannot_be_interrupted_is_killed(
    stand_in: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    where = stand_in(HANGS_FOR_EVER)
    monkeypatch.setattr(nmap, "_GRACE_S", 0.5)

    with pytest.raises(ToolFailed, match="did not end within 3 seconds"):
        asyncio.run(nmap.scan([LOOPBACK], [9], THREE_SECONDS))
    assert not is_running(where)


def test_a_cancelled_scan_leaves_no_nmap_behind(stand_in: Callable[[str], Path]) -> None:
    where = stand_in(HANGS_FOR_EVER)

    async def cancel() -> None:
        scanning = asyncio.create_task(nmap.scan([LOOPBACK], [9]))
        await asyncio.to_thread(wait_for, where / "pid")
        scanning.cancel()
        with pytest.raises(asyncio.CancelledError):
            await scanning

    asyncio.run(cancel())
    assert not is_running(where)


def test_a_killed_census_leaves_no_nmap_behind(stand_in: Callable[[str], Path]) -> None:
    where = stand_in(HANGS)
    census = (
        "import asyncio, ipaddress\nfrom scanner.net import nmap\n"
        "asyncio.run(nmap.scan([ipaddress.ip_address('127.0.0.1')], [9]))"
    )
    with subprocess.Popen([sys.executable, "-c", census], cwd=RUNNER_PROGRAM.parents[3]) as process:
        wait_for(where / "pid")
        process.kill()

    assert not is_running(where)


@pytest.mark.parametrize(
    ("deeds", "message"),
    [
        ("sys.exit('QUITTING!')", "QUITTING!"),
        ("sys.exit()", "nmap wrote no XML"),
        ("os.write(2, b'\\xff\\xfe')", "nmap wrote no XML"),
    ],
)
def test_a_failing_nmap_is_reported_with_what_it_said(
    stand_in: Callable[[str], Path], deeds: str, message: str
) -> None:
    stand_in(deeds)

    with pytest.raises(ToolFailed, match=message):
        asyncio.run(nmap.scan([LOOPBACK], [9]))


def test_a_runner_that_breaks_is_reported_with_its_last_words(tmp_path: Path) -> None:
    program = tmp_path / "broken.py"
    program.write_text("raise RuntimeError('no such luck')")

    with pytest.raises(ToolFailed, match="RuntimeError: no such luck"):
        asyncio.run(nmap.scan([LOOPBACK], [9], program=program))


GOOD: dict[str, Any] = {
    "hosts": ["127.0.0.1"],
    "ports": [9],
    "service_detection": False,
    "max_rate": 100,
    "max_retries": 1,
    "max_parallelism": 1,
    "host_gap_ms": 0,
    "host_timeout_s": 5,
    "time_limit_s": 5,
}


@pytest.mark.parametrize(
    "bad",
    [
        {"hosts": ["127.0.0.1 -oN trace"]},
        {"hosts": ["-oN"]},
        {"hosts": ["-iL", "/etc/passwd"]},
        {"hosts": ["fe80::1%lo -oN trace"]},
        {"hosts": ["fe80::1%--script=all"]},
        {"hosts": ["127.0.0.0/8"]},
        {"hosts": ["localhost"]},
        {"hosts": [2130706433.5]},
        {"hosts": []},
        {"hosts": ["127.0.0.1"] * 257},
        {"hosts": ["127.0.0.1", "::1"]},
        {"ports": ["80 -oN trace"]},
        {"ports": "80"},
        {"ports": [0]},
        {"ports": [65536]},
        {"ports": [True]},
        {"ports": []},
        {"max_rate": "100 -oN trace"},
        {"max_rate": 0},
        {"host_timeout_s": 1.5},
        {"time_limit_s": None},
    ],
)
def test_a_request_that_could_become_an_option_is_refused(
    stand_in: Callable[[str], Path], bad: dict[str, Any]
) -> None:
    where = stand_in(WHOLE)
    done = subprocess.run(
        [sys.executable, "-I", str(RUNNER_PROGRAM)],
        input=json.dumps({**GOOD, **bad}).encode(),
        capture_output=True,
        cwd=where,
    )

    assert done.returncode == 2 and json.loads(done.stderr)["error"] == "refused"
    assert done.stdout == b"" and os.listdir(where) == ["nmap"]
