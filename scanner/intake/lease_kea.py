"""Kea's lease files, kea-leases4.csv and kea-leases6.csv: a header, then one row per change of a lease.

Kea appends a row whenever a lease changes, and tidies the file from time to time: the last row of an
address counts. Columns are found by their names, which grew in number from version to version:

    address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context

Source: csv_lease_file4.cc, csv_lease_file6.cc and csv_file.cc of Kea. There are no quotes: a comma in a
value stands as ``&#x2c``. ``expire`` less ``valid_lifetime``, both in seconds, is the client's last
message; a row with lifetime 0 says that the lease is gone, and names the client that had it. A declined
lease (state 1: somebody unknown answers there) and a delegated prefix are no host. Kea changes host names
before it writes them: to lower case, and without characters that DNS does not know, such as ``_``.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from scanner.intake import moment
from scanner.intake.contract import Kind, Source, Told
from scanner.intake.lease import History, Lease, identifier
from scanner.intake.line import BadLine
from scanner.intake.text_line import Line, Reading, address, mac
from scanner.model.sighting import Sighting

NAME = "kea"
EXPECTED = "Kea's lease file, with the header 'address,hwaddr,client_id,valid_lifetime,expire,...'"

_NEEDED = frozenset({"address", "hwaddr", "valid_lifetime", "expire"})
_DECLINED = "1"
_PREFIX = "2"  # lease_type of lease6: 0 address, 1 temporary address, 2 prefix
# csv_file.cc escapes a character as &#x and two hex digits.
_ESCAPE = re.compile(r"&#x([0-9a-fA-F]{2})")


def read(source: Source) -> Iterator[Told]:
    """Yield the client of every lease when the file has ended; only then is it known which was the last."""
    reading, rows = Reading(source), _Rows(source.told_at)
    yield from reading.understood(reading.opened(EXPECTED, _is_header), rows.take)
    yield from rows.history.shown(NAME)
    yield from reading.closed()


KIND = Kind(NAME, "Kea's lease file, kea-leases4.csv or kea-leases6.csv", read)


@dataclass(slots=True)
class _Rows:
    told_at: datetime
    history: History = field(default_factory=History)
    names: list[str] = field(default_factory=list)

    def take(self, line: Line) -> tuple[Sighting, ...]:
        if _is_header(line.text):
            self.names = line.text.strip().split(",")
            return ()
        row = dict(zip(self.names, map(_unescaped, line.text.split(",")), strict=False))
        if not row.keys() >= _NEEDED:
            raise BadLine("it is not a row of the table that the header describes")
        return () if row.get("lease_type") == _PREFIX else self.history.keep(self._lease(line, row))

    def _lease(self, line: Line, row: Mapping[str, str]) -> Lease:
        hardware = row["hwaddr"]
        client_id = row.get("client_id") or row.get("duid") or ""
        return Lease(
            line,
            address(row["address"]),
            _last_message(row, self.told_at),
            mac(hardware) if hardware else None,
            row.get("hostname", ""),
            identifier(client_id),
            is_held=row.get("state") != _DECLINED,
        )


def _is_header(text: str) -> bool:
    return _NEEDED.issubset(text.strip().split(","))


def _last_message(row: Mapping[str, str], told_at: datetime) -> datetime:
    expire, lifetime = row["expire"], row["valid_lifetime"]
    try:
        return moment.of_seconds(max(int(expire) - int(lifetime), 0), told_at)
    except ValueError as error:
        raise BadLine(
            f"{expire[:20]!r} and {lifetime[:20]!r} are not a time and a length in seconds"
        ) from error


def _unescaped(value: str) -> str:
    return _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), value)
