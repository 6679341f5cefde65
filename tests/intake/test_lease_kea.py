"""Kea's lease files. The sample is described in tests/captures/intake/README.md."""

import pytest

from scanner.errors import NotThisKind
from scanner.intake.lease_kea import KIND
from tests.intake.telling import TOLD_AT, incidents, places, sample, sightings, time_of, told, values

CAMERA, OTHER = "58:50:ed:1f:e3:85", "08:ed:ed:87:42:7a"
HEADER = (
    "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context\n"
)
# 2026-11-22 11:00 UTC plus an hour.
EXPIRE = 1_795_345_200 + 3600


def row(
    address: str = "10.0.0.5", mac: str = CAMERA, lifetime: int = 3600, expire: int = EXPIRE, state: int = 0
) -> str:
    return f"{address},{mac},,{lifetime},{expire},1,0,0,,{state},\n"


def test_every_client_of_the_sample_is_met() -> None:
    seen = told(KIND, sample("kea-leases4.csv"))

    assert [(str(each.host.address), values(each), each.seen_at) for each in sightings(seen)] == [
        (
            "10.77.0.51",
            {
                "link.mac": "9c:8e:cd:0f:0b:1c",
                # The client said AMC000B0_CE1428; Kea writes what DNS would take.
                "dhcp.hostname": "amc000b0ce1428",
                "dhcp.client_id": "019c8ecd0f0b1c",
            },
            time_of("10:01:24"),
        ),
        (
            "10.77.0.52",
            {"link.mac": "ac:cc:8e:4f:21:a9", "dhcp.client_id": "01accc8e4f21a9"},
            time_of("10:01:24"),
        ),
        (
            "10.77.0.53",
            {
                "link.mac": "00:15:5d:60:31:f4",
                "dhcp.hostname": "front-desk",
                "dhcp.client_id": "0100155d6031f4",
            },
            time_of("10:01:24"),
        ),
        # The camera has given its address back, and the phone below has it now.
        (
            "0.0.0.0",
            {"link.mac": CAMERA, "dhcp.hostname": "gate-north", "dhcp.client_id": "015850ed1fe385"},
            time_of("10:01:24"),
        ),
        (
            "10.77.0.50",
            {"link.mac": "da:a1:19:5b:20:c7", "dhcp.client_id": "01daa1195b20c7"},
            time_of("10:01:26"),
        ),
    ]
    assert incidents(seen) == []


def test_a_lease_is_as_old_as_the_clients_last_message() -> None:
    (seen,) = sightings(told(KIND, HEADER + row() + row(expire=EXPIRE + 60)))

    assert seen.seen_at == time_of("11:01:00")


def test_a_lease_for_ever_has_an_age_too() -> None:
    (seen,) = sightings(told(KIND, HEADER + row(lifetime=0xFFFFFFFF, expire=EXPIRE - 3600 + 0xFFFFFFFF)))

    assert seen.seen_at == time_of("11:00:00")


def test_nothing_was_seen_after_the_file_was_written() -> None:
    (seen,) = sightings(told(KIND, HEADER + row(expire=EXPIRE + 7200)))

    assert seen.seen_at == TOLD_AT


def test_a_declined_lease_takes_the_address_from_its_client() -> None:
    seen = told(KIND, HEADER + row() + row(mac="", state=1))

    assert places(seen) == [("0.0.0.0", CAMERA, None)]


def test_a_reclaimed_lease_says_where_the_client_was() -> None:
    assert places(told(KIND, HEADER + row(state=2))) == [("10.0.0.5", CAMERA, None)]


def test_columns_are_found_by_name_and_commas_come_back() -> None:
    seen = told(
        KIND,
        "hostname,address,expire,hwaddr,valid_lifetime,pool_id\n"
        f"gate&#x2cnorth,10.0.0.5,{EXPIRE},{CAMERA},3600,0\n",
    )

    assert places(seen) == [("10.0.0.5", CAMERA, None)]
    assert values(sightings(seen)[0])["dhcp.hostname"] == "gate,north"


def test_ipv6_leases_have_duids_and_prefixes_are_no_hosts() -> None:
    # Columns: csv_lease_file6.cc of Kea 2.2.
    header = (
        "address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,iaid,prefix_len,"
        "fqdn_fwd,fqdn_rev,hostname,hwaddr,state,user_context,hwtype,hwaddr_source\n"
    )
    seen = told(
        KIND,
        header
        + f"fd00::5,00:03:00:01:58:50,3600,{EXPIRE},1,1800,0,7,128,0,0,gate,{CAMERA},0,,1,2\n"
        + f"fd00:1::,00:03:00:01:58:50,3600,{EXPIRE},1,1800,2,7,64,0,0,,,0,,,\n",
    )

    assert places(seen) == [("fd00::5", CAMERA, None)]
    assert values(sightings(seen)[0])["dhcp.client_id"] == "000300015850"
    assert incidents(seen) == []


def test_a_bad_row_costs_itself_only() -> None:
    seen = told(
        KIND, HEADER + "10.0.0.4,58:50\n" + row() + row(mac="58:50") + row("10.0.0.6").replace("3600", "x")
    )

    assert places(seen) == [("10.0.0.5", CAMERA, None)]
    assert incidents(seen) == [
        "the-file, line 2: it is not a row of the table that the header describes; "
        "what it told was left out.",
        "the-file, line 4: '58:50' is not a hardware address; what it told was left out.",
        f"the-file, line 5: '{EXPIRE}' and 'x' are not a time and a length in seconds; "
        "what it told was left out.",
    ]


def test_rows_without_their_header_are_not_keas_file() -> None:
    with pytest.raises(NotThisKind, match="expected is Kea's lease file, with the header"):
        told(KIND, row())
