"""What ``arp`` prints: the IPv4 neighbours of a Linux, BSD, macOS or Windows machine.

Formats: ``arp -a`` and ``arp -n`` of net-tools (arp(8)), ``/proc/net/arp`` (proc_pid_net(5)), ``arp -a``
of BSD and macOS (usr.sbin/arp/arp.c of FreeBSD) and of Windows, in any language of its own words. An
address that nobody answered for (``<incomplete>``) is not a host, and neither are the groups and the
broadcast address that Windows lists. The table tells no time: a neighbour was there within minutes
before it was printed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from scanner.intake.contract import Kind, Source, Told
from scanner.intake.line import BadLine
from scanner.intake.text_line import Line, Reading, address, is_one_host, mac
from scanner.model.host import Host
from scanner.model.sighting import Sighting

NAME = "arp"
EXPECTED = "the output of 'arp -an', such as '? (10.0.0.5) at 02:00:00:00:00:05 [ether] on eth0'"

_V4 = r"(?P<address>[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+)"
_HEX = r"[0-9a-fA-F]{1,2}"
_COLONS = rf"(?P<mac>{_HEX}(?::{_HEX}){{5}})"
_ROWS = tuple(
    re.compile(row)
    for row in (
        # net-tools and BSD: ? (10.0.0.5) at 02:00:00:00:00:05 [ether] PERM on eth0
        rf"\S+ \({_V4}\) at {_COLONS}(?: .*?)? on (?P<interface>\S+)",
        # arp -n: 10.0.0.5    ether   02:00:00:00:00:05   C    (mask)    eth0
        rf"{_V4}\s+ether\s+{_COLONS}\s+[A-Z!*]+\s+(?:\S+\s+)?(?P<interface>\S+)$",
        # /proc/net/arp: 10.0.0.5    0x1    0x2    02:00:00:00:00:05    *    eth0
        rf"{_V4}\s+0x[0-9a-f]+\s+0x[0-9a-f]+\s+{_COLONS}\s+\S+\s+(?P<interface>\S+)$",
        # Windows: "  10.0.0.5     02-00-00-00-00-05     dynamic"
        rf"{_V4}\s+(?P<mac>{_HEX}(?:-{_HEX}){{5}})\s+\S+$",
    )
)
# The rows of the first three forms for an address that was asked for in vain.
_NOBODY = re.compile(
    r"\S+ \([0-9.]+\) at [<(]incomplete[>)]|[0-9.]+\s+\(incomplete\)\s|[0-9.]+\s+0x[0-9a-f]+\s+0x0\s"
)
# Windows heads each table with the interface's own address and its number in hex: "… 10.0.0.9 --- 0x4".
_WINDOWS_HEAD = re.compile(rf"\D*:\s+{_V4} --- 0x[0-9a-f]+$")
_DIGIT = re.compile(r"[0-9]")
# What 'arp -v' counts below its table.
_TOTAL = "Entries: "


def read(source: Source) -> Iterator[Told]:
    """Yield every neighbour with a hardware address of its own."""
    reading = Reading(source)
    yield from reading.understood(reading.opened(EXPECTED, _is_ours), _Table(source.told_at).take)
    yield from reading.closed()


KIND = Kind(NAME, "the output of 'arp -an' or Windows' 'arp -a'", read)


@dataclass(slots=True)
class _Table:
    told_at: datetime
    interface: str | None = None

    def take(self, line: Line) -> Iterator[Sighting]:
        text = line.text.strip()
        row = _row(text)
        if row is not None:
            yield from self._shown(line, row)
        elif heading := _WINDOWS_HEAD.match(text):
            self.interface = heading["address"]
        elif not _tells_nothing(text):
            raise BadLine(f"{text[:60]!r} is not a line of an ARP table")

    def _shown(self, line: Line, row: re.Match[str]) -> Iterator[Sighting]:
        place, hardware = address(row["address"]), mac(row["mac"])
        if is_one_host(hardware):
            interface = row.groupdict().get("interface", self.interface)
            yield line.shows(Host(place, hardware, interface), NAME, self.told_at)


def _is_ours(text: str) -> object:
    line = text.strip()
    return _row(line) or _WINDOWS_HEAD.match(line) or _NOBODY.match(line)


def _row(text: str) -> re.Match[str] | None:
    """Return the row of a table that a line is, in whichever of the forms."""
    if _NOBODY.match(text):
        return None
    return next((row for form in _ROWS if (row := form.match(text))), None)


def _tells_nothing(text: str) -> bool:
    """Whether a line only dresses the table, in whatever language, or names an address that nobody has."""
    return not _DIGIT.search(text) or text.startswith(_TOTAL) or _NOBODY.match(text) is not None
