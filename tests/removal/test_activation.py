"""Devices that announce that nobody has set them up."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest

from scanner.model.field import Field
from scanner.model.host import Host
from scanner.model.observation import Fact, Observation, Via
from scanner.removal.activation import SetUp, set_up

AT = datetime(2026, 11, 22, tzinfo=UTC)


def announced(field: Field, value: str, seconds: int = 0) -> Observation:
    host = Host(ip_address("10.0.0.5"))
    return Fact(field, value).seen(host, "sadp", Via.MULTICAST, AT + timedelta(seconds=seconds))


def test_a_sadp_reply_says_that_a_device_is_not_activated() -> None:
    assert set_up([announced(Field.SADP_ACTIVATED, "false")]) is SetUp.NO


def test_that_a_device_is_activated_is_no_finding() -> None:
    assert set_up([announced(Field.SADP_ACTIVATED, "true")]) is SetUp.NOT_TOLD
    assert set_up([]) is SetUp.NOT_TOLD


@pytest.mark.parametrize("number", ["150", "2714", "1162", "2198"])
def test_the_init_numbers_of_the_published_samples_say_nothing(number: str) -> None:
    # VTO2000A, IPC-HDW1431T1-S4, Lorex W461ASC and Intelbras SS 3530 MF FACE W, all in use when captured.
    assert set_up([announced(Field.DHIP_INIT, number)]) is SetUp.NOT_TOLD


@pytest.mark.parametrize("number", ["1", "2713"])
def test_an_init_number_that_ends_in_one_makes_it_perhaps_not_set_up(number: str) -> None:
    assert set_up([announced(Field.DHIP_INIT, number)]) is SetUp.PERHAPS_NOT


@pytest.mark.parametrize("nonsense", ["", "-3", "one", "²"])
def test_what_is_no_number_says_nothing(nonsense: str) -> None:
    assert set_up([announced(Field.DHIP_INIT, nonsense)]) is SetUp.NOT_TOLD


def test_the_latest_announcement_counts() -> None:
    early, late = announced(Field.SADP_ACTIVATED, "false"), announced(Field.SADP_ACTIVATED, "true", 9)

    assert set_up([late, early]) is SetUp.NOT_TOLD
