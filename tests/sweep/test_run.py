"""A sweep whose parts fail: what was gathered is kept, and every gap is said."""

import asyncio
from dataclasses import replace
from ipaddress import ip_address
from typing import Any

from scanner.clock import SystemClock
from scanner.discovery import Discoverer
from scanner.errors import NoAccess
from scanner.matching.database import load
from scanner.model.host import Endpoint, Host
from scanner.model.limits import FAST
from scanner.model.probe import ProbeResult, ProbeStatus
from scanner.model.scope import Range, Scope
from scanner.model.traffic import Traffic
from scanner.model.verdict import Status, Verdict
from scanner.net.network import Network
from scanner.sweep import Plan, Sweep
from tests.net.hostile import LOOPBACK, hostile_host, says
from tests.sweep.finder import Finds, Waits

FIRST, LAST = ip_address("127.0.0.1"), ip_address("127.0.0.3")
RECORDER = b"HTTP/1.1 200 OK\r\nServer: DNVRS-Webs\r\nContent-Length: 0\r\n\r\n"


class Breaks:
    """A probe with a fault of ours."""

    name = "broken"
    traffic: tuple[Traffic, ...] = ()
    is_follow_up = False
    ports = frozenset(range(65536))

    async def run(self, host: Host, endpoint: Endpoint, network: Network) -> ProbeResult:
        raise ZeroDivisionError("a fault of ours")


def sweep(*askers: Discoverer, **changes: Any) -> Sweep:
    scope = Scope((Range.of(FIRST, LAST),))
    plan = Plan(scope, (), **{"limits": FAST, "ports": (), "askers": askers, **changes})
    return Sweep(plan, load(), SystemClock())


def run(a_sweep: Sweep, stop_after_s: float | None = None) -> list[Verdict]:
    async def go() -> list[Verdict]:
        if stop_after_s is not None:
            asyncio.get_running_loop().call_later(stop_after_s, a_sweep.stop)
        return [verdict async for verdict in a_sweep.verdicts()]

    return asyncio.run(go())


def test_a_discoverer_without_access_leaves_a_gap_and_nothing_is_lost() -> None:
    a_sweep = sweep(Finds("127.0.0.1", error=NoAccess("the interface is down")), Finds("127.0.0.2"))

    verdicts = run(a_sweep)

    assert [str(v.host.address) for v in verdicts] == ["127.0.0.1", "127.0.0.2"]
    assert a_sweep.coverage is not None
    assert a_sweep.coverage.gaps == ("the interface is down",)
    assert not a_sweep.coverage.is_complete


def test_a_discoverer_with_a_fault_leaves_a_gap_and_nothing_is_lost() -> None:
    a_sweep = sweep(Finds("127.0.0.1", error=OSError("no such device")), Finds("127.0.0.2", name="other"))

    verdicts = run(a_sweep)

    assert len(verdicts) == 2
    assert a_sweep.coverage is not None
    assert "Discovery by finder failed (OSError: no such device)" in a_sweep.coverage.gaps[0]


def test_a_probe_with_a_fault_costs_its_own_result_only() -> None:
    async def go() -> tuple[Sweep, list[Verdict]]:
        async with hostile_host(says(RECORDER)) as device:
            a_sweep = sweep(Finds("127.0.0.1"), ports=(device.endpoint.port,), probes=(Breaks(),))
            return a_sweep, [verdict async for verdict in a_sweep.verdicts()]

    a_sweep, verdicts = asyncio.run(go())
    (record,) = a_sweep.roster

    assert [result.status for result in record.results] == [ProbeStatus.INTERNAL_ERROR]
    assert "a fault of ours" in record.results[0].detail
    assert len(verdicts) == 1


def test_stop_ends_a_discoverer_that_never_would_and_keeps_what_it_met() -> None:
    a_sweep = sweep(Waits("127.0.0.1"))

    verdicts = run(a_sweep, stop_after_s=0.2)

    assert [str(v.host.address) for v in verdicts] == ["127.0.0.1"]


def test_an_announcer_outside_the_scope_is_listed_and_not_asked() -> None:
    a_sweep = sweep(Finds("127.0.0.9"), ports=(1,))

    (verdict,) = run(a_sweep)

    assert verdict.status is Status.FLAGGED  # its address block alone speaks
    assert a_sweep.coverage is not None
    assert a_sweep.coverage.skipped == {"outside the scope": 1}
    assert a_sweep.gate.ledger.totals() == {}
    assert a_sweep.coverage.is_complete


def test_a_host_that_takes_too_long_is_given_up_with_what_it_showed() -> None:
    class Dawdles(Breaks):
        async def run(self, host: Host, endpoint: Endpoint, network: Network) -> ProbeResult:
            await asyncio.sleep(60)
            raise AssertionError("the deadline did not end this")

    async def go() -> tuple[Sweep, list[Verdict]]:
        async with hostile_host(says(RECORDER)) as device:
            ports = (device.endpoint.port,)
            limits = replace(FAST, host_deadline_s=0.3)
            a_sweep = sweep(Finds(str(LOOPBACK)), ports=ports, probes=(Dawdles(),), limits=limits)
            return a_sweep, [verdict async for verdict in a_sweep.verdicts()]

    a_sweep, verdicts = asyncio.run(go())

    assert len(verdicts) == 1
    assert a_sweep.coverage is not None
    assert a_sweep.coverage.skipped == {"out of time": 1}
