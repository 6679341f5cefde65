"""How far a sweep of a site got: which segments it reached, and where a device would have been met.

A segment that is cut off looks as if everybody in it had left. So where devices are known and nobody at all
answers, nothing is said of them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from scanner.model.coverage import Coverage, SegmentCoverage
from scanner.model.device import Place
from scanner.model.field import Field
from scanner.model.host import Address
from scanner.model.scope import Network, Range, Scope, intersect, merge, subtract
from scanner.model.site import Segment, Site
from scanner.sweep.port import LIKELY_FIRST
from scanner.sweep.roster import OUT_OF_HOURS, Record
from scanner.sweep.run import Sweep

OUT_OF_TIME = "out of time"


@dataclass(frozen=True, slots=True)
class Part:
    """One network of one segment: what a cable, a router or a firewall cuts off as a whole."""

    segment: str
    network: Network | None


@dataclass(frozen=True)
class Reach:
    """What a finished sweep of a site got to. ``known`` are the places of the devices that it has."""

    site: Site
    sweep: Sweep
    known: Sequence[Place]

    def covers(self, place: Place) -> bool:
        """Whether a device at this place would have been met, so that its absence says something."""
        if place.address.is_unspecified or self._part(place.segment, place.address) in self.unreached:
            return False
        return self.sweep.plan.scope.permits(place.address) and self._is_looked_at(place.address)

    def told(self, coverage: Coverage) -> Coverage:
        """Return the sweep's coverage with what is known of the site's segments."""
        silent = [_range(part.network) for part in self.unreached if part.network is not None]
        looked_at = intersect(_permitted(self.sweep.plan.scope), self._looked_at)
        return replace(
            coverage,
            gaps=(*coverage.gaps, *self._gaps()),
            segments=tuple(self._segments()),
            ranges=subtract(looked_at, silent),
        )

    @cached_property
    def unreached(self) -> frozenset[Part]:
        """Where devices are known, somebody was to be asked, and nobody answered but perhaps a router."""
        met = ((self._part_of(one), one.host.address) for one in self.sweep.roster if one.is_somebody)
        answered = {part for part, address in met if not self._may_be_router(part, address)}
        asked = [place for place in self.known if self.sweep.plan.scope.permits(place.address)]
        parts = ((self._part(place.segment, place.address), place.address) for place in asked)
        return frozenset(part for part, address in parts if not self._may_be_router(part, address)) - answered

    def _may_be_router(self, part: Part, address: Address) -> bool:
        """Whether an answer may be that of the router's far leg, which stands whatever became of the segment.

        By custom it has the first or the last address of a network that is reached through it.
        """
        if part.network is None or any(address in net for net in self._attached):
            return False
        hosts = Range.hosts_of(part.network)
        return int(address) in (hosts.first, hosts.last)

    @cached_property
    def _attached(self) -> tuple[Network, ...]:
        return tuple(own.network for one in self.sweep.plan.interfaces for own in one.ipv4)

    @cached_property
    def _looked_at(self) -> tuple[Range, ...]:
        """Every address at which the discoverers would have found somebody.

        Behind a router only an open port shows a device, so a sweep of few ports proves nothing there; and
        on an interface on which the search broke off, nothing was proved either.
        """
        attached = {one.name: [own.network for own in one.ipv4] for one in self.sweep.plan.interfaces}
        lost = [_range(net) for name in self.sweep.lost_interfaces for net in attached.get(name, ())]
        if set(LIKELY_FIRST) <= set(self.sweep.plan.ports):
            return subtract(self.sweep.plan.scope.targets, lost)
        return subtract([_range(net) for nets in attached.values() for net in nets], lost)

    def _is_looked_at(self, address: Address) -> bool:
        return bool(intersect([Range.of(address, address)], self._looked_at))

    def _gaps(self) -> Iterator[str]:
        counted = Counter(self._part(place.segment, place.address) for place in self.known)
        for part in sorted(self.unreached, key=str):
            where = f" ({part.network})" if part.network else ""
            yield (
                f"nobody answered in the segment {part.segment or 'that nobody has mapped'}{where}, where "
                f"{counted[part]} devices are known: it was not reached, and none of them counts as missing; "
                "check the way there"
            )

    def _segments(self) -> Iterator[SegmentCoverage]:
        records: dict[str, list[Record]] = {}
        for record in self.sweep.roster:
            if record.is_somebody:
                records.setdefault(self._part_of(record).segment, []).append(record)
        areas = _areas(self.site.segments)
        for segment in self.site.segments:
            yield self._segment(segment.name, areas[segment.name], records.pop(segment.name, []))
        for name in sorted(records):
            yield self._segment(name, (), records[name])

    def _segment(self, name: str, area: Iterable[Range], records: Sequence[Record]) -> SegmentCoverage:
        mine = intersect(merge(self.sweep.plan.scope.targets), area)
        inside = [one for one in records if self.sweep.plan.scope.permits(one.host.address)]
        why = Counter(one.shortfall for one in inside)
        return SegmentCoverage(
            name=name,
            in_scope=_count(mine),
            answered=len({one.host.address for one in records}),
            examined=why[""],
            refused=sum(_has_refused(one) for one in inside),
            timed_out=why[OUT_OF_TIME],
            excluded=_count(intersect(mine, self.sweep.plan.scope.excluded)),
            out_of_hours=why[OUT_OF_HOURS],
            is_reached=name not in {part.segment for part in self.unreached},
        )

    def _part_of(self, record: Record) -> Part:
        segment = self.site.segment_of(record.host.address, record.host.segment)
        return self._part(segment.name if segment else "", record.host.address)

    def _part(self, segment: str, address: Address) -> Part:
        networks = [net for one in self.site.segments if one.name == segment for net in one.networks]
        holding = [net for net in networks if address in net]
        return Part(segment, min(holding, key=lambda net: net.num_addresses, default=None))


def _areas(segments: Iterable[Segment]) -> dict[str, tuple[Range, ...]]:
    """Return the addresses of each segment; what lies in several networks belongs to the smallest one."""
    networks = [(net, segment.name) for segment in segments for net in segment.networks]
    areas: dict[str, tuple[Range, ...]] = {segment.name: () for segment in segments}
    taken: tuple[Range, ...] = ()
    for network, name in sorted(networks, key=lambda one: one[0].num_addresses):
        own = subtract([_range(network)], taken)
        areas[name] = merge((*areas[name], *own))
        taken = merge((*taken, *own))
    return areas


def _permitted(scope: Scope) -> tuple[Range, ...]:
    """Return a scope's addresses without its exclusions; what it may not ask is not among its targets."""
    return subtract(scope.targets, scope.excluded)


def _range(network: Network) -> Range:
    return Range.of_network(network)


def _count(ranges: Iterable[Range]) -> int:
    return sum(map(len, ranges))


def _has_refused(record: Record) -> bool:
    """Whether a host was asked and has none of the examined ports open."""
    is_open = any(seen.field is Field.PORT_OPEN for seen in record.observations)
    return not record.shortfall and not record.results and not is_open
