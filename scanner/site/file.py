"""Site files: TOML that says whose network a site is, what is in it, and on what terms it may be swept."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from scanner.errors import UsageProblem
from scanner.model.scope import PRIVATE_NETWORKS, Network, Range, subtract
from scanner.model.site import Authorisation, Hours, NotifyTarget, Role, Segment, Site
from scanner.site import key
from scanner.site.notice import receiver
from scanner.site.table import Table, parse

# A key with one string on its line; what follows, such as a comment, stays.
_STRING = re.compile(r"""(\s*name\s*=\s*)(?:"[^"]*"|'[^']*')""")


def read(text: str) -> Site:
    """Return the site that a file describes.

    Raises UsageProblem with line, key and remedy for anything that it should not say. Whether the
    authorisation has ended is not asked here, since that depends on the day: see ``check_authorised``.
    """
    top = parse(text)
    top.check_known(key.TABLES[""])
    top.take(key.SCHEMA)
    head = top.one("site")
    if head is None:
        raise top.problem("site", "is missing", "Write [site] and below it the site's name.")
    head.check_known(key.TABLES["site"])
    public = top.take(key.PUBLIC)
    return Site(
        name=head.take(key.SITE_NAME),
        owner=head.take(key.OWNER),
        location=head.take(key.LOCATION),
        contact=head.take(key.CONTACT),
        segments=_segments(top.each("segment"), public),
        excluded=tuple(piece for ranges in top.take(key.EXCLUDE) for piece in ranges),
        public=public,
        hours=tuple(map(_hours, top.each("hours"))),
        zone=head.take(key.TIMEZONE),
        authorisation=_authorisation(top.one("authorisation")),
        profile=head.take(key.PROFILE),
        max_rate=head.take(key.MAX_RATE),
        gone_after=head.take(key.GONE_AFTER),
        labels=frozenset(head.take(key.LABELS)),
        notify=_receivers(top.each("notify")),
        notify_repeat_hours=head.take(key.REPEAT_HOURS),
    )


def renamed(text: str, name: str) -> str:
    """Return a site file with another name in it and everything else as it was. Raises UsageProblem."""
    site, lines = read(text), text.splitlines(keepends=True)
    place = parse(text).source.line("site", 0, key.SITE_NAME.name) - 1
    lines[place] = _STRING.sub(lambda found: f'{found[1]}"{name}"', lines[place], count=1)
    changed = "".join(lines)
    if read(changed) != replace(site, name=name):
        raise UsageProblem(
            f"The file of the site {site.name} writes its name in a way that only people can change. Change "
            "it with: camcensus site edit."
        )
    return changed


def _segments(tables: Sequence[Table], public: Iterable[Network]) -> tuple[Segment, ...]:
    segments = tuple(map(_segment, tables))
    told = list(zip(tables, segments, strict=True))
    for table, segment in told:
        _check_public(table, segment, public)
    _check_once(key.SEGMENT_NAME.name, ((table, segment.name) for table, segment in told))
    _check_once(key.VLAN.name, ((table, one.vlan) for table, one in told if one.vlan is not None))
    _check_once(key.NETWORKS.name, ((table, network) for table, one in told for network in one.networks))
    return segments


def _segment(table: Table) -> Segment:
    table.check_known(key.TABLES["segment"])
    name = table.take(key.SEGMENT_NAME)
    segment = Segment(name, Role(table.take(key.ROLE)), table.take(key.NETWORKS), table.take(key.VLAN))
    if not segment.networks and segment.vlan is None:
        raise table.problem("networks", "is missing, and so is vlan", key.NETWORKS.remedy)
    return segment


def _check_public(table: Table, segment: Segment, public: Iterable[Network]) -> None:
    """Raise UsageProblem for a network with addresses that are public and that nobody has permitted."""
    allowed = [Range.of_network(network) for network in (*PRIVATE_NETWORKS, *public)]
    for network in segment.networks:
        if subtract([Range.of_network(network)], allowed):
            raise table.problem(
                key.NETWORKS.name,
                f"holds {network}, which is not, or not wholly, in private address space",
                "If you are authorised to examine it, permit it at the top of the file: "
                f'public = ["{network}"].',
            )


def _check_once(name: str, told: Iterable[tuple[Table, object]]) -> None:
    """Raise UsageProblem for what two tables say, though it can be true of one only."""
    seen: dict[object, Table] = {}
    for table, said in told:
        if said in seen:
            first = seen[said]
            fault = f"says {said}, which [[{table.name}]] {first.index + 1} says already"
            raise table.problem(name, fault, "Give it to one of them.")
        seen[said] = table


def _hours(table: Table) -> Hours:
    table.check_known(key.TABLES["hours"])
    return Hours(table.take(key.WEEKDAYS), table.take(key.FROM_TIME), table.take(key.UNTIL_TIME))


def _authorisation(table: Table | None) -> Authorisation | None:
    if table is None:
        return None
    table.check_known(key.TABLES["authorisation"])
    return Authorisation(table.take(key.BY), table.take(key.UNTIL_DAY), table.take(key.REFERENCE))


def _receivers(tables: Sequence[Table]) -> tuple[NotifyTarget, ...]:
    targets = tuple(map(receiver, tables))
    _check_once(key.NOTIFY_NAME.name, ((table, one.name) for table, one in zip(tables, targets, strict=True)))
    return targets
