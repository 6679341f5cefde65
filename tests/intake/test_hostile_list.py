"""Lists that somebody has tampered with: whatever is in them, reading ends and refuses politely."""

import random
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import NotThisKind
from scanner.intake import arp_table, lease, lease_dnsmasq, lease_isc, lease_kea, mac_table, neighbour_table
from scanner.intake.contract import Kind
from tests.intake.telling import incidents, sample, sightings, told

MAC_TABLE = b"""switch,vlan,mac,port
hall-2,12,58:50:ed:1f:e3:85,"Gi1/0/5"
"""
# Each kind with a file of it.
KINDS = {
    neighbour_table.KIND: sample("ip-neigh.txt"),
    arp_table.KIND: sample("arp-an.txt"),
    lease_dnsmasq.KIND: sample("dnsmasq.leases"),
    lease_isc.KIND: sample("dhcpd.leases"),
    lease_kea.KIND: sample("kea-leases4.csv"),
    mac_table.KIND: MAC_TABLE,
}
OTHER_FORMS = map(sample, ("ip-neigh-statistics.txt", "ip-neigh.json", "arp-n.txt", "proc-net-arp.txt"))
FILES = (*KINDS.values(), *OTHER_FORMS)
of_every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)

SIZE = 256 * 1024
# Twenty lines that cannot be read are told one by one, and the number of the others.
MAX_INCIDENTS = 21


@st.composite
def tampered(draw: st.DrawFn) -> bytes:
    """Return a sample with some bytes changed, cut out, doubled or put in."""
    data = bytearray(draw(st.sampled_from(FILES)))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(start + 40, len(data))))
        data[start:end] = draw(st.one_of(st.binary(max_size=8), st.just(bytes(data[start:end]) * 2)))
    return bytes(data)


@of_every_kind
@given(data=tampered())
def test_a_tampered_file_is_read_or_refused(kind: Kind, data: bytes) -> None:
    with suppress(NotThisKind):
        for each in sightings(told(kind, data)):
            # What is told can be written down again.
            for seen in each.observations:
                seen.value.encode()
            (each.host.interface or "").encode()


@of_every_kind
@given(data=st.binary(max_size=200))
def test_bytes_without_sense_are_read_or_refused(kind: Kind, data: bytes) -> None:
    with suppress(NotThisKind):
        told(kind, data)


FILLERS = {
    "no end of a line": b"x" * SIZE,
    "blanks": b" " * SIZE,
    "empty lines": b"\n" * SIZE,
    "braces": b"{" * SIZE,
    "braces on lines": b"{\n" * (SIZE // 2),
    "lists in lists": b"[" * SIZE,
    "quotes": b'"' * SIZE,
    "quotes behind backslashes": b'lease 10.0.0.5 {\n"' + b'\\"' * 30_000,
    "words": b"a " * (SIZE // 2),
    "digits": b"1" * SIZE,
    "dots": b"1." * (SIZE // 2),
    "zero bytes": bytes(SIZE),
    "noise": random.Random(4).randbytes(SIZE),
}


@pytest.mark.parametrize("data", FILLERS.values(), ids=FILLERS.keys())
@of_every_kind
def test_what_is_put_behind_a_file_adds_no_host_and_costs_none(kind: Kind, data: bytes) -> None:
    found = told(kind, KINDS[kind] + data)

    assert sightings(found) == sightings(told(kind, KINDS[kind]))
    assert len(incidents(found)) <= MAX_INCIDENTS


@pytest.mark.parametrize("data", FILLERS.values(), ids=FILLERS.keys())
@of_every_kind
def test_a_file_of_nothing_else_tells_of_no_host(kind: Kind, data: bytes) -> None:
    with suppress(NotThisKind):
        assert sightings(told(kind, data)) == []


def test_more_leases_than_a_census_has_hosts_are_left_out_and_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lease, "MAX_LEASES", 100)
    header, *_ = KINDS[lease_kea.KIND].splitlines(keepends=True)
    rows = "\n".join(f"10.0.0.{n},02:00:00:00:00:{n:02x},,60,120" for n in range(1, 131))

    seen = told(lease_kea.KIND, header + rows.encode())

    assert len(sightings(seen)) == 100
    assert incidents(seen)[0] == (
        "the-file, line 102: there are more than 100 leases; what it told was left out."
    )
    assert incidents(seen)[-1] == "the-file: 10 further lines could not be read and were left out."
