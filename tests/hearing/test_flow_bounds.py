"""Flows that never end, never began, or come by the ten thousand: what they may cost."""

import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from scanner.hearing import assembly, conversation, flow, reply
from scanner.hearing.flow import Flows
from scanner.model.field import Field
from tests.hearing.dialogue import ACK, FIN, SYN, Dialogue
from tests.hearing.sample import CHALLENGE, INFORMATION, LANDING, page

REALM = "fe12f37bd0000bccbbd35f10"
CUT = CHALLENGE[:-20]

OPENING_SEGMENTS = 2  # SYN, and SYN with ACK


def test_bulk_that_is_no_reply_costs_one_look() -> None:
    heard = Dialogue(port=5001).shakes_hands()
    seen_count = heard.seen_count
    for _ in range(1000):
        heard.server(bytes(1448)).client()

    assert heard.seen_count == seen_count + 1
    assert heard.values(Field.PORT_OPEN) == ["5001/tcp"]


def test_bulk_that_was_under_way_is_given_up_in_both_directions() -> None:
    heard = Dialogue(port=5001)
    for _ in range(1000):
        heard.server(bytes(1448)).client()

    assert (heard.seen_count, heard.told) == (2 * flow.MAX_STRANGER_SEGMENTS, [])


def test_an_upload_to_a_silent_server_is_given_up() -> None:
    heard = Dialogue(port=5001).shakes_hands()
    for _ in range(1000):
        heard.client(bytes(1448)).server()

    assert heard.seen_count <= conversation.MAX_SILENT_SEGMENTS + OPENING_SEGMENTS
    assert heard.fields == {Field.PORT_OPEN}


def test_a_gap_that_is_never_filled_is_given_up_with_what_came_before() -> None:
    heard = Dialogue().shakes_hands().server(CUT)
    for offset in range(1000, 400_000, 1448):
        heard.server_at(offset, bytes(1448))

    assert heard.values(Field.HTTP_REALM) == [REALM]
    assert heard.seen_count <= assembly.MAX_EARLY_PIECES + 1 + 1 + OPENING_SEGMENTS + 1


def test_a_reply_that_says_a_byte_at_a_time_is_heard_out_no_further_than_its_due() -> None:
    heard = Dialogue().shakes_hands().server(b"HTTP/1.1 200 OK\r\nServer: x\r\nA: ")
    for _ in range(10_000):
        heard.server(b"y")

    assert heard.values(Field.HTTP_SERVER) == ["x"]
    assert heard.seen_count <= conversation.MAX_SEGMENTS + OPENING_SEGMENTS


def test_a_page_that_never_ends_is_read_to_the_cap() -> None:
    heard = Dialogue().shakes_hands().server(b"HTTP/1.1 200 OK\r\n\r\n" + LANDING)
    for _ in range(1000):
        heard.server(b"x" * 1448)

    assert heard.values(Field.HTML_TITLE) == ["WEB SERVICE"]
    assert heard.seen_count <= 4 + reply.MAX_REPLY_BYTES // 1448 + 2


def test_a_service_that_never_stops_telling_is_heard_no_further() -> None:
    flows = Flows()
    told = [
        Dialogue(flows, client_port=port).shakes_hands().server(CHALLENGE, FIN | ACK).told
        for port in range(1, 1000)
    ]

    counts = [len(one) for one in told]
    assert 100 <= sum(counts) <= flow.MAX_TOLD_BYTES // len(CHALLENGE)
    assert counts[-1] == 0


def test_a_device_that_is_browsed_still_tells_its_name() -> None:
    flows = Flows()
    script = page(b"x" * 60_000, b"application/javascript")
    browsed = [Dialogue(flows, client_port=port).shakes_hands().server(script) for port in range(1, 20)]

    asked = Dialogue(flows, client_port=99).shakes_hands().server(INFORMATION)

    assert [len(heard.values(Field.HTTP_BODY)) for heard in browsed] == [1] * 9 + [0] * 10
    assert asked.values(Field.ONVIF_MODEL) == ["IPC-HDW1025C"]


def test_countless_replies_of_one_connection_are_read_up_to_a_number() -> None:
    heard = Dialogue().shakes_hands().server(b"HTTP/1.1 204 No Content\r\n\r\n" * 1000)

    assert len(heard.values(Field.HTTP_STATUS)) == conversation.MAX_REPLIES


def test_too_many_open_flows_end_the_idlest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "MAX_FLOWS", 3)
    flows = Flows()
    dialogues = [Dialogue(flows, client_port=port).shakes_hands().server(CUT) for port in range(1, 4)]
    dialogues[0].server(b" ")

    last = Dialogue(flows, client_port=9).shakes_hands()

    assert last.values(Field.HTTP_REALM) == [REALM]
    assert dialogues[0].server(CHALLENGE[-19:]).values(Field.HTTP_REALM) == [REALM]
    assert dialogues[1].server(CHALLENGE[-20:]).told == []


def test_too_many_held_bytes_end_the_idlest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "MAX_HELD_BYTES", 100_000)
    flows = Flows()
    head = b"HTTP/1.1 200 OK\r\n\r\n" + LANDING
    told = [
        Dialogue(flows, client_port=port).shakes_hands().server(head + bytes(40_000)).told
        for port in range(1, 6)
    ]

    assert [len(one) for one in told] == [0, 0, 1, 1, 1]


MIB = 1024 * 1024


@contextmanager
def grows_by_less_than(limit_bytes: int) -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < limit_bytes
    finally:
        tracemalloc.stop()


# A sixteenth of the real bounds, and of the hundred thousand flows that they are made for.
FLOW_COUNT = 100_000 // 16
SHARE = 16


@pytest.fixture
def small_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MAX_FLOWS", "MAX_FINISHED", "MAX_STRANGERS", "MAX_SERVICES", "MAX_HELD_BYTES"):
        monkeypatch.setattr(flow, name, getattr(flow, name) // SHARE)


@pytest.mark.usefixtures("small_bounds")
def test_countless_open_flows_take_bounded_memory() -> None:
    flows = Flows()

    with grows_by_less_than(32 * MIB // SHARE):
        for port in range(1, FLOW_COUNT):
            Dialogue(flows, port=port).server(flags=SYN | ACK)

    assert len(flows.finished) == flow.MAX_FINISHED


@pytest.mark.usefixtures("small_bounds")
def test_countless_flows_under_way_take_bounded_memory() -> None:
    flows = Flows()

    with grows_by_less_than(16 * MIB // SHARE):
        for port in range(1, FLOW_COUNT):
            Dialogue(flows, port=port).server(b"video").client()


@pytest.mark.usefixtures("small_bounds")
def test_countless_replies_that_never_end_take_bounded_memory() -> None:
    flows = Flows()
    piece = b"HTTP/1.1 200 OK\r\n\r\n" + bytes(30_000)

    # Reading one reply takes some MiB for a moment; all of them together are 15 MiB.
    with grows_by_less_than(flow.MAX_HELD_BYTES + 6 * MIB):
        for port in range(1, 300):
            one = Dialogue(flows, port=port).server(flags=SYN | ACK).server(piece)
            one.server_at(10_000, bytes(20_000))


def test_one_endless_flow_takes_flat_memory() -> None:
    heard = Dialogue().shakes_hands().server(b"HTTP/1.1 200 OK\r\n\r\n")

    with grows_by_less_than(4 * MIB):
        for _ in range(5000):
            heard.server(b"x" * 1448)
