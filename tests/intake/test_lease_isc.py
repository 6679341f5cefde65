"""ISC dhcpd's lease file. The sample is described in tests/captures/intake/README.md."""

import pytest

from scanner.errors import NotThisKind
from scanner.intake.lease_isc import KIND
from tests.intake.telling import TOLD_AT, incidents, places, sample, sightings, time_of, told, values

CAMERA, OTHER = "58:50:ed:1f:e3:85", "08:ed:ed:87:42:7a"


def lease(*statements: str, address: str = "10.0.0.5", mac: str = CAMERA) -> str:
    said = "".join(f"  {statement};\n" for statement in (f"hardware ethernet {mac}", *statements))
    return f"lease {address} {{\n{said}}}\n"


def test_every_client_of_the_sample_is_met() -> None:
    seen = told(KIND, sample("dhcpd.leases"))

    assert [(str(each.host.address), values(each), each.seen_at) for each in sightings(seen)] == [
        # The camera has given its address back, and the phone below has it now.
        (
            "0.0.0.0",
            {"link.mac": CAMERA, "dhcp.hostname": "gate-north", "dhcp.client_id": "015850ed1fe385"},
            time_of("10:01:28"),
        ),
        (
            "10.77.0.51",
            {
                "link.mac": "9c:8e:cd:0f:0b:1c",
                "dhcp.hostname": "AMC000B0_CE1428",
                "dhcp.client_id": "019c8ecd0f0b1c",
            },
            time_of("10:01:28"),
        ),
        (
            "10.77.0.52",
            {
                "link.mac": "ac:cc:8e:4f:21:a9",
                "dhcp.client_id": "01accc8e4f21a9",
                "dhcp.vendor_class": "AXIS,Network Camera,P3343,5.20.3",
            },
            time_of("10:01:28"),
        ),
        (
            "10.77.0.53",
            {
                "link.mac": "00:15:5d:60:31:f4",
                "dhcp.hostname": "FRONT-DESK",
                "dhcp.client_id": "0100155d6031f4",
                "dhcp.vendor_class": "MSFT 5.0",
            },
            time_of("10:01:28"),
        ),
        ("0.0.0.0", {"link.mac": CAMERA, "dhcp.client_id": "015850ed1fe385"}, time_of("10:01:28")),
        (
            "10.77.0.50",
            {
                "link.mac": "da:a1:19:5b:20:c7",
                "dhcp.client_id": "01daa1195b20c7",
                "dhcp.vendor_class": "android-dhcp-13",
            },
            time_of("10:01:30"),
        ),
    ]
    assert incidents(seen) == []


def test_the_block_is_the_evidence() -> None:
    block = lease("binding state active", 'client-hostname "gate"')

    (seen,) = sightings(told(KIND, block))

    assert {each.raw for each in seen.observations} == {block.strip().encode()}


def test_of_two_entries_of_one_client_the_last_counts() -> None:
    seen = told(KIND, lease("cltt 0 2026/11/22 09:00:00") + lease("cltt 0 2026/11/22 10:00:00"))

    assert places(seen) == [("10.0.0.5", CAMERA, None)]
    assert sightings(seen)[0].seen_at == time_of("10:00:00")


def test_who_had_an_address_before_keeps_its_age_but_not_the_address() -> None:
    seen = told(KIND, lease("cltt 0 2026/11/22 09:00:00") + lease("cltt 0 2026/11/22 10:00:00", mac=OTHER))

    assert places(seen) == [("0.0.0.0", CAMERA, None), ("10.0.0.5", OTHER, None)]
    assert [each.seen_at for each in sightings(seen)] == [time_of("09:00:00"), time_of("10:00:00")]


@pytest.mark.parametrize("state", ["active", "expired", "released", "free", "bootp"])
def test_a_lease_that_has_ended_is_told_with_its_age(state: str) -> None:
    seen = told(KIND, lease(f"binding state {state}", "cltt 5 2026/11/20 07:00:00"))

    assert places(seen) == [("10.0.0.5", CAMERA, None)]
    assert (TOLD_AT - sightings(seen)[0].observations[0].observed_at).days == 2


@pytest.mark.parametrize("statement", ["binding state abandoned", "binding state backup", "abandoned"])
def test_an_address_of_somebody_unknown_is_no_host(statement: str) -> None:
    assert told(KIND, lease(statement)) == []


def test_a_client_whose_address_somebody_unknown_uses_has_it_no_more() -> None:
    seen = told(KIND, lease("binding state active") + lease("binding state abandoned"))

    assert places(seen) == [("0.0.0.0", CAMERA, None)]


@pytest.mark.parametrize(
    ("statements", "seen_at"),
    [
        (["starts 0 2026/11/22 09:00:00"], time_of("09:00:00")),
        (["starts 0 2026/11/22 09:00:00", "cltt 0 2026/11/22 09:30:00"], time_of("09:30:00")),
        (["cltt epoch 1795345200; # Sun Nov 22 12:00:00 2026"], time_of("11:00:00")),
        (["starts 0 2027/01/01 00:00:00"], TOLD_AT),
        (["ends never"], TOLD_AT),
    ],
)
def test_the_age_of_a_lease(statements: list[str], seen_at: object) -> None:
    (seen,) = sightings(told(KIND, lease(*statements)))

    assert seen.seen_at == seen_at


def test_quotes_escapes_and_inner_braces() -> None:
    block = lease(
        r'client-hostname "a\"b;}\303\244\\"',
        r'uid "\001XP\355\037\343\205"',
        'set vendor-class-identifier = "MSFT 5.0"',
        'on commit { set ClientHost = "x"; client-hostname "inner"; }',
    )

    (seen,) = sightings(told(KIND, block))

    assert values(seen) == {
        "link.mac": CAMERA,
        "dhcp.hostname": 'a"b;}ä\\',
        "dhcp.client_id": "015850ed1fe385",
        "dhcp.vendor_class": "MSFT 5.0",
    }


def test_a_uid_in_hex_is_the_same_uid() -> None:
    (seen,) = sightings(told(KIND, lease("uid 01:58:50:ed:1f:e3:85")))

    assert values(seen)["dhcp.client_id"] == "015850ed1fe385"


def test_what_stands_between_leases_is_passed_over() -> None:
    other = 'failover peer "f" state {\n  my state normal at 0 2026/11/22 09:00:00;\n}\nhost h { dynamic; }\n'

    seen = told(KIND, other + lease())

    assert (places(seen), incidents(seen)) == ([("10.0.0.5", CAMERA, None)], [])


def test_bad_leases_cost_themselves_only() -> None:
    cut = lease("binding state active", address="10.0.0.6").removesuffix("}\n")
    seen = told(
        KIND,
        lease(address="10.0.0.4", mac="58:50")
        + cut
        + lease()
        + lease("cltt 0 yesterday", address="10.0.0.7")
        + lease(f'client-hostname "{"x" * 70_000}"', address="10.0.0.8")
        + cut,
    )

    assert places(seen) == [("10.0.0.5", CAMERA, None)]
    assert incidents(seen) == [
        "the-file, line 1: '58:50' is not a hardware address; what it told was left out.",
        "the-file, line 4: its braces do not close; what it told was left out.",
        "the-file, line 10: '0 yesterday' is not a time; what it told was left out.",
        "the-file, line 14: it is longer than 65536 characters; what it told was left out.",
        "the-file, line 18: its braces do not close; what it told was left out.",
    ]


def test_leases_of_ipv6_are_said_to_be_left_out() -> None:
    # Layout: dhcpd.leases(5), section on DHCPv6 leases.
    association = (
        'ia-na "\\001" {\n  cltt 0 2026/11/22 09:00:00;\n  iaaddr fd00::5 {\n    ends never;\n  }\n}\n'
    )

    seen = told(KIND, "authoring-byte-order little-endian;\n" + association + lease())

    assert places(seen) == [("10.0.0.5", CAMERA, None)]
    assert incidents(seen) == ["the-file, line 2: leases of IPv6 are not read; what it told was left out."]


def test_dnsmasqs_file_is_not_dhcpds() -> None:
    with pytest.raises(NotThisKind, match="it looks like the kind dnsmasq"):
        told(KIND, sample("dnsmasq.leases"))
