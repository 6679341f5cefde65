"""nmap's XML files of any length, with or without scripts: host by host, in bounded memory.

Each host is read as ``protocols.nmap_xml`` reads a whole answer. Hosts that are down, and those that nmap
only takes for up (``-Pn``) and never heard, are none. What scripts ask the whole LAN (``broadcast-*``) is
left out: nmap does not keep who answered.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from scanner.intake import moment, sniff
from scanner.intake.contract import Kind, Source, Told
from scanner.intake.markup import Piece, Pieces
from scanner.model.host import Address, Endpoint, Host
from scanner.model.observation import Fact, Via
from scanner.model.sighting import Incident, Sighting
from scanner.protocols import nmap_xml
from scanner.protocols.nmap_xml import NmapHost
from scanner.protocols.text import decode

NAME = "nmap"
EXPECTED = "nmap's XML of -oX, which holds '<nmaprun'"
# What stands above the first host: the command, which may name thousands of targets, and the port list.
MAX_OPENING_BYTES = 256 * 1024
# nmap has 65,536 ports to tell of, each in 200 bytes or, with scripts, some of them in 4 KiB.
MAX_HOST_BYTES = nmap_xml.MAX_XML_BYTES - 1024
# Hosts that nmap has named and not finished; the largest scope without an override has as many.
MAX_UNFINISHED = 65_536
# Who reads more than twenty complaints repeats the scan.
MAX_COMPLAINTS = 20

_WRAP = b"<nmaprun>%b</nmaprun>"
_START = re.compile(rb'<nmaprun\s[^<>]*?\sstart="([0-9]{1,10})"')
_EXIT = re.compile(rb'<finished\s[^<>]*?\sexit="([a-z]+)"')
_FINISHED = re.compile(rb"<finished\s")
_SUCCESS = b"success"


def read(source: Source) -> Iterator[Told]:
    """Yield a sighting for every host that answered, and what nmap itself says it did not finish."""
    pieces = Pieces(source.stream, MAX_HOST_BYTES)
    opening = pieces.opening(MAX_OPENING_BYTES)
    if not _is_ours(opening):
        raise sniff.not_this_kind(source.name, EXPECTED, decode(opening[: sniff.MAX_CHARACTERS]))
    start = _START.search(opening)
    run = _Run(source, moment.of_seconds(int(start[1]) if start else None, source.told_at))
    for piece in pieces.cut("host", "hosthint", "runstats"):
        yield from run.take(piece)
    yield from run.closed(pieces.end)


KIND = Kind(NAME, "nmap's XML: -oX, with or without scripts", read)


def _is_ours(opening: bytes) -> bool:
    """Whether it opens as nmap's XML; an entity declaration, which nmap never writes, has no place in it."""
    above, found, _ = opening.partition(b"<nmaprun")
    return bool(found) and sniff.looks_like(decode(above + found + b">")) == NAME and b"<!ENTITY" not in above


@dataclass(slots=True)
class _Run:
    """One run of nmap; ``started_at`` is the time of hosts of which nmap does not tell when it ended."""

    source: Source
    started_at: datetime
    is_over: bool = False
    unfinished: dict[Address, NmapHost] = field(default_factory=dict)
    complaint_count: int = 0

    def take(self, piece: Piece) -> Iterator[Told]:
        """Yield what one element tells."""
        if piece.name == "runstats":
            yield from self._end(piece)
        elif not piece.is_whole:
            yield from self._complain(piece, "this host is not whole")
        elif (host := _host(piece)) is None:
            yield from self._complain(piece, "this host has no address, or is not XML")
        elif piece.name == "hosthint":
            self._expect(host)
        else:
            yield from self._finish(host, piece)

    def _finish(self, host: NmapHost, piece: Piece) -> Iterator[Told]:
        self.unfinished.pop(host.address, None)
        if host.timed_out:
            yield from self._complain(piece, f"nmap gave {host.address} up unfinished (--host-timeout)")
        # masscan, whose XML is like nmap's, gives no state and tells only of hosts that answered.
        if host.state != "down" and host.has_answered:
            yield self._sighting(host)

    def _expect(self, host: NmapHost) -> None:
        if len(self.unfinished) < MAX_UNFINISHED:
            self.unfinished[host.address] = host

    def _end(self, piece: Piece) -> Iterator[Incident]:
        said = _EXIT.search(piece.data)
        self.is_over = piece.is_whole and bool(_FINISHED.search(piece.data))
        if said and said[1] != _SUCCESS:
            yield Incident(
                f"{self.source.name}: nmap says that it ended with an error, so hosts may be missing. "
                "Scan again."
            )

    def _complain(self, piece: Piece, reason: str) -> Iterator[Incident]:
        self.complaint_count += 1
        if self.complaint_count <= MAX_COMPLAINTS:
            yield Incident(f"{self.source.name}, byte {piece.position}: {reason}.")

    def closed(self, size: int) -> Iterator[Told]:
        """Yield, at the end of the file, the hosts that nmap had only begun with, and what is missing."""
        for host in self.unfinished.values():
            yield self._sighting(host)
        if self.complaint_count > MAX_COMPLAINTS:
            more = self.complaint_count - MAX_COMPLAINTS
            yield Incident(f"{self.source.name}: {more} further hosts are not whole.")
        if not self.is_over:
            yield Incident(
                f"{self.source.name} ends at byte {size}, before nmap was done: hosts are missing. "
                "Let nmap finish, and import the file then."
            )

    def _sighting(self, host: NmapHost) -> Sighting:
        met = Host(host.address, host.mac)
        at = moment.of_seconds(host.ended_at_s, self.source.told_at) if host.ended_at_s else self.started_at
        seen = (fact.seen(met, NAME, Via.IMPORTED, at, where) for fact, where in _facts(host))
        return Sighting(met, tuple(dict.fromkeys(seen)))


def _host(piece: Piece) -> NmapHost | None:
    data = piece.data
    if piece.name == "hosthint":
        data = data.replace(b"<hosthint", b"<host", 1).replace(b"</hosthint>", b"</host>")
    return next(iter(nmap_xml.parse(_WRAP % data)), None)


def _facts(host: NmapHost) -> Iterator[tuple[Fact, Endpoint | None]]:
    yield from ((fact, None) for fact in host.own_facts())
    for port in host.ports:
        where = Endpoint(host.address, port.port, port.transport)
        yield from ((fact, where) for fact in port.facts())
