"""An answer is known by the question that it answers, whatever ports it uses."""

import pytest

from scanner.hearing import asker
from scanner.hearing.asker import Askers
from scanner.protocols import frame
from scanner.protocols.frame import Frame
from tests.hearing.wire import CAMERA, CLIENT, SSDP_GROUP, announced, answered, arp, ethernet, ip, udp


def got(data: bytes) -> Frame:
    read = frame.parse(data)
    assert read is not None
    return read


def asked(source_port: int, port: int = 1900, client: str = CLIENT) -> Frame:
    return got(ethernet(0x0800, ip(client, SSDP_GROUP, 17, udp(source_port, port, b"who is there?"))))


ANSWER = got(answered(49152, b"I am"))


def test_an_answer_is_read_as_if_it_went_to_the_port_that_was_asked() -> None:
    askers = Askers()
    question = asked(50123, 3702)

    assert askers.answered(question) is question
    assert askers.answered(ANSWER) == ANSWER._replace(destination_port=3702)


def test_the_latest_question_of_a_socket_counts() -> None:
    askers = Askers()
    for port in (3702, 1900):
        askers.answered(asked(50123, port))

    assert askers.answered(ANSWER).destination_port == 1900


def test_of_two_hosts_that_ask_from_one_port_the_last_counts() -> None:
    askers = Askers()
    askers.answered(asked(50123))
    askers.answered(asked(50123, client="10.0.0.10"))

    assert askers.answered(ANSWER) is ANSWER


@pytest.mark.parametrize(
    "question",
    [asked(50124), asked(50123, 53), asked(50123, client="10.0.0.10"), got(announced(1900, b"I am here"))],
    ids=["another socket", "another protocol", "another host", "an announcement"],
)
def test_what_nobody_asked_for_stays_as_it_is(question: Frame) -> None:
    askers = Askers()
    askers.answered(question)

    assert askers.answered(ANSWER) is ANSWER


@pytest.mark.parametrize(
    "other",
    [got(answered(1900, b"I am")), got(arp(1, "02:00:00:00:00:09", CAMERA)), got(bytes(60))],
    ids=["from the protocol's port", "arp", "no packet"],
)
def test_what_needs_no_question_stays_as_it_is(other: Frame) -> None:
    askers = Askers()
    askers.answered(asked(50123, 3702))

    assert askers.answered(other) is other


def test_a_flood_of_questions_drives_out_the_oldest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asker, "MAX_PORTS", 10)
    askers = Askers()
    for port in range(50114, 50134):
        askers.answered(asked(port))

    assert len(askers.ports) == 10
    assert askers.answered(ANSWER) is ANSWER
