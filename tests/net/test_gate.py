"""The gate lets out what the scope permits, no faster than the limits say."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from itertools import pairwise

import pytest

from scanner.errors import OutOfScope
from scanner.model.limits import NORMAL
from scanner.model.scope import Range, Scope
from scanner.net.gate import Gate

CAMERA = ip_address("10.0.0.5")
STRANGER = ip_address("10.0.1.5")
SEGMENT = ip_network("10.0.0.0/24")
SADP_GROUP = ip_address("239.255.255.250")


class TestClock:
    """A clock that only sleeping moves."""

    __test__ = False

    def __init__(self) -> None:
        self.at_s = 1000.0

    def now(self) -> datetime:
        return datetime(2026, 11, 22, tzinfo=UTC)

    def monotonic(self) -> float:
        return self.at_s

    async def sleep(self, seconds: float) -> None:
        self.at_s += seconds
        await asyncio.sleep(0)


def make_gate(**limits: float) -> tuple[Gate, TestClock]:
    clock = TestClock()
    scope = Scope((Range.hosts_of(SEGMENT),))
    limited = replace(NORMAL, **limits)  # type: ignore[arg-type]
    return Gate(scope, limited, clock, sleep=clock.sleep), clock


def test_a_stranger_is_refused_and_the_refusal_is_in_the_ledger() -> None:
    gate, _ = make_gate()

    with pytest.raises(OutOfScope, match=r"10\.0\.1\.5 is outside the authorised scope"):
        asyncio.run(gate.datagram(STRANGER, "dhip"))

    assert gate.ledger.entries() == ()
    assert gate.ledger.refusals() == {"10.0.1.5": 1}


def test_a_connection_to_a_stranger_is_never_opened() -> None:
    gate, _ = make_gate()

    async def connect() -> None:
        async with gate.connection(STRANGER, "tcp connect"):
            pytest.fail("the gate let a stranger through")

    with pytest.raises(OutOfScope):
        asyncio.run(connect())


def test_datagrams_leave_at_the_packet_rate() -> None:
    gate, clock = make_gate(packets_per_s=10)

    async def send() -> None:
        for _ in range(21):
            await gate.datagram(CAMERA, "dhip")

    asyncio.run(send())

    assert clock.at_s == pytest.approx(1000 + 2.0, abs=0.11)
    assert gate.ledger.totals() == {"dhip": 21}


def test_batches_count_every_address_against_the_rate_and_leave_strangers_out() -> None:
    gate, clock = make_gate(packets_per_s=100)
    asked: list[str] = []

    async def sweep() -> None:
        addresses = [*SEGMENT.hosts(), STRANGER]
        async for batch in gate.batches(addresses, "arp request"):
            asked.extend(map(str, batch))

    asyncio.run(sweep())

    assert len(asked) == 254
    assert str(STRANGER) not in asked
    assert clock.at_s - 1000 == pytest.approx((254 - 2) / 100, abs=0.05)


def test_one_host_gets_one_connection_at_a_time_with_a_gap_between() -> None:
    gate, clock = make_gate(connections_per_s=1000, host_gap_ms=300)
    open_now, most, starts = 0, 0, []

    async def connect() -> None:
        nonlocal open_now, most
        async with gate.connection(CAMERA, "tcp connect"):
            open_now += 1
            most = max(most, open_now)
            starts.append(clock.at_s)
            await clock.sleep(0.05)
            open_now -= 1

    async def main() -> None:
        await asyncio.gather(*(connect() for _ in range(4)))

    asyncio.run(main())

    assert most == 1
    assert all(later - earlier >= 0.35 - 1e-6 for earlier, later in pairwise(starts))


def test_a_failed_connection_gives_its_place_back() -> None:
    gate, _ = make_gate()

    async def fail_then_connect() -> str:
        with pytest.raises(OSError, match="reset"):
            async with gate.connection(CAMERA, "tcp connect"):
                raise OSError("reset")
        async with gate.connection(CAMERA, "tcp connect"):
            return "in"

    assert asyncio.run(fail_then_connect()) == "in"


def test_a_group_is_asked_only_where_a_target_lies() -> None:
    gate, _ = make_gate()

    asyncio.run(gate.everybody(SEGMENT, SADP_GROUP, "sadp"))
    with pytest.raises(OutOfScope):
        asyncio.run(gate.everybody(ip_network("192.168.7.0/24"), SADP_GROUP, "sadp"))

    assert gate.ledger.totals() == {"sadp": 1}


def test_a_group_that_no_asker_speaks_to_is_refused() -> None:
    gate, _ = make_gate()

    with pytest.raises(OutOfScope):
        asyncio.run(gate.everybody(SEGMENT, ip_address("239.1.2.3"), "anything"))


def test_a_broadcast_address_is_asked_on_its_own_segment_only() -> None:
    gate, _ = make_gate()

    asyncio.run(gate.everybody(SEGMENT, SEGMENT.broadcast_address, "legacy search"))
    with pytest.raises(OutOfScope):
        asyncio.run(gate.everybody(SEGMENT, ip_address("192.168.7.255"), "legacy search"))

    assert gate.ledger.totals() == {"legacy search": 1}


def test_a_broadcast_stays_off_segments_without_targets() -> None:
    gate, _ = make_gate()

    with pytest.raises(OutOfScope):
        asyncio.run(gate.everybody(ip_network("192.168.7.0/24"), None, "sadp frame"))


def test_a_host_that_floods_runs_out_of_bytes() -> None:
    gate, _ = make_gate()

    gate.received(CAMERA, NORMAL.max_host_bytes - 10)
    assert gate.remaining_bytes(CAMERA) == 10
    gate.received(CAMERA, 100)
    assert gate.remaining_bytes(CAMERA) == 0
    assert gate.remaining_bytes(ip_address("10.0.0.6")) == NORMAL.max_host_bytes
