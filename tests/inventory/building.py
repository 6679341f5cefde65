"""Inventories for tests: a site, and sweeps of it that found what a test says."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Self

from scanner.export.row import strongest
from scanner.inventory.contract import Kept, Result, SweepKind, Versions
from scanner.inventory.inventory import Inventory
from scanner.inventory.tracking import SERIAL_FIELDS, UUID_FIELDS, identities
from scanner.matching.database import Database
from scanner.matching.verdict import judge
from scanner.model.coverage import Coverage
from scanner.model.device import Found, Place
from scanner.model.field import Field
from scanner.model.host import Endpoint, Host
from scanner.model.observation import Fact, Observation, Via
from scanner.model.scope import Range, merge
from scanner.site.file import read

FIRST_NIGHT = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
WHOLE_SEGMENT = "10.0.0.0/24"
# Blocks that the IEEE registered to Hikvision and to Axis; a serial number as SADP replies write it.
CAMERA_MAC = "c0:56:e3:7a:31:02"
ENCODER_MAC = "00:40:8c:00:00:09"
CAMERA_SERIAL = "DS-2CD2032-I20150101AACH507412345"
DEPOT = """\
schema = 1

[site]
name = "depot"

[[segment]]
name = "cctv"
role = "cctv"
networks = ["10.0.0.0/24"]
"""
HARBOUR = DEPOT.replace("depot", "harbour").replace('name = "cctv"', 'name = "quay"')


class Nights:
    """A clock that goes on by a day for every sweep."""

    def __init__(self) -> None:
        self.count = 0

    def now(self) -> datetime:
        return FIRST_NIGHT + timedelta(days=self.count)

    def monotonic(self) -> float:
        return self.count * 86_400.0

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("nothing here waits")


class Book:
    """An inventory that is filled night by night; ``db`` is what --db takes."""

    def __init__(self, db: str, database: Database) -> None:
        self.db = db
        self.nights = Nights()
        self.database = database
        self.versions = Versions("0.1.0", database.version, date(2026, 2, 1))
        self.inventory = Inventory.open(db, self.nights, read)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.inventory.engine.dispose()

    def add(self, site: str = DEPOT) -> None:
        self.inventory.add_site(site)

    def sweep(
        self,
        *seen: Sequence[Observation],
        site: str = "depot",
        covered: Iterable[str] = (WHOLE_SEGMENT,),
        gaps: tuple[str, ...] = (),
        kind: SweepKind = SweepKind.SCAN,
        seen_at: datetime | None = None,
    ) -> int:
        """Enter a sweep that met one device for each list of observations; return its number.

        Only a scan misses devices. ``seen_at`` is when those of a file or capture were there.
        """
        place = self.inventory.site(site)
        log = self.inventory.begin_sweep(place, kind, {}, self.versions)
        kept = log.keep([Kept(device[0].host, tuple(device)) for device in seen])
        coverage = self._coverage(len(seen), covered if kind is SweepKind.SCAN else (), gaps)
        log.finish(
            [self._result(site, one, seen_at) for one in kept],
            coverage,
            lambda place: coverage.covers(place.address),
            seen_at=seen_at,
        )
        self.nights.count += 1
        return log.number

    def _coverage(self, count: int, covered: Iterable[str], gaps: tuple[str, ...]) -> Coverage:
        ranges = merge(Range.hosts_of(ip_network(network)) for network in covered)
        now = self.nights.now()
        return Coverage(
            now, now + timedelta(seconds=9), sum(map(len, ranges)), count, count, gaps=gaps, ranges=ranges
        )

    def _result(self, site: str, one: Kept, seen_at: datetime | None) -> Result:
        verdict = replace(judge(one.host, one.observations, self.database), last_seen=seen_at)
        shown = [(seen.field, seen.value) for seen in one.observations if seen.field in _BEARING]
        segment = self.inventory.site(site).segment_of(one.host.address)
        place = Place(segment.name if segment else "", one.host.address)
        found = Found(place, verdict, identities(verdict, shown))
        return Result(found, (one,), strongest(verdict.matches), ("CVE-2021-36260 possible",))


_BEARING = SERIAL_FIELDS | UUID_FIELDS


def host(address: str, mac: str | None) -> Host:
    return Host(ip_address(address), mac, "eth0", "10.0.0.0/24")


def device(address: str, mac: str | None, *told: tuple[Field, str]) -> tuple[Observation, ...]:
    """Return a device that shows facts over HTTP, beside its hardware address."""
    known, at = host(address, mac), FIRST_NIGHT
    link = () if mac is None else (Fact(Field.MAC, mac, mac.encode()).seen(known, "arp", Via.LINK, at),)
    web = Endpoint(known.address, 80)
    return (
        *link,
        *(
            Fact(field, value, reply(field, value)).seen(known, "landing", Via.CONNECTION, at, web)
            for field, value in told
        ),
    )


def camera(address: str, *told: tuple[Field, str], version: str = "V5.7.3") -> tuple[Observation, ...]:
    """Return a camera whose firmware a SADP reply names, wherever it stands."""
    firmware = (Field.SADP_SOFTWARE, f"{version}build 220112")
    return device(address, CAMERA_MAC, (Field.SADP_SERIAL, CAMERA_SERIAL), firmware, *told)


def encoder(address: str = "10.0.0.9") -> tuple[Observation, ...]:
    """Return another maker's device, of which only the hardware address hints at it."""
    return device(address, ENCODER_MAC, (Field.HTTP_SERVER, "Apache"))


def reply(field: Field, value: str) -> bytes:
    """Return a message that shows a fact."""
    return f"HTTP/1.1 200 OK\r\n{field.value}: ".encode() + value.encode("utf-8", "backslashreplace")
