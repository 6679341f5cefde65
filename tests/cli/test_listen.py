"""``camcensus listen``, with a listener that hears what the test says instead of frames."""

import asyncio
import json
import signal
import tempfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv4Interface, ip_address
from pathlib import Path

import pytest

from scanner.cli import planning, sweeping
from scanner.cli.config import Config
from scanner.cli.invocation import Invocation
from scanner.cli.option import OutputOptions
from scanner.cli.talk import LogFormat, Loudness
from scanner.discovery.contract import sighted
from scanner.model.field import Field
from scanner.model.host import Host
from scanner.model.observation import Fact, Via
from scanner.model.scope import Range, Scope
from scanner.model.sighting import Sighting
from scanner.model.traffic import Reach, Traffic
from scanner.net.interface import Interface
from scanner.net.network import Network
from scanner.sweep import Plan
from tests.cli.conftest import Camcensus

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
CAMERA = Host(ip_address("10.0.0.5"), "02:00:00:00:00:05")


@dataclass(frozen=True)
class OneAnnouncement:
    """Hears one device, then silence without end, in which somebody may press Ctrl-C."""

    control_c: bool

    name = "one announcement"
    traffic = (Traffic(Reach.NOTHING, "none", "(listens)", "test"),)

    async def discover(self, interfaces: Sequence[Interface], network: Network) -> AsyncIterator[Sighting]:
        yield sighted(CAMERA, [Fact(Field.HTML_TITLE, "Acme")], self.name, Via.MULTICAST, AT)
        if self.control_c:
            signal.raise_signal(signal.SIGINT)
        await asyncio.Event().wait()


def listen(signatures: Path, output: Path, listen_s: float, control_c: bool = True) -> int:
    scope = Scope((Range.of(ip_address("10.0.0.1"), ip_address("10.0.0.254")),))
    plan = Plan(scope, (), listen_s=listen_s, listeners=(OneAnnouncement(control_c),))
    invocation = Invocation(Config(), LogFormat.TEXT, Loudness.QUIET)
    return sweeping.run(
        plan, sweeping.Knowledge.of((signatures,)), OutputOptions(str(output), None, None, ""), invocation
    )


def test_without_a_duration_control_c_is_the_ordinary_end(signatures: Path, tmp_path: Path) -> None:
    assert listen(signatures, tmp_path / "heard.jsonl", sweeping.UNTIL_STOPPED) == 0

    host, coverage = map(json.loads, (tmp_path / "heard.jsonl").read_text().splitlines())
    assert (host["address"], host["verdict"], host["tier"]) == ("10.0.0.5", "suspected", "possible")
    assert (coverage["complete"], coverage["packets_sent"]) == (True, {})


def test_before_the_end_of_a_duration_it_is_an_interruption(signatures: Path, tmp_path: Path) -> None:
    assert listen(signatures, tmp_path / "heard.jsonl", 30) == 130

    assert not json.loads((tmp_path / "heard.jsonl").read_text().splitlines()[-1])["complete"]


def test_an_interruption_comes_before_an_output_that_failed(
    signatures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    assert listen(signatures, tmp_path / "unmounted" / "heard.jsonl", 30) == 130

    (rescued,) = tmp_path.glob("camcensus-*.jsonl")
    assert json.loads(rescued.read_text().splitlines()[0])["address"] == "10.0.0.5"


def test_a_duration_ends_by_itself(signatures: Path, tmp_path: Path) -> None:
    assert listen(signatures, tmp_path / "heard.jsonl", 0.1, control_c=False) == 0


def test_the_right_to_listen_is_checked_first(camcensus: Camcensus, monkeypatch: pytest.MonkeyPatch) -> None:
    eth0 = Interface("eth0", 2, None, (IPv4Interface("10.0.0.2/24"),), (), True, True, False)
    monkeypatch.setattr(planning, "interfaces", lambda: (eth0,))
    monkeypatch.setattr(planning, "has_raw_privilege", lambda: False)

    result = camcensus("listen", "--duration", 1)

    assert (result.exit_code, result.stdout) == (5, "")
    assert "CAP_NET_RAW" in result.stderr


def test_an_output_that_cannot_be_written_is_refused_first(camcensus: Camcensus, tmp_path: Path) -> None:
    assert camcensus("listen", "-o", tmp_path).exit_code == 2
