"""MAC tables of switches, as exported and as printed.

No switch stands in the lab: the layouts are those of the vendors' command references, written by hand.
"""

import pytest

from scanner.errors import NotThisKind
from scanner.intake.contract import Told
from scanner.intake.mac_table import KIND
from tests.intake.telling import TOLD_AT, incidents, sample, sightings, told, values

CAMERA, OTHER = "58:50:ed:1f:e3:85", "08:ed:ed:87:42:7a"

# Cisco Catalyst command reference, "show mac address-table".
IOS = """
sw-hall-2#show mac address-table
          Mac Address Table
-------------------------------------------

Vlan    Mac Address       Type        Ports
----    -----------       --------    -----
 All    0100.0ccc.cccc    STATIC      CPU
  12    5850.ed1f.e385    DYNAMIC     Gi1/0/5
   1    08ed.ed87.427a    DYNAMIC     Po1
Total Mac Addresses for this criterion: 3
"""
# Cisco Nexus command reference, "show mac address-table".
NXOS = """
Legend:
        * - primary entry, G - Gateway MAC, (R) - Routed MAC, O - Overlay MAC
        age - seconds since last seen,+ - primary entry using vPC Peer-Link
   VLAN     MAC Address      Type      age     Secure NTFY Ports
---------+-----------------+--------+---------+------+----+------------------
*   12       5850.ed1f.e385   dynamic  0         F      F    Eth1/5
G    -       08ed.ed87.427a   static   -         F      F    sup-eth1(R)
"""


def learned(told: list[Told]) -> list[tuple[str | None, str | None, str | None]]:
    """Return MAC, segment and port of every sighting."""
    return [(s.host.mac, s.host.segment, values(s).get("link.switch_port")) for s in sightings(told)]


def test_an_exported_table_tells_who_is_behind_which_port() -> None:
    seen = told(KIND, f"Switch,VLAN,MAC Address,Type,Port\nhall-2,12,{CAMERA.upper()},dynamic,Gi1/0/5\n")

    assert learned(seen) == [(CAMERA, "vlan 12", "hall-2 Gi1/0/5")]
    (camera,) = sightings(seen)
    assert camera.host.address.is_unspecified
    assert camera.seen_at == TOLD_AT
    assert incidents(seen) == []


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("mac;vlan;port", f"{CAMERA};12;x1"),
        ("VLAN ID\tMAC_ADDRESS\tInterface", "Vlan 12\t5850-ed1f-e385\tx1"),
        ('"Port ID","Mac-Address","vid"', '"x1","5850.ed1f.e385","vlan-0012"'),
        ("Destination Address,Address Type,VLAN,Destination Port", "5850.ed1f.e385,Dynamic,12,x1"),
        ("#,Physical Address,Vlan Number,IfName,,", "1,58-50-ED-1F-E3-85,12,x1,,"),
    ],
)
def test_columns_are_found_by_the_names_in_use(header: str, row: str) -> None:
    assert learned(told(KIND, f"{header}\n{row}\n")) == [(CAMERA, "vlan 12", "x1")]


@pytest.mark.parametrize("vlan", ["", "All", "-", "0", "4095", "12345", "cameras"])
def test_what_is_no_vlan_number_is_no_segment(vlan: str) -> None:
    assert learned(told(KIND, f"mac,vlan\n{CAMERA},{vlan}\n")) == [(CAMERA, None, None)]


def test_tables_put_together_each_have_their_header() -> None:
    seen = told(KIND, f"mac,port\n{CAMERA},x1\nswitch,port,mac\nhall,x2,{OTHER}\n")

    assert learned(seen) == [(CAMERA, None, "x1"), (OTHER, None, "hall x2")]


def test_groups_are_no_hosts() -> None:
    assert told(KIND, "mac,port\n01:00:5e:00:00:fb,CPU\nff:ff:ff:ff:ff:ff,CPU\n") == []


def test_the_text_of_ios_is_read_with_the_switch_of_its_prompt() -> None:
    seen = told(KIND, IOS.replace("\n", "\r\n"))

    assert learned(seen) == [(CAMERA, "vlan 12", "sw-hall-2 Gi1/0/5"), (OTHER, "vlan 1", "sw-hall-2 Po1")]
    assert incidents(seen) == []


def test_the_text_of_nx_os_is_read() -> None:
    seen = told(KIND, NXOS)

    assert learned(seen) == [(CAMERA, "vlan 12", "Eth1/5"), (OTHER, None, "sup-eth1(R)")]
    assert incidents(seen) == []


def test_a_bad_row_costs_itself_only() -> None:
    seen = told(KIND, f"port,mac\nx1\nx2,{CAMERA}\nx3,58:50\n")

    assert learned(seen) == [(CAMERA, None, "x2")]
    assert incidents(seen) == [
        "the-file, line 2: it has fewer columns than the header; what it told was left out.",
        "the-file, line 4: '58:50' is not a hardware address; what it told was left out.",
    ]


def test_a_broken_row_of_a_text_is_told() -> None:
    seen = told(KIND, IOS.replace("5850.ed1f.e385", "5850.ed1f.e38"))

    assert learned(seen) == [(OTHER, "vlan 1", "sw-hall-2 Po1")]
    assert incidents(seen) == [
        "the-file, line 9: '12    5850.ed1f.e38    DYNAMIC     Gi1/0/5' is not a row of a MAC table; "
        "what it told was left out."
    ]


@pytest.mark.parametrize("data", [f"10.0.0.5,{CAMERA}\n".encode(), b"mac\n", sample("kea-leases4.csv")])
def test_a_table_without_a_header_that_is_known_is_refused(data: bytes) -> None:
    with pytest.raises(NotThisKind, match="expected is a MAC table with a header"):
        told(KIND, data)
