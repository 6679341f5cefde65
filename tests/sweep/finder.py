"""Discoverers that meet whom a test says."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from ipaddress import ip_address

from scanner.discovery.contract import Met, Tally
from scanner.model.field import Field
from scanner.model.host import Host
from scanner.model.observation import Fact, Via
from scanner.model.sighting import Sighting
from scanner.model.traffic import Traffic
from scanner.net.interface import Interface
from scanner.net.network import Network


class Finds:
    """Meets hosts, then ends as it is told."""

    traffic: tuple[Traffic, ...] = ()

    def __init__(self, *addresses: str, error: Exception | None = None, name: str = "finder") -> None:
        self.addresses, self.error, self.name = addresses, error, name

    async def discover(self, interfaces: Sequence[Interface], network: Network) -> AsyncIterator[Met]:
        for text in self.addresses:
            host = Host(ip_address(text))
            fact = Fact(Field.MAC, "c0:56:e3:00:00:01")
            yield Sighting(host, (fact.seen(host, self.name, Via.LINK, network.clock.now()),))
        if self.error:
            raise self.error

    def stop(self) -> None:
        """Nothing goes on."""

    def tallies(self) -> tuple[Tally, ...]:
        return ()


class Waits(Finds):
    """Never ends by itself."""

    async def discover(self, interfaces: Sequence[Interface], network: Network) -> AsyncIterator[Met]:
        async for sighting in super().discover(interfaces, network):
            yield sighting
        await asyncio.sleep(60)
