"""IGMP membership reports: which multicast groups a host listens to.

Layouts: RFC 1112 (version 1), RFC 2236 (version 2), RFC 3376 (version 3). A host that joins the group
of a discovery protocol speaks that protocol. Queries and leave messages say nothing and give no fact.
"""

from ipaddress import IPv4Address

from scanner.model.field import Field
from scanner.model.observation import Fact

_REPORT_V1 = 0x12
_REPORT_V2 = 0x16
_REPORT_V3 = 0x22

# RFC 3376 section 4.2.12: excluding no source, or some, is membership whatever the source list.
_EXCLUDES = frozenset({2, 4})
# Including, or allowing, is membership when at least one source is named.
_INCLUDES = frozenset({1, 3, 5})

# 1,500 bytes hold at most 184 records of 8 bytes; real hosts join a dozen groups.
_MAX_RECORDS = 184


def groups(message: bytes) -> tuple[IPv4Address, ...]:
    """Return the groups that a report joins, in wire order, each once. Never raises.

    ``message`` is what IP carries for protocol 2. A truncated report gives its whole records.
    """
    if len(message) < 8:
        return ()
    kind = message[0]
    if kind in (_REPORT_V1, _REPORT_V2):
        return _multicast([message[4:8]])
    if kind == _REPORT_V3:
        return _multicast(_joined(message))
    return ()


def read(data: bytes) -> tuple[Fact, ...]:
    """Return one fact for each group that the report joins."""
    return tuple(Fact(Field.IGMP_GROUP, str(group), data) for group in groups(data))


def _joined(message: bytes) -> list[bytes]:
    joined = []
    offset = 8
    for _ in range(min(int.from_bytes(message[6:8]), _MAX_RECORDS)):
        record = message[offset : offset + 8]
        if len(record) < 8:
            break
        kind, auxiliary_words, sources = record[0], record[1], int.from_bytes(record[2:4])
        if kind in _EXCLUDES or (kind in _INCLUDES and sources):
            joined.append(record[4:8])
        offset += 8 + 4 * (sources + auxiliary_words)
    return joined


def _multicast(addresses: list[bytes]) -> tuple[IPv4Address, ...]:
    groups = dict.fromkeys(IPv4Address(address) for address in addresses)
    return tuple(group for group in groups if group.is_multicast)
