"""The scope is the only authority on what may be asked."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import UsageProblem
from scanner.model.scope import Range, Scope, is_private, merge, subtract, unmapped
from scanner.model.target import parse_target


def scope(*targets: str, excluded: tuple[str, ...] = (), public: tuple[str, ...] = ()) -> Scope:
    return Scope(
        tuple(piece for text in targets for piece in parse_target(text)),
        tuple(piece for text in excluded for piece in parse_target(text)),
        tuple(ip_network(text) for text in public),
    )


def test_a_network_permits_its_hosts_but_not_its_network_and_broadcast_address() -> None:
    ours = scope("10.1.2.0/30")

    assert [str(a) for a in ours.addresses()] == ["10.1.2.1", "10.1.2.2"]
    assert not ours.permits(ip_address("10.1.2.0"))
    assert not ours.permits(ip_address("10.1.2.3"))


@pytest.mark.parametrize(("cidr", "count"), [("10.0.0.0/31", 2), ("10.0.0.7/32", 1), ("10.0.0.0/24", 254)])
def test_every_prefix_length_names_the_addresses_that_can_be_hosts(cidr: str, count: int) -> None:
    assert len(list(scope(cidr).addresses())) == count


def test_an_exclusion_beats_every_target() -> None:
    ours = scope("10.0.0.0/24", "10.0.0.5", excluded=("10.0.0.5",))

    assert not ours.permits(ip_address("10.0.0.5"))
    assert ours.permits(ip_address("10.0.0.6"))
    assert ours.excludes(ip_address("10.0.0.5"))
    assert ours.excluded_count == 1


def test_overlapping_targets_are_asked_once() -> None:
    addresses = list(scope("10.0.0.0/29", "10.0.0.4-10.0.0.9").addresses())

    assert len(addresses) == len(set(addresses)) == 9


def test_a_public_address_needs_to_be_named_as_public() -> None:
    address = ip_address("203.0.113.7")

    assert not scope("203.0.113.0/24").permits(address)
    assert scope("203.0.113.0/24", public=("203.0.113.0/28",)).permits(address)
    assert not scope("203.0.113.0/24", public=("203.0.113.0/30",)).permits(address)


# Literals on which Python versions disagree, or whose inner address is another one (CVE-2024-4032).
@pytest.mark.parametrize(
    ("literal", "expected"),
    [
        ("10.255.255.255", True),
        ("172.15.255.255", False),
        ("172.31.0.1", True),
        ("192.168.0.1", True),
        ("169.254.169.254", True),
        ("127.9.9.9", True),
        ("100.64.0.1", False),
        ("192.0.2.1", False),
        ("224.0.0.1", False),
        ("8.8.8.8", False),
        ("::ffff:8.8.8.8", False),
        ("::ffff:10.0.0.1", True),
        ("64:ff9b::808:808", False),
        ("2002:808:808::1", False),
        ("fe80::1", True),
        ("fd00::1", True),
        ("2001:db8::1", False),
        ("::1", True),
    ],
)
def test_private_means_our_own_list_after_unmapping(literal: str, expected: bool) -> None:
    assert is_private(ip_address(literal)) is expected


def test_a_mapped_address_is_judged_by_the_address_inside() -> None:
    assert str(unmapped(ip_address("::ffff:10.0.0.1"))) == "10.0.0.1"
    assert scope("10.0.0.0/24").permits(ip_address("::ffff:10.0.0.1"))


def test_merged_ranges_neither_touch_nor_overlap() -> None:
    assert merge([Range(4, 5, 9), Range(4, 1, 4), Range(4, 20, 21), Range(6, 1, 1)]) == (
        Range(4, 1, 9),
        Range(4, 20, 21),
        Range(6, 1, 1),
    )


def test_a_segment_without_targets_does_not_overlap() -> None:
    ours = scope("10.0.0.0/24")

    assert ours.overlaps(ip_network("10.0.0.0/16"))
    assert not ours.overlaps(ip_network("10.1.0.0/16"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.0.0.5", ["10.0.0.5"]),
        ("10.0.0.5-10.0.0.7", ["10.0.0.5", "10.0.0.6", "10.0.0.7"]),
        ("10.0.0.5-7", ["10.0.0.5", "10.0.0.6", "10.0.0.7"]),
        ("10.0.0-1.1,3", ["10.0.0.1", "10.0.0.3", "10.0.1.1", "10.0.1.3"]),
        ("10.0.0.254-", ["10.0.0.254", "10.0.0.255"]),
        ("::1", ["::1"]),
        ("fe80::1-fe80::2", ["fe80::1", "fe80::2"]),
    ],
)
def test_targets_are_named_as_nmap_users_name_them(text: str, expected: list[str]) -> None:
    assert [str(a) for a in scope(text).addresses()] == expected


@pytest.mark.parametrize(
    "text",
    [
        "camera.example",
        "10.0.0.256",
        "10.0.0",
        "10.0.0.9-10.0.0.1",
        "10.0.0.9-1",
        "-iL targets",
        "10.0.0.1 -oN x",
        "fe80::1%eth0",
        "0-255.0-255.0-255.1",
        "",
        "10.0.0.1-::1",
    ],
)
def test_what_is_not_a_target_is_refused_with_a_remedy(text: str) -> None:
    with pytest.raises(UsageProblem, match=r"Nothing was scanned\. Give an address") as refusal:
        parse_target(text)

    assert refusal.value.exit_code == 2


@given(st.sets(st.integers(0, 60)), st.sets(st.integers(0, 60)))
def test_what_is_taken_out_is_gone_and_the_rest_stays(mine: set[int], taken: set[int]) -> None:
    left = subtract([Range(4, one, one) for one in mine], [Range(4, one, one) for one in taken])

    assert {number for piece in left for number in range(piece.first, piece.last + 1)} == mine - taken
    assert list(left) == sorted(left)


def test_a_scope_without_some_addresses_permits_the_others() -> None:
    ours = scope("10.0.0.0/29").without([ip_address("10.0.0.2"), ip_address("10.0.0.5")])

    assert [str(address) for address in ours.addresses()] == ["10.0.0.1", "10.0.0.3", "10.0.0.4", "10.0.0.6"]
