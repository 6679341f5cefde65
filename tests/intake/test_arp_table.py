"""What ``arp`` prints on the systems in use. The samples are described in tests/captures/intake/README.md."""

import pytest

from scanner.errors import NotThisKind
from scanner.intake.arp_table import KIND
from tests.intake.telling import TOLD_AT, incidents, places, sample, sightings, told, values

CAMERA = "58:50:ed:1f:e3:85"
NEIGHBOURS = [
    ("10.77.0.10", CAMERA, "scan0"),
    ("10.77.0.11", "08:ed:ed:87:42:7a", "scan0"),
    ("10.77.0.12", "ac:cc:8e:4f:21:a9", "scan0"),
    ("10.77.0.13", "52:54:00:8c:33:1d", "scan0"),
]

# Layout: arp -a of Windows 10, here with German words.
WINDOWS = """
Schnittstelle: 10.0.0.9 --- 0x4
  Internetadresse       Physische Adresse     Typ
  10.0.0.5              58-50-ed-1f-e3-85     dynamisch
  10.0.0.255            ff-ff-ff-ff-ff-ff     statisch
  224.0.0.22            01-00-5e-00-00-16     statisch

Schnittstelle: 192.0.2.9 --- 0x12
  Internetadresse       Physische Adresse     Typ
  192.0.2.1             08-ed-ed-87-42-7a     dynamisch
"""

# Layout: print_entry in usr.sbin/arp/arp.c of FreeBSD; "ifscope" is macOS'.
BSD = """
? (10.0.0.1) at 0:c:29:a1:b:c on en0 ifscope [ethernet]
gate.example (10.0.0.2) at 58:50:ed:1f:e3:85 on em0 expires in 1187 seconds [ethernet]
? (10.0.0.3) at (incomplete) on en0 ifscope [ethernet]
? (224.0.0.251) at 1:0:5e:0:0:fb on en0 ifscope permanent [ethernet]
"""


@pytest.mark.parametrize("name", ["arp-an.txt", "arp-n.txt", "proc-net-arp.txt"])
def test_every_neighbour_that_answered_is_met_and_no_other(name: str) -> None:
    seen = told(KIND, sample(name))

    assert sorted(places(seen)) == NEIGHBOURS
    assert incidents(seen) == []


def test_a_neighbour_is_as_old_as_the_file() -> None:
    (camera,) = sightings(told(KIND, f"? (10.0.0.5) at {CAMERA} [ether] PERM on eth0"))

    assert values(camera) == {"link.mac": CAMERA}
    assert camera.seen_at == TOLD_AT


def test_a_table_of_windows_is_read_in_any_language() -> None:
    seen = told(KIND, WINDOWS.replace("\n", "\r\n").encode("utf-16"))

    assert places(seen) == [("10.0.0.5", CAMERA, "10.0.0.9"), ("192.0.2.1", "08:ed:ed:87:42:7a", "192.0.2.9")]
    assert incidents(seen) == []


def test_bsd_leaves_leading_zeros_away() -> None:
    seen = told(KIND, BSD)

    assert places(seen) == [("10.0.0.1", "00:0c:29:a1:0b:0c", "en0"), ("10.0.0.2", CAMERA, "em0")]
    assert incidents(seen) == []


def test_the_totals_below_a_table_are_no_loss() -> None:
    assert incidents(told(KIND, sample("arp-an.txt") + b"Entries: 5\tSkipped: 0\tFound: 5\n")) == []


def test_a_bad_line_costs_itself_only() -> None:
    seen = told(
        KIND, f"? (10.0.0.400) at {CAMERA} on e\n? (10.0.0.5) at {CAMERA} on e\n? (10.0.0.6) at 58:50\n"
    )

    assert places(seen) == [("10.0.0.5", CAMERA, "e")]
    assert incidents(seen) == [
        "the-file, line 1: '10.0.0.400' is not an address; what it told was left out.",
        "the-file, line 3: '? (10.0.0.6) at 58:50' is not a line of an ARP table; what it told was left out.",
    ]


def test_a_neighbour_table_of_ip_is_not_one_of_arp() -> None:
    with pytest.raises(NotThisKind, match="it looks like the kind ip-neigh"):
        told(KIND, sample("ip-neigh.txt"))
