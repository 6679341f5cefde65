"""dnsmasq's lease file: one line a lease, IPv4 first, IPv6 below the server's own ``duid``.

    1795262532 02:00:00:00:00:05 10.0.0.5 gate-camera 01:02:00:00:00:00:05
    1795262532 16777221 fd00::5 gate-camera 00:03:00:01:02:00:00:00:00:05

Expiry in seconds since 1970 (0: never), hardware address (IPv6: the IAID), address, host name or ``*``,
client id or ``*``. Source: lease_update_file in dnsmasq's src/lease.c; a hardware type other than Ethernet
stands before the address as ``06-``. The file does not tell when a lease began, so a lease is as old as
the file; one that had ended by then, in a file that is not kept any more, is as old as its end.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial

from scanner.intake import moment
from scanner.intake.contract import Kind, Source, Told
from scanner.intake.lease import Lease, identifier
from scanner.intake.line import BadLine
from scanner.intake.text_line import Line, Reading, address, mac
from scanner.model.sighting import Sighting

NAME = "dnsmasq"
EXPECTED = "dnsmasq's lease file, such as '1795262532 02:00:00:00:00:05 10.0.0.5 gate-camera *'"

_SERVER_DUID = "duid"
_ABSENT = "*"
_WORDS = 5
# Beyond any calendar, and short enough to read.
_MAX_DIGITS = 20
# Before 2000: on devices without a clock dnsmasq writes the length of a lease instead (HAVE_BROKEN_RTC).
_FIRST_EXPIRY_S = 946_684_800


def read(source: Source) -> Iterator[Told]:
    """Yield the client of every lease."""
    reading = Reading(source)
    lines = reading.opened(EXPECTED, partial(_is_ours, source.told_at))
    yield from reading.understood(lines, partial(_take, source.told_at))
    yield from reading.closed()


KIND = Kind(NAME, "dnsmasq's lease file, dnsmasq.leases", read)


def _take(told_at: datetime, line: Line) -> Iterable[Sighting]:
    return () if _is_server_duid(line.text) else _lease(line, told_at).shown(NAME)


def _lease(line: Line, told_at: datetime) -> Lease:
    words = line.text.split(maxsplit=_WORDS)
    if len(words) != _WORDS or not words[0].isdecimal():
        raise BadLine("it is not a lease: expiry, hardware address, address, host name and client id")
    expiry, hardware, place, host_name, client_id = words
    held = address(place)
    ends_at_s = int(expiry[:_MAX_DIGITS])
    return Lease(
        line,
        held,
        moment.of_seconds(ends_at_s if ends_at_s >= _FIRST_EXPIRY_S else None, told_at),
        mac(hardware) if held.version == 4 else None,
        "" if host_name == _ABSENT else host_name,
        "" if client_id == _ABSENT else identifier(client_id),
    )


def _is_ours(told_at: datetime, text: str) -> bool:
    return _is_server_duid(text) or bool(_lease(Line(0, text), told_at))


def _is_server_duid(text: str) -> bool:
    return text.split(maxsplit=1)[:1] == [_SERVER_DUID]
