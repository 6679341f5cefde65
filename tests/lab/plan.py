"""Which devices stand at which addresses: decided before anything runs, and the same every time."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from ipaddress import IPv4Address, IPv4Network
from itertools import cycle, islice
from typing import Any, Self

from tests.lab.crowd import crowd_hosts
from tests.lab.errors import LabError
from tests.lab.lan import router_address, router_mac, scanner_address
from tests.lab.persona import Persona, Truth
from tests.lab.personas import DEFAULT_PERSONAS, EXTRA_PERSONA, persona_named
from tests.lab.unit import Unit

LAN_NETWORK = "10.77.0.0/24"
LOOPBACK_NETWORK = "127.77.0.0/24"
# The first addresses of a network are its router's and the scanner's; devices start here and wrap round.
FIRST_DEVICE = 10
DEFAULT_ANNOUNCE_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected(Truth):
    """What is true of the device at one address; ``mac`` is empty where it has none (loopback).

    While its segment is cut off, it is not ``reachable``.
    """

    address: str
    mac: str
    serial: str
    persona: str
    segment: str = "lan0"
    reachable: bool = True

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Self:
        """Read a row of JSON, which knows lists but no tuples."""
        fields: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in row.items()
        }
        return cls(**fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Further:
    """A further segment: reached by an interface of the scanner, or ``routed``, through the lab's router."""

    network: str
    personas: tuple[str, ...]
    routed: bool = False

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Self:
        """Read what JSON made of one."""
        return cls(**row | {"personas": tuple(row["personas"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to bring up: one persona name per device, and the network to put them on.

    That network is the segment lan0; ``further`` ones are lan1 and so on, in their order.

    ``crowd`` further hosts answer ARP alone, and lose the share ``crowd_loss`` of the requests.
    ``announce_seconds`` 0 keeps every device from speaking unasked.
    """

    personas: tuple[str, ...] = DEFAULT_PERSONAS
    network: str = LAN_NETWORK
    loopback: bool = False
    further: tuple[Further, ...] = ()
    crowd: int = 0
    crowd_loss: float = 0.0
    announce_seconds: float = DEFAULT_ANNOUNCE_SECONDS

    def to_json(self) -> str:
        """Return the plan as a line of JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, line: str) -> Self:
        """Read the line that ``to_json`` made."""
        fields = json.loads(line)
        further = tuple(map(Further.from_json, fields["further"]))
        return cls(**fields | {"personas": tuple(fields["personas"]), "further": further})

    def router(self) -> list[tuple[IPv4Address, str, str]]:
        """Return address, MAC and segment of every leg of the router; none without routed segments."""
        routed = [(number, one.network) for number, one in enumerate(self.further, 1) if one.routed]
        if not routed or self.loopback:
            return []
        legs = [(0, self.network), *routed]
        return [(router_address(IPv4Network(network)), router_mac(n), f"lan{n}") for n, network in legs]

    def addresses(self, network: str = "") -> list[IPv4Address]:
        """Return every address that a device may have, in the order they are given out."""
        whole = IPv4Network(network or self.network)
        taken = {scanner_address(whole), *(row[0] for row in self.router())}
        hosts = [host for host in whole.hosts() if host not in taken]
        early = [host for host in hosts if int(host) < int(whole.network_address) + FIRST_DEVICE]
        return hosts[len(early) :] + early

    def devices(self) -> Iterator[tuple[Persona, Unit]]:
        """Return persona and unit of every device; raises ``LabError`` when a network is too small."""
        copies: Counter[str] = Counter()
        for name, address in self._places():
            persona = persona_named(name)
            yield persona, persona.unit(address, copies[name])
            copies[name] += 1

    def _places(self) -> Iterator[tuple[str, IPv4Address]]:
        first = (self.network, self.personas, self.crowd)
        for network, names, crowd in (first, *((one.network, one.personas, 0) for one in self.further)):
            addresses, wanted = self.addresses(network), len(names) + crowd
            if wanted > len(addresses):
                raise LabError(f"{network} has room for {len(addresses)} hosts, not for {wanted}")
            yield from zip(names, addresses, strict=False)

    def crowd_hosts(self) -> dict[IPv4Address, bytes]:
        """Return address and MAC of every host of the crowd."""
        return crowd_hosts(self.addresses()[len(self.personas) :], self.crowd)


def personas_for(names: tuple[str, ...] = (), devices: int = 0, extra: int = 0) -> tuple[str, ...]:
    """Return persona names: those given or the default set, repeated up to ``devices``, then extras."""
    chosen = names or DEFAULT_PERSONAS
    for name in chosen:
        persona_named(name)
    repeated = tuple(islice(cycle(chosen), devices)) if devices else chosen
    return repeated + (EXTRA_PERSONA,) * extra
