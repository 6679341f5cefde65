"""Raw messages that are taken in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.intake.protocol import BY_NAME, PROTOCOLS
from tests.intake.messages import MESSAGES


def test_every_protocol_has_a_message_here() -> None:
    assert {protocol.name for protocol in PROTOCOLS} == MESSAGES.keys()


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_gives_its_fact(name: str) -> None:
    data, field, value = MESSAGES[name]

    assert (field, value) in [(fact.field, fact.value) for fact in BY_NAME[name].read(data)]


def test_no_name_means_two_protocols() -> None:
    names = [name for protocol in PROTOCOLS for name in (protocol.name, *protocol.aliases)]

    assert sorted(names) == sorted(BY_NAME)


@pytest.mark.parametrize("name", MESSAGES)
def test_nothing_says_nothing(name: str) -> None:
    assert BY_NAME[name].read(b"") == ()


@given(st.sampled_from(PROTOCOLS), st.binary(max_size=300))
def test_no_message_makes_a_reader_fail(protocol: object, data: bytes) -> None:
    protocol.read(data)  # type: ignore[attr-defined]
