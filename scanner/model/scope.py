"""The authorised networks: what may be asked, decided in one place and checked again at send time."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
    summarize_address_range,
)

from scanner.model.host import Address

Network = IPv4Network | IPv6Network

# Our own list: what ``ipaddress`` calls private differs between Python versions (CVE-2024-4032).
# RFC 1918, RFC 3927, RFC 1122 loopback, RFC 4193, RFC 4291.
PRIVATE_NETWORKS: tuple[Network, ...] = tuple(
    ip_network(text)
    for text in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "169.254.0.0/16",
        "127.0.0.0/8",
        "fc00::/7",
        "fe80::/10",
        "::1/128",
    )
)
# Why an address that showed itself is not examined.
EXCLUDED = "excluded"
OUTSIDE = "outside the scope"
NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052


def unmapped(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address stands for (mapped, 6to4, NAT64), else itself."""
    if isinstance(address, IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour
    if inner is not None:
        return inner
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


@dataclass(frozen=True, slots=True, order=True)
class Range:
    """Addresses from first to last of one family, both included."""

    version: int
    first: int
    last: int

    @classmethod
    def of(cls, first: Address, last: Address) -> "Range":
        """Return the range between two addresses of one family."""
        return cls(first.version, int(first), int(last))

    @classmethod
    def hosts_of(cls, network: Network) -> "Range":
        """Return a network's addresses, without IPv4's network and broadcast address."""
        first, last = int(network.network_address), int(network.broadcast_address)
        if network.version == 4 and network.prefixlen < 31:
            first, last = first + 1, last - 1
        return cls(network.version, first, last)

    def __len__(self) -> int:
        return self.last - self.first + 1

    @classmethod
    def of_network(cls, network: Network) -> "Range":
        """Return all of a network's addresses."""
        return cls.of(network.network_address, network.broadcast_address)

    def overlap(self, other: "Range") -> "Range | None":
        """Return the addresses in both, or None where there are none."""
        first, last = max(self.first, other.first), min(self.last, other.last)
        if self.version != other.version or first > last:
            return None
        return Range(self.version, first, last)

    def networks(self) -> Iterator[Network]:
        """Yield the fewest networks that cover the range."""
        kind = IPv4Address if self.version == 4 else IPv6Address
        yield from summarize_address_range(kind(self.first), kind(self.last))


@dataclass(frozen=True)
class Scope:
    """What the operator may examine. ``permits`` is the only authority.

    ``targets`` are the authorised ranges, ``excluded`` always wins, and an address outside the
    private networks needs ``public`` to name it.
    """

    targets: tuple[Range, ...]
    excluded: tuple[Range, ...] = ()
    public: tuple[Network, ...] = ()

    def permits(self, address: Address) -> bool:
        """Whether a packet may be sent to this address."""
        return within(unmapped(address), self._permitted)

    def excludes(self, address: Address) -> bool:
        """Whether an address lies in the targets and an exclusion took it out."""
        plain = unmapped(address)
        return within(plain, self._merged_targets) and within(plain, merge(self.excluded))

    def why_left_out(self, address: Address) -> str | None:
        """Return why an address that showed itself is not examined, or None when it may be."""
        if self.permits(address):
            return None
        return EXCLUDED if self.excludes(address) else OUTSIDE

    def overlaps(self, network: Network) -> bool:
        """Whether any target lies in a network; an attached segment without targets is left alone."""
        return bool(intersect(self._merged_targets, [Range.of_network(network)]))

    def addresses(self) -> Iterator[Address]:
        """Yield every permitted target once, in order."""
        return _addresses(self._permitted)

    def addresses_within(self, network: Network) -> Iterator[Address]:
        """Yield the permitted targets that lie in a network, without its own and broadcast address."""
        return _addresses(intersect(self._permitted, [Range.hosts_of(network)]))

    def addresses_outside(self, networks: Iterable[Network]) -> Iterator[Address]:
        """Yield the permitted targets that lie in none of some networks."""
        return _addresses(subtract(self._permitted, map(Range.of_network, networks)))

    def without(self, addresses: Iterable[Address]) -> "Scope":
        """Return the same scope with some more addresses excluded."""
        return replace(self, excluded=merge((*self.excluded, *(Range.of(one, one) for one in addresses))))

    @property
    def size(self) -> int:
        """How many addresses the targets name, exclusions included."""
        return sum(len(piece) for piece in self._merged_targets)

    @property
    def excluded_count(self) -> int:
        """How many of the targets' addresses are excluded."""
        return sum(len(piece) for piece in intersect(self._merged_targets, self.excluded))

    @cached_property
    def _merged_targets(self) -> tuple[Range, ...]:
        return merge(self.targets)

    @cached_property
    def _permitted(self) -> tuple[Range, ...]:
        allowed = map(Range.of_network, (*PRIVATE_NETWORKS, *self.public))
        return subtract(intersect(self._merged_targets, allowed), self.excluded)


def is_private(address: Address) -> bool:
    """Whether an address is private, link-local, unique local or loopback."""
    plain = unmapped(address)
    return any(plain.version == network.version and plain in network for network in PRIVATE_NETWORKS)


def merge(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """Return the same addresses as sorted ranges that neither touch nor overlap."""
    merged: list[Range] = []
    for piece in sorted(ranges):
        last = merged[-1] if merged else None
        if last is not None and last.version == piece.version and piece.first <= last.last + 1:
            merged[-1] = Range(last.version, last.first, max(last.last, piece.last))
        else:
            merged.append(piece)
    return tuple(merged)


def intersect(ranges: Iterable[Range], others: Iterable[Range]) -> tuple[Range, ...]:
    """Return the addresses that are in both, merged."""
    kept = tuple(others)
    return merge(both for piece in ranges for other in kept if (both := piece.overlap(other)) is not None)


def subtract(ranges: Iterable[Range], taken: Iterable[Range]) -> tuple[Range, ...]:
    """Return the addresses of ``ranges`` that are not in ``taken``, merged.

    Takes time in proportion to the pieces: a resumed sweep takes out tens of thousands of addresses.
    """
    holes = merge(taken)
    return tuple(rest for piece in merge(ranges) for rest in _without(piece, holes))


def _without(piece: Range, holes: Sequence[Range]) -> Iterator[Range]:
    """Yield what some merged holes leave of a range, in order."""
    first = piece.first
    # The last hole that begins before the range may reach into it.
    for place in range(max(0, bisect_right(holes, piece) - 1), len(holes)):
        both = piece.overlap(holes[place])
        if both is None and holes[place] > piece:
            break
        if both is not None:
            if first < both.first:
                yield Range(piece.version, first, both.first - 1)
            first = both.last + 1
    if first <= piece.last:
        yield Range(piece.version, first, piece.last)


def _addresses(ranges: Iterable[Range]) -> Iterator[Address]:
    for piece in ranges:
        kind = IPv4Address if piece.version == 4 else IPv6Address
        for number in range(piece.first, piece.last + 1):
            yield kind(number)


def within(address: Address, merged: tuple[Range, ...]) -> bool:
    """Whether an address lies in any of some merged ranges."""
    place = bisect_right(merged, Range(address.version, int(address), 1 << 128)) - 1
    if place < 0:
        return False
    piece = merged[place]
    return piece.version == address.version and piece.first <= int(address) <= piece.last


def parse_address(text: str) -> Address:
    """Return an address without a zone; raises ValueError."""
    if "%" in text:
        raise ValueError(f"{text!r} names a zone; give the address and --interface instead")
    return ip_address(text)
