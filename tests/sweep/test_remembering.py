"""A sweep on its way into the inventory: acknowledged host by host, finished at once, resumed and judged."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import IPv4Interface, ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest

from scanner.clock import SystemClock
from scanner.errors import StorageProblem
from scanner.inventory.contract import Kept, SweepKind, Versions
from scanner.inventory.inventory import Inventory
from scanner.inventory.sweep_log import SweepLog, nothing
from scanner.matching.database import load
from scanner.model.coverage import SegmentCoverage
from scanner.model.device import Place
from scanner.model.field import Field
from scanner.model.host import Endpoint, Host
from scanner.model.limits import FAST
from scanner.model.observation import Fact, Via
from scanner.model.probe import ProbeResult, ProbeStatus
from scanner.model.scope import Range, Scope
from scanner.model.sighting import Sighting
from scanner.model.site import Segment, Site
from scanner.net.interface import Interface
from scanner.sweep import Plan, Sweep
from scanner.sweep.reach import Reach
from scanner.sweep.remembering import BATCH_HOSTS, Remembering, known_by
from scanner.sweep.roster import INTERRUPTED, OUT_OF_HOURS, Record
from tests.sweep.finder import Finds, Waits

AT = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
SITE = Site(
    "depot",
    segments=(
        Segment("cctv", networks=(ip_network("127.0.1.0/24"), ip_network("127.0.2.0/24"))),
        Segment("doors", networks=(ip_network("127.0.1.64/28"),)),
        Segment("voice", vlan=12),
    ),
    excluded=(Range.of(ip_address("127.0.1.200"), ip_address("127.0.1.209")),),
)
SCOPE = Scope(
    (
        Range.hosts_of(ip_network("127.0.1.0/24")),
        Range.hosts_of(ip_network("127.0.2.0/24")),
    ),
    SITE.excluded,
)
VERSIONS = Versions("0.1.0", "a1b2")


@pytest.fixture
def inventory(tmp_path: Path) -> Iterator[Inventory]:
    place = str(tmp_path / "inventory.sqlite3")
    with Inventory.open(place, SystemClock(), lambda _text: SITE) as opened:
        opened.add_site("depot")
        yield opened


@pytest.fixture
def log(inventory: Inventory) -> SweepLog:
    return inventory.begin_sweep(SITE, SweepKind.SCAN, {}, VERSIONS)


def sweep(*finders: Finds, **changes: Any) -> Sweep:
    plan = Plan(SCOPE, **{"interfaces": (), "limits": FAST, "ports": (), "askers": finders, **changes})
    return Sweep(plan, load(), SystemClock())


def record(address: str, *facts: Fact, shortfall: str = "") -> Record:
    host = Host(ip_address(address))
    seen = tuple(fact.seen(host, "landing", Via.CONNECTION, AT) for fact in facts or (title("Acme"),))
    one = Record(host, shortfall=shortfall)
    one.keep(seen)
    return one


def title(text: str) -> Fact:
    return Fact(Field.HTML_TITLE, text, text.encode())


def stored(log: SweepLog) -> dict[str, str]:
    return {str(one.host.address): one.shortfall for one in log.kept()}


def test_a_full_batch_is_stored_at_once_and_the_rest_with_it(
    log: SweepLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scanner.sweep.remembering.BATCH_S", 600)

    async def go() -> tuple[int, int]:
        remembering = Remembering(log, SITE)
        running = asyncio.create_task(remembering.run())
        for number in range(BATCH_HOSTS + 1):
            remembering.put(record(f"127.0.1.{number + 1}"))
        while (early := len(log.kept())) <= BATCH_HOSTS:
            await asyncio.sleep(0.02)
        remembering.close()
        await running
        return early, len(log.kept())

    assert asyncio.run(go()) == (BATCH_HOSTS + 1, BATCH_HOSTS + 1)


def test_a_single_host_is_acknowledged_before_the_end(log: SweepLog) -> None:
    async def go() -> tuple[int, int]:
        remembering = Remembering(log, SITE)
        running = asyncio.create_task(remembering.run())
        remembering.put(record("127.0.1.1"))
        before = len(log.kept())
        while not (after := len(log.kept())):
            await asyncio.sleep(0.02)
        remembering.close()
        await running
        return before, after

    assert asyncio.run(go()) == (0, 1)


class Broken(SweepLog):
    """A log whose disk is full until somebody makes room."""

    is_full = True

    def keep(self, hosts: Sequence[Kept]) -> tuple[Kept, ...]:
        if self.is_full:
            raise StorageProblem("the disk is full")
        return super().keep(hosts)


def test_what_could_not_be_stored_is_tried_again_and_complained_of_once(
    inventory: Inventory, log: SweepLog
) -> None:
    broken = Broken(inventory.engine, SITE, 1, log.number, log.uuid, SweepKind.SCAN)
    complaints: list[str] = []

    async def go() -> None:
        remembering = Remembering(broken, SITE, complaints.append)
        remembering.put(record("127.0.1.1"))
        await remembering.flush()
        await remembering.flush()
        assert isinstance(remembering.trouble, StorageProblem)
        broken.is_full = False
        await remembering.flush()
        assert remembering.trouble is None

    asyncio.run(go())

    assert complaints == ["the disk is full"]
    assert stored(log) == {"127.0.1.1": ""}


def test_what_is_learned_later_replaces_what_was_stored(log: SweepLog) -> None:
    async def go() -> None:
        remembering = Remembering(log, SITE)
        one = record("127.0.1.1")
        remembering.put(one)
        await remembering.flush()
        one.meet(Host(one.host.address, "02:00:00:00:00:05"))
        await remembering.put_all([one])

    asyncio.run(go())

    (kept,) = log.kept()
    assert kept.host.mac == "02:00:00:00:00:05"


def test_how_every_exchange_ended_comes_back(log: SweepLog) -> None:
    one = record("127.0.1.1")
    endpoint = Endpoint(one.host.address, 80)
    one.results.append(ProbeResult("landing", endpoint, ProbeStatus.SILENT, (), 12, "nothing came"))

    asyncio.run(Remembering(log, SITE).put_all([one]))

    assert log.kept()[0].results == tuple(one.results)


@pytest.mark.parametrize("why", [INTERRUPTED, OUT_OF_HOURS])
def test_a_finished_host_is_told_of_and_a_stopped_sweep_leaves_the_rest_unfinished(why: str) -> None:
    async def go() -> tuple[list[str], dict[str, str]]:
        one = sweep(Waits("127.0.1.1", "127.0.1.2"))
        finished: list[str] = []

        def put(record: Record) -> None:
            finished.append(str(record.host.address))
            one.stop(why)

        one.finished = put
        one.plan = replace(one.plan, limits=replace(FAST, hosts_in_flight=1))
        judged = [device async for device in one.judged()]
        return finished, {str(d.verdict.host.address): d.dossier.shortfall for d in judged}

    finished, shortfalls = asyncio.run(go())

    assert finished == ["127.0.1.1"]
    assert shortfalls == {"127.0.1.1": "", "127.0.1.2": why}


def test_a_resumed_sweep_asks_who_was_unfinished_and_nobody_else() -> None:
    asked: list[str] = []

    async def go() -> Sweep:
        one = sweep(Finds("127.0.1.1", "127.0.1.2", "127.0.1.3"))
        one.finished = lambda record: asked.append(str(record.host.address))
        done, cut = record("127.0.1.1"), record("127.0.1.2", shortfall=INTERRUPTED)
        one.take_up([Kept(each.host, each.observations, each.shortfall) for each in (done, cut)])
        assert not one.gate.scope.permits(done.host.address)
        assert [device async for device in one.judged()]
        return one

    one = asyncio.run(go())

    assert asked == ["127.0.1.2", "127.0.1.3"]
    assert one.coverage is not None
    assert (one.coverage.answered, one.coverage.examined) == (3, 3)
    assert "1 hosts were finished before" in one.coverage.notes[0]


def reach(*met: str, known: Sequence[Place] = (), **changes: Any) -> Reach:
    one = sweep(**{"ports": (80, 443, 554), **changes})
    for address in met:
        host = Host(ip_address(address))
        seen = title("Acme").seen(host, "landing", Via.CONNECTION, AT)
        one.roster.add(Sighting(host, (seen,)))
    return Reach(SITE, one, known)


def place(segment: str, address: str) -> Place:
    return Place(segment, ip_address(address))


def test_where_nobody_answers_nobody_is_missed() -> None:
    known = [place("cctv", "127.0.1.9"), place("cctv", "127.0.2.9"), place("cctv", "127.0.2.10")]

    got = reach("127.0.1.5", known=known)

    assert got.covers(place("cctv", "127.0.1.9"))
    assert not got.covers(place("cctv", "127.0.2.9"))
    told = got.told(coverage_of(got))
    (gap,) = told.gaps
    assert "nobody answered in the segment cctv (127.0.2.0/24), where 2 devices are known" in gap
    assert told.covers(ip_address("127.0.1.9"))
    assert not told.covers(ip_address("127.0.2.9"))


def test_the_answer_of_a_router_does_not_prove_that_the_segment_behind_it_was_reached() -> None:
    known = [place("cctv", "127.0.2.1"), place("cctv", "127.0.2.9")]
    loopback = Interface("lo", 1, None, (IPv4Interface("127.0.2.200/24"),), (), True, True, False)

    assert not reach("127.0.2.1", known=known).covers(place("cctv", "127.0.2.9"))
    assert reach("127.0.2.1", known=known[:1]).unreached == frozenset()
    assert reach("127.0.2.1", known=known, interfaces=(loopback,)).covers(place("cctv", "127.0.2.9"))


def test_an_exclusion_and_a_foreign_place_are_never_covered() -> None:
    got = reach("127.0.1.5")

    assert not got.covers(place("cctv", "127.0.1.200"))
    assert not got.covers(place("", "10.0.0.5"))
    assert not got.covers(place("", "0.0.0.0"))


def test_behind_a_router_a_sweep_of_few_ports_proves_no_absence() -> None:
    assert not reach("127.0.1.5", ports=(9999,)).covers(place("cctv", "127.0.1.9"))


def test_on_an_interface_that_broke_off_nobody_is_missed() -> None:
    loopback = Interface("lo", 1, None, (IPv4Interface("127.0.1.2/24"),), (), True, True, False)
    got = reach("127.0.1.5", interfaces=(loopback,))
    got.sweep._gathering.lost.add("lo")

    assert not got.covers(place("cctv", "127.0.1.9"))


def coverage_of(got: Reach) -> Any:
    return got.sweep._covered(AT)


def test_each_segment_has_its_counts_and_the_smallest_network_decides() -> None:
    got = reach("127.0.1.5", "127.0.1.70", "10.9.9.9")
    (silent,) = [one for one in got.sweep.roster if str(one.host.address) == "127.0.1.70"]
    silent.shortfall = "out of time"

    cctv, doors, voice, unmapped = got.told(coverage_of(got)).segments

    assert cctv == SegmentCoverage("cctv", 492, answered=1, examined=1, refused=1, excluded=10)
    assert doors == SegmentCoverage("doors", 16, answered=1, timed_out=1)
    assert voice == SegmentCoverage("voice")
    assert unmapped == SegmentCoverage("", answered=1)


def test_a_finished_sweep_has_its_devices_where_the_site_file_puts_them(
    inventory: Inventory, log: SweepLog
) -> None:
    async def go() -> None:
        one = sweep(Finds("127.0.1.1", "127.0.1.70"))
        remembering = Remembering(log, SITE)
        judged = [device async for device in one.judged()]
        got = Reach(SITE, one, ())
        assert one.coverage is not None
        await remembering.finish(judged, got.told(one.coverage), {}, got.covers, nothing)

    asyncio.run(go())

    found = list(inventory.findings(sweep=log.number))
    assert [(one.address, one.segment) for one in found] == [("127.0.1.1", "cctv"), ("127.0.1.70", "doors")]
    assert [len(inventory.evidence(one.number)) for one in found] == [1, 1]
    told = inventory.sweep(str(log.number)).coverage
    assert told is not None
    assert [segment.name for segment in told.segments] == ["cctv", "doors", "voice"]


def test_a_makers_default_is_no_identity(log: SweepLog) -> None:
    async def go() -> set[str]:
        one = sweep()
        for address, serial in (("127.0.1.1", "000000000"), ("127.0.1.2", "6C01E93PAG69A7D")):
            host = Host(ip_address(address))
            fact = Fact(Field.DHIP_SERIAL, serial)
            one.roster.add(Sighting(host, (fact.seen(host, "dhip", Via.CONNECTION, AT),)))
        return {known.value async for device in one.judged() for known in known_by(device)}

    assert asyncio.run(go()) == {"6C01E93PAG69A7D"}
