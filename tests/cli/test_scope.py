"""From the operator's words to the scope."""

from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from scanner.cli.config import Config
from scanner.cli.option import TargetOptions
from scanner.cli.running.scope import MAX_LIST_BYTES, build, describe, of_segments
from scanner.errors import NoAccess, UsageProblem
from scanner.model.scope import Network, Scope
from tests.cli.conftest import Camcensus

NOTHING = Config()


def scope(*targets: str, config: Config = NOTHING, attached: tuple[Network, ...] = (), **more: Any) -> Scope:
    options: dict[str, Any] = {
        "targets_file": None,
        "exclude": (),
        "exclude_file": None,
        "local": False,
        "yes_large": False,
    }
    return build(TargetOptions(targets, **(options | more)), attached, config)


def addresses(found: Scope) -> list[str]:
    return [str(address) for address in found.addresses()]


def test_targets_of_every_form_add_up_and_count_once() -> None:
    found = scope("10.0.0.1", "10.0.0.0/30", "10.0.0.5-10.0.0.6", "10.0.0.7-8", "10.0.1,2.9")

    assert addresses(found) == [
        *(f"10.0.0.{last}" for last in (1, 2, 5, 6, 7, 8)),
        *("10.0.1.9", "10.0.2.9"),
    ]


def test_exclusions_of_option_file_and_configuration_all_hold(tmp_path: Path) -> None:
    (tmp_path / "not.txt").write_text("10.0.0.3  # the printer\n")

    found = scope(
        "10.0.0.0/29",
        exclude=("10.0.0.1-2",),
        exclude_file=str(tmp_path / "not.txt"),
        config=Config(exclude=("10.0.0.4",)),
    )

    assert addresses(found) == ["10.0.0.5", "10.0.0.6"]


def test_all_of_an_excluded_network_is_excluded() -> None:
    # 10.0.0.4 and 10.0.0.7 are the ends of the smaller network, and hosts of the larger one.
    found = scope("10.0.0.0/28", exclude=("10.0.0.4/30", "10.0.0.9-13"))

    assert addresses(found) == [f"10.0.0.{last}" for last in (1, 2, 3, 8, 14)]


def test_a_list_holds_targets_comments_and_blank_lines(tmp_path: Path) -> None:
    (tmp_path / "targets.txt").write_text("\ufeff# lobby\n10.0.0.1 10.0.0.2\n\n  10.0.0.9 # yard\n")

    assert addresses(scope(targets_file=str(tmp_path / "targets.txt"))) == [
        "10.0.0.1",
        "10.0.0.2",
        "10.0.0.9",
    ]


def test_a_list_can_come_from_standard_input(camcensus: Camcensus) -> None:
    result = camcensus("plan", "-iL", "-", "--port-check", "connect", said="127.0.0.7\n127.0.0.9-11\n")

    assert "Scope: 4 addresses" in result.stdout
    assert "  127.0.0.9-127.0.0.11\n" in result.stdout


def test_local_means_the_attached_segments() -> None:
    found = scope(local=True, attached=(ip_network("10.9.0.0/30"),))

    assert addresses(found) == ["10.9.0.1", "10.9.0.2"]


def test_attached_segments_are_left_alone_unless_local_is_said() -> None:
    assert addresses(scope("10.0.0.1", attached=(ip_network("10.9.0.0/30"),))) == ["10.0.0.1"]


def test_local_without_an_attached_segment_is_no_access() -> None:
    with pytest.raises(NoAccess, match="attached to no private IPv4 segment"):
        scope(local=True)


def test_no_target_at_all_is_refused() -> None:
    with pytest.raises(UsageProblem, match="No target was named"):
        scope()


def test_targets_that_are_all_excluded_are_refused() -> None:
    with pytest.raises(UsageProblem, match="Every target is excluded"):
        scope("10.0.0.1", exclude=("10.0.0.0/24",))


@pytest.mark.parametrize(
    "target", ["8.8.8.8", "203.0.113.0/28", "224.0.0.251", "0.0.0.0", "9.255.255.255-10.0.0.1"]
)
def test_a_public_address_is_refused_unless_its_network_is_named(target: str) -> None:
    with pytest.raises(UsageProblem, match=r"not wholly, in private address space.*public_networks = \["):
        scope(target)


def test_a_named_public_network_is_examined() -> None:
    config = Config(public_networks=(ip_network("203.0.113.0/28"),))

    assert addresses(scope("203.0.113.1-2", config=config)) == ["203.0.113.1", "203.0.113.2"]


def test_part_of_a_target_outside_the_named_network_refuses_it() -> None:
    config = Config(public_networks=(ip_network("203.0.113.0/28"),))

    with pytest.raises(UsageProblem, match=r"203\.0\.113\.1-203\.0\.113\.254"):
        scope("203.0.113.0/24", config=config)


def test_more_than_65536_addresses_need_a_word() -> None:
    with pytest.raises(UsageProblem, match=r"name 131070 addresses, more than 65536.*--yes-large"):
        scope("10.0.0.0/15")

    assert scope("10.0.0.0/15", yes_large=True).size == 131070


@pytest.mark.parametrize("target", ["fd00::/64", "fd00::/115", "fc00::/7", "fd00::-fd00::1000"])
def test_a_wide_ipv6_network_is_refused(target: str) -> None:
    with pytest.raises(UsageProblem, match="more than 4096 addresses"):
        scope(target, yes_large=True)


def test_a_narrow_ipv6_network_is_a_target() -> None:
    assert scope("fd00::/116").size == 4096


@pytest.mark.parametrize(
    "target", ["camera.example", "10.0.0.256", "10.0.0.0/33", "fe80::1%eth0", "10.0.0.9-5"]
)
def test_a_target_that_cannot_be_read_is_refused(target: str) -> None:
    with pytest.raises(UsageProblem, match="Nothing was scanned"):
        scope(target)


def test_a_list_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "latin.txt").write_bytes(b"10.0.0.1 # caf\xe9\n")

    with pytest.raises(UsageProblem, match=r"missing.txt cannot be read \(No such file"):
        scope(targets_file=str(tmp_path / "missing.txt"))
    with pytest.raises(UsageProblem, match=r"latin.txt is not text in UTF-8"):
        scope(targets_file=str(tmp_path / "latin.txt"))


def test_a_list_without_end_is_refused(tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_bytes(b"\n" * (MAX_LIST_BYTES + 1))

    with pytest.raises(UsageProblem, match="larger than"):
        scope(targets_file=str(tmp_path / "long.txt"))


def test_a_listener_covers_its_segments_public_ones_too() -> None:
    found = of_segments([ip_network("192.0.2.0/30")], excluded=["192.0.2.1"])

    assert addresses(found) == ["192.0.2.2"]


def test_ranges_are_described_as_people_write_them() -> None:
    assert [describe(piece) for piece in scope("10.0.0.1", "10.0.1.0/30").targets] == [
        "10.0.0.1",
        "10.0.1.1-10.0.1.2",
    ]
