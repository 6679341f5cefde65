"""Sweeps of months in minutes: what one real sweep saw, night after night, entered as a sweep enters it."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from ipaddress import IPv4Address, IPv4Network, ip_address
from itertools import cycle, islice

from scanner.inventory.contract import Kept, Result, SweepKind, Versions
from scanner.inventory.inventory import Inventory
from scanner.model.coverage import Coverage
from scanner.model.device import Found, Identity, Place
from scanner.model.field import Field
from scanner.model.host import Host
from scanner.model.observation import Observation
from scanner.model.probe import ProbeResult
from scanner.model.scope import Range
from scanner.model.site import Site
from scanner.model.verdict import Verdict
from scanner.sweep.remembering import BATCH_HOSTS

FIRST_NIGHT = datetime(2024, 1, 1, 2, 0, tzinfo=UTC)
# So many different nights take turns: what differs from night to night must be made, and that takes time.
NIGHTS = 8
VERSIONS = Versions("0.1.0", "bench", FIRST_NIGHT.date())
# What a server sends anew with every answer.
_NONCE = re.compile(rb'(?<=nonce=")[^"]+')
_DATE = re.compile(rb"(?<=Date: )[^\r\n]+")


class NightClock:
    """Stands still until it is told that a day has passed."""

    def __init__(self) -> None:
        self.day = 0

    def now(self) -> datetime:
        """Return two in the morning of this day."""
        return FIRST_NIGHT + timedelta(days=self.day)

    def monotonic(self) -> float:
        """Return the seconds since the first night."""
        return self.day * 86_400.0

    async def sleep(self, seconds: float) -> None:
        """Let a stretch of time pass at once."""
        self.day += int(seconds // 86_400)


@dataclass(frozen=True, slots=True)
class Seen:
    """One device as a real sweep found it."""

    verdict: Verdict
    observations: tuple[Observation, ...]
    results: tuple[ProbeResult, ...]
    identities: frozenset[Identity]
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Night:
    """What one sweep finds, ready to be entered."""

    kept: tuple[Kept, ...]
    seen: tuple[Seen, ...]


def nights(seen: Sequence[Seen]) -> list[Night]:
    """Return the same devices on different nights: other dates, other nonces."""
    return [_night(seen, number) for number in range(NIGHTS)]


def crowd(seen: Sequence[Seen], network: IPv4Network, count: int) -> Night:
    """Return a sweep of so many hosts of the kinds that were seen, each with address and MAC of its own."""
    addresses = islice(network.hosts(), count)
    copies = tuple(_copy(one, at, n) for n, (one, at) in enumerate(zip(cycle(seen), addresses, strict=False)))
    return Night(tuple(map(_kept, copies)), copies)


def enter(inventory: Inventory, site: Site, night: Night, clock: NightClock) -> None:
    """Enter one sweep: hosts in the batches in which a sweep acknowledges them, then the findings."""
    log = inventory.begin_sweep(site, SweepKind.SCAN, {"profile": "fast"}, VERSIONS, "bench")
    stored: list[Kept] = []
    for start in range(0, len(night.kept), BATCH_HOSTS):
        stored += log.keep(night.kept[start : start + BATCH_HOSTS])
    results = [_result(site, one, kept) for one, kept in zip(night.seen, stored, strict=True)]
    log.finish(results, _everywhere(site, clock.now(), len(results)), lambda _place: True)
    clock.day += 1


def _everywhere(site: Site, at: datetime, count: int) -> Coverage:
    networks = (network for segment in site.segments for network in segment.networks)
    return Coverage(at, at, count, count, count, ranges=tuple(map(Range.of_network, networks)))


def _night(seen: Sequence[Seen], number: int) -> Night:
    noise = random.Random(number)
    later = tuple(replace(one, observations=tuple(_later(one.observations, number, noise))) for one in seen)
    return Night(tuple(map(_kept, later)), later)


def _later(observations: Sequence[Observation], number: int, noise: random.Random) -> Iterator[Observation]:
    """Yield observations as they are made so many days later; one message stays one message."""
    day = timedelta(days=number)
    date = format_datetime(observations[0].observed_at + day, usegmt=True).encode() if observations else b""
    known: dict[bytes, bytes] = {}
    for one in observations:
        if one.raw not in known:
            fresh = _NONCE.sub(
                lambda old: noise.randbytes(len(old[0])).hex()[: len(old[0])].encode(), one.raw
            )
            known[one.raw] = _DATE.sub(date, fresh)
        yield replace(one, raw=known[one.raw], observed_at=one.observed_at + day)


def _copy(one: Seen, address: IPv4Address, number: int) -> Seen:
    mac = (b"\x02\xbe" + number.to_bytes(4)).hex(":")
    host = Host(address, mac, one.verdict.host.interface, one.verdict.host.segment)
    own = {
        Identity(known.field, f"{known.value}{number}")
        for known in one.identities
        if known.field is not Field.MAC
    }
    verdict = replace(one.verdict, host=host, also_at=())
    return replace(one, verdict=verdict, identities=frozenset(own | {Identity(Field.MAC, mac)}))


def _kept(one: Seen) -> Kept:
    return Kept(one.verdict.host, one.observations, results=one.results)


def _result(site: Site, one: Seen, kept: Kept) -> Result:
    address = ip_address(one.verdict.host.address)
    segment = site.segment_of(address)
    place = Place(segment.name if segment else "", address)
    return Result(Found(place, one.verdict, one.identities), (replace(kept, observations=()),), one.evidence)
