"""Listening: what was heard can be judged at any moment, and what was missed is said."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from ipaddress import ip_address

from scanner.clock import SystemClock
from scanner.discovery import Listens
from scanner.discovery.contract import Met, Tally
from scanner.matching.database import load
from scanner.model.scope import Range, Scope
from scanner.model.sighting import Incident
from scanner.model.verdict import Status
from scanner.net.interface import Interface
from scanner.net.network import Network
from scanner.sweep import Listening, Plan
from tests.sweep.finder import Finds, Waits

FIRST, LAST = ip_address("127.0.0.1"), ip_address("127.0.0.3")


class Deafened(Finds):
    """Hears somebody, is deaf for a while, and hears somebody else."""

    async def discover(self, interfaces: Sequence[Interface], network: Network) -> AsyncIterator[Met]:
        async for met in super().discover(interfaces, network):
            yield met
            yield Incident("eth0 was down for 3 s: what was said then was missed.")


def listening(*listeners: Listens, listen_s: float | None = None) -> Listening:
    plan = Plan(Scope((Range.of(FIRST, LAST),)), (), listen_s=listen_s, listeners=listeners)
    return Listening(plan, load(), SystemClock())


def test_it_ends_at_its_time_with_nothing_examined() -> None:
    one = listening(Waits("127.0.0.2"), listen_s=0.2)
    asyncio.run(one.run())

    (verdict,), coverage = one.snapshot()
    assert str(verdict.host.address) == "127.0.0.2"
    assert (coverage.answered, coverage.examined, coverage.packets_sent) == (1, 0, {})
    assert coverage.is_complete


def test_what_was_heard_so_far_is_there_before_the_end() -> None:
    async def go() -> None:
        one = listening(Waits("127.0.0.2"))
        running = asyncio.create_task(one.run())
        while not one.version:
            await asyncio.sleep(0.01)
        (verdict,), coverage = one.snapshot()
        assert verdict.status is Status.FLAGGED  # its address block alone speaks
        assert coverage.ended_at >= coverage.started_at
        one.stop()
        await running

    asyncio.run(asyncio.wait_for(go(), 60))


def test_a_verdict_is_made_again_only_when_something_new_was_heard() -> None:
    one = listening(Finds("127.0.0.1", "127.0.0.2"), listen_s=0.2)
    asyncio.run(one.run())

    (first, second), _ = one.snapshot()
    (again, _), _ = one.snapshot()
    assert again is first
    assert second is not first


def test_a_time_of_deafness_is_a_gap_and_does_not_end_it() -> None:
    one = listening(Deafened("127.0.0.1", "127.0.0.2"), listen_s=0.2)
    asyncio.run(one.run())

    verdicts, coverage = one.snapshot()
    assert len(verdicts) == 2
    assert coverage.gaps == ("eth0 was down for 3 s: what was said then was missed.",)
    assert not coverage.is_complete


def test_somebody_outside_the_scope_is_listed_as_such() -> None:
    one = listening(Finds("127.0.0.9"), listen_s=0.2)
    asyncio.run(one.run())

    (verdict,), coverage = one.snapshot()
    assert str(verdict.host.address) == "127.0.0.9"
    assert coverage.skipped == {"outside the scope": 1}
    assert coverage.answered == 0


def test_on_a_mirror_port_without_a_network_everybody_is_of_interest() -> None:
    plan = Plan(Scope(()), (), listen_s=0.2, listeners=(Finds("10.1.2.3"),))
    one = Listening(plan, load(), SystemClock())
    asyncio.run(one.run())

    _, coverage = one.snapshot()
    assert (coverage.in_scope, coverage.answered, coverage.skipped) == (1, 1, {})


class Closes(Waits):
    """Has something left to say when it is asked to end."""

    def __init__(self, *addresses: str) -> None:
        super().__init__(*addresses)
        self.stopped = asyncio.Event()

    async def discover(self, interfaces: Sequence[Interface], network: Network) -> AsyncIterator[Met]:
        async for met in Finds.discover(self, interfaces, network):
            yield met
        await self.stopped.wait()
        yield Incident("eth0: 12 frames were dropped.")

    def stop(self) -> None:
        self.stopped.set()

    def tallies(self) -> tuple[Tally, ...]:
        return (Tally("eth0", 100, 7, 12, 0),)


def test_what_a_listener_says_at_its_end_is_heard() -> None:
    one = listening(Closes("127.0.0.2"), listen_s=0.2)
    asyncio.run(one.run())

    _, coverage = one.snapshot()
    assert coverage.gaps == ("eth0: 12 frames were dropped.",)
    assert coverage.notes[-1] == "eth0: 100 frames heard, 7 of them told something new, 12 dropped"
