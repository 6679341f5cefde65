"""A DHCP lease, whichever server wrote it down."""

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from scanner.intake.line import BadLine
from scanner.intake.text_line import NO_ADDRESS, Line, is_one_host
from scanner.model.field import Field
from scanner.model.host import Address, Host
from scanner.model.sighting import Sighting

# As many as one census holds hosts, told of in two ways each.
MAX_LEASES = 2 * 65_536

_OCTETS = re.compile("(?:[0-9a-f]{2})*")


@dataclass(frozen=True, slots=True)
class Lease:
    """One client at one address, and the line or block that tells of it.

    ``at`` is when the client last spoke to the server. ``client_id`` is hex without colons. ``is_held``
    is False for an entry that says that somebody unknown, or nobody, has the address.
    """

    line: Line
    address: Address
    at: datetime
    mac: str | None = None
    host_name: str = ""
    client_id: str = ""
    vendor_class: str = ""
    is_held: bool = True

    def shown(self, kind: str) -> Iterator[Sighting]:
        """Yield the client; nobody where the lease names none."""
        if self.mac and not is_one_host(self.mac):
            return
        if not (self.mac or self.host_name or self.client_id):
            return
        told = (
            (Field.DHCP_HOSTNAME, self.host_name),
            (Field.DHCP_CLIENT_ID, self.client_id),
            (Field.DHCP_VENDOR_CLASS, self.vendor_class),
        )
        yield self.line.shows(Host(self.address, self.mac), kind, self.at, *told)

    @property
    def client(self) -> str:
        """What the client is known by; empty for nobody."""
        return (self.mac or self.client_id) if self.is_held else ""


@dataclass(slots=True)
class History:
    """The leases of a file that grows at its end: an address belongs to the client of its last entry.

    What a client told is kept once, as it told it last: servers forget the name of a client that leaves.
    Whoever had an address before is kept with its own age and without the address, which is not its own
    any more.
    """

    _leases: dict[Hashable, Lease] = field(default_factory=dict)
    _holders: dict[Address, str] = field(default_factory=dict)

    def keep(self, lease: Lease) -> tuple[Sighting, ...]:
        """Take the next entry of the file; it shows nobody yet. Raises BadLine when there are too many."""
        told = (lease.address, lease.client, lease.host_name, lease.client_id, lease.vendor_class)
        if len(self._leases) >= MAX_LEASES and told not in self._leases:
            raise BadLine(f"there are more than {MAX_LEASES} leases")
        self._holders[lease.address] = lease.client
        self._leases.pop(told, None)
        self._leases[told] = lease
        return ()

    def shown(self, kind: str) -> Iterator[Sighting]:
        """Yield every client, in the order in which the file told of it last."""
        for lease in self._leases.values():
            if not lease.is_held:
                continue
            if self._holders[lease.address] == lease.client:
                yield from lease.shown(kind)
            elif lease.mac:
                # Without a MAC and without its address a client cannot be told from any other.
                yield from replace(lease, address=NO_ADDRESS).shown(kind)


def identifier(text: str) -> str:
    """Return a client identifier, in hex with colons or without, as ``Lease`` has it. Raises BadLine."""
    digits = text.replace(":", "").lower()
    if not _OCTETS.fullmatch(digits):
        raise BadLine(f"{text[:40]!r} is not a client identifier in hex")
    return digits
