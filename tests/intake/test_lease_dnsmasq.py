"""dnsmasq's lease file. The sample is described in tests/captures/intake/README.md."""

import pytest

from scanner.errors import NotThisKind
from scanner.intake.lease_dnsmasq import KIND
from tests.intake.telling import TOLD_AT, incidents, places, sample, sightings, time_of, told, values

# 2026-11-22 15:00 UTC, after the file was written, and 11:00, before.
RUNNING, ENDED = 1_795_359_600, 1_795_345_200
CAMERA = "58:50:ed:1f:e3:85"


def test_every_lease_of_the_sample_is_a_host() -> None:
    seen = told(KIND, sample("dnsmasq.leases"))

    assert [(str(each.host.address), values(each)) for each in sightings(seen)] == [
        ("10.77.0.50", {"link.mac": "da:a1:19:5b:20:c7", "dhcp.client_id": "01daa1195b20c7"}),
        (
            "10.77.0.53",
            {
                "link.mac": "00:15:5d:60:31:f4",
                "dhcp.hostname": "FRONT-DESK",
                "dhcp.client_id": "0100155d6031f4",
            },
        ),
        ("10.77.0.52", {"link.mac": "ac:cc:8e:4f:21:a9", "dhcp.client_id": "01accc8e4f21a9"}),
        (
            "10.77.0.51",
            {
                "link.mac": "9c:8e:cd:0f:0b:1c",
                "dhcp.hostname": "AMC000B0_CE1428",
                "dhcp.client_id": "019c8ecd0f0b1c",
            },
        ),
    ]
    assert incidents(seen) == []


@pytest.mark.parametrize(
    ("expiry", "seen_at"),
    [
        pytest.param(RUNNING, TOLD_AT, id="a lease that runs is as old as the file"),
        pytest.param(ENDED, time_of("11:00:00"), id="one that had ended is as old as its end"),
        pytest.param(0, TOLD_AT, id="one that never ends is as old as the file"),
        pytest.param(3600, TOLD_AT, id="a server without a clock writes lengths"),
    ],
)
def test_the_age_of_a_lease(expiry: int, seen_at: object) -> None:
    (seen,) = sightings(told(KIND, f"{expiry} {CAMERA} 10.0.0.5 * *\n"))

    assert seen.seen_at == seen_at


def test_ipv6_leases_below_the_servers_duid_have_no_mac() -> None:
    # Layout: lease_update_file in dnsmasq's src/lease.c; a temporary address has T before its IAID.
    seen = told(
        KIND,
        "duid 00:01:00:01:2b:11:de:91:02:ca:3c:e5:00:02\n"
        f"{RUNNING} 15724933 fd00::5 gate-camera 00:03:00:01:58:50:ed:1f:e3:85\n"
        f"{RUNNING} T15724933 fd00::6 * 00:03:00:01:58:50:ed:1f:e3:85\n",
    )

    assert places(seen) == [("fd00::5", None, None), ("fd00::6", None, None)]
    assert values(sightings(seen)[0]) == {
        "dhcp.hostname": "gate-camera",
        "dhcp.client_id": "000300015850ed1fe385",
    }
    assert incidents(seen) == []


def test_a_bad_line_costs_itself_only() -> None:
    seen = told(
        KIND,
        f"{RUNNING} {CAMERA} 10.0.0.5 * *\n{RUNNING} {CAMERA} 10.0.0.6 *\n{RUNNING} {CAMERA} 10.0.0 * *\n",
    )

    assert places(seen) == [("10.0.0.5", CAMERA, None)]
    assert incidents(seen) == [
        "the-file, line 2: it is not a lease: expiry, hardware address, address, host name and client id; "
        "what it told was left out.",
        "the-file, line 3: '10.0.0' is not an address; what it told was left out.",
    ]


def test_keas_file_is_not_dnsmasqs() -> None:
    with pytest.raises(NotThisKind, match="it looks like the kind kea"):
        told(KIND, sample("kea-leases4.csv"))
