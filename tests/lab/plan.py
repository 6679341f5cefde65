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
from tests.lab.lan import scanner_address
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
    """What is true of the device at one address; ``mac`` is empty where it has none (loopback)."""

    address: str
    mac: str
    serial: str
    persona: str

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Self:
        """Read a row of JSON, which knows lists but no tuples."""
        fields: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in row.items()
        }
        return cls(**fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to bring up: one persona name per device, and the network to put them on.

    ``crowd`` further hosts answer ARP alone, and lose the share ``crowd_loss`` of the requests.
    ``announce_seconds`` 0 keeps every device from speaking unasked.
    """

    personas: tuple[str, ...] = DEFAULT_PERSONAS
    network: str = LAN_NETWORK
    loopback: bool = False
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
        return cls(**fields | {"personas": tuple(fields["personas"])})

    def addresses(self) -> list[IPv4Address]:
        """Return every address that a device may have, in the order they are given out."""
        network = IPv4Network(self.network)
        hosts = [host for host in network.hosts() if host != scanner_address(network)]
        start = FIRST_DEVICE - 2 if len(hosts) > FIRST_DEVICE else 0
        return hosts[start:] + hosts[:start]

    def devices(self) -> Iterator[tuple[Persona, Unit]]:
        """Return persona and unit of every device; raises ``LabError`` when the network is too small."""
        addresses = self.addresses()
        if len(self.personas) + self.crowd > len(addresses):
            wanted = len(self.personas) + self.crowd
            raise LabError(f"{self.network} has room for {len(addresses)} hosts, not for {wanted}")
        copies: Counter[str] = Counter()
        for name, address in zip(self.personas, addresses, strict=False):
            persona = persona_named(name)
            yield persona, persona.unit(address, copies[name])
            copies[name] += 1

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
