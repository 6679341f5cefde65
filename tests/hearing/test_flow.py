"""Flows overheard: exchanges between two others, as they pass a mirror port."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.hearing import flow, reply
from scanner.hearing.flow import Flows
from scanner.model.field import Field
from scanner.model.observation import Fact, Via
from scanner.protocols import tcp
from tests.hearing.dialogue import ACK, FIN, RST, SYN, Dialogue
from tests.hearing.sample import (
    CHALLENGE,
    FLIGHT,
    ICON_REPLY,
    INFORMATION,
    LANDING,
    RTSP_CHALLENGE,
    RTSP_OPTIONS,
    page,
)

GET = b"GET / HTTP/1.1\r\nHost: 192.168.1.64\r\n\r\n"
GET_ICON = b"GET /favicon.ico HTTP/1.1\r\nHost: 192.168.1.64\r\n\r\n"
REALM = "fe12f37bd0000bccbbd35f10"
CUT = CHALLENGE[:-20]


def test_a_reply_between_two_others_is_told_with_the_open_port() -> None:
    heard = Dialogue().shakes_hands().client(GET).server(CHALLENGE)

    (told,) = heard.told
    assert (told.source, told.source_port, told.vlans) == (ip_address("192.168.1.64"), 80, (12,))
    assert (told.via, told.at_s) == (Via.CONNECTION, 1000.0)
    assert [(fact.field, fact.value) for fact in told.facts[:1]] == [(Field.PORT_OPEN, "80/tcp")]
    assert told.facts[1:] == reply.read(CHALLENGE, 80)


def test_a_server_whose_client_is_not_seen_is_only_overheard() -> None:
    heard = Dialogue().server(flags=SYN | ACK).server(CHALLENGE)

    assert [told.via for told in heard.told] == [Via.OVERHEARD]


def test_a_client_that_acknowledges_something_else_confirms_nothing() -> None:
    heard = Dialogue().server(flags=SYN | ACK)
    heard.server_next -= 1000
    heard.client(GET)
    heard.server_next += 1000

    assert [told.via for told in heard.server(CHALLENGE).told] == [Via.OVERHEARD]


def test_a_scan_for_open_ports_shows_one() -> None:
    heard = Dialogue().client(flags=SYN).server(flags=SYN | ACK).client(flags=RST)

    (told,) = heard.told
    assert (told.via, [fact.value for fact in told.facts]) == (Via.OVERHEARD, ["80/tcp"])
    assert tcp.read(told.facts[0].raw) == told.facts


def test_an_open_port_is_told_again_only_on_better_grounds() -> None:
    flows = Flows()
    scans = [Dialogue(flows, client_port=port).server(flags=SYN | ACK).client(flags=RST) for port in (1, 2)]
    visits = [Dialogue(flows, client_port=port).shakes_hands().server(flags=FIN | ACK) for port in (3, 4)]

    assert [[told.via for told in heard.told] for heard in scans + visits] == [
        [Via.OVERHEARD],
        [],
        [Via.CONNECTION],
        [],
    ]


def test_a_refused_connection_tells_nothing() -> None:
    assert Dialogue().client(flags=SYN).server(flags=RST | ACK).closes().told == []


def test_several_replies_of_one_connection_are_read() -> None:
    heard = Dialogue().shakes_hands().client(GET).server(CHALLENGE).client(GET).server(page(LANDING))
    heard.client(b"POST /onvif/device_service HTTP/1.1\r\n\r\n").server(INFORMATION)

    assert heard.values(Field.HTTP_STATUS) == ["401", "200", "200"]
    assert heard.values(Field.HTTP_REALM) == [REALM]
    assert heard.values(Field.HTML_TITLE) == ["WEB SERVICE"]
    assert heard.values(Field.ONVIF_MODEL) == ["IPC-HDW1025C"]


def test_an_icon_is_known_by_the_request_that_it_answers() -> None:
    before = Dialogue().shakes_hands().client(GET).server(page(LANDING)).client(GET_ICON)
    after = Dialogue().shakes_hands().client(GET).server(page(LANDING) + b"\r\n").client(GET_ICON)

    # A stray line end came behind the page: later than the request, or before it.
    assert len(before.server(b"\r\n").server(ICON_REPLY).values(Field.FAVICON_MMH3)) == 1
    assert len(after.server(ICON_REPLY).values(Field.FAVICON_MMH3)) == 1


def test_an_icon_that_breaks_off_is_none() -> None:
    heard = Dialogue().shakes_hands().client(GET_ICON).server(b"HTTP/1.0 200 OK\r\n\r\n\0\0\1\0")

    assert Field.FAVICON_MD5 not in heard.server(flags=RST).fields


def test_an_accepted_connection_that_is_accepted_again_says_nothing_by_it() -> None:
    heard = Dialogue().shakes_hands().server_at(-1, b"HTTP", SYN | ACK).server(CHALLENGE)

    assert heard.values(Field.HTTP_REALM) == [REALM]


def test_a_reply_to_head_is_not_waited_for_beyond_its_head() -> None:
    heard = Dialogue().shakes_hands().client(b"HEAD / HTTP/1.1\r\n\r\n")
    heard.server(b"HTTP/1.1 200 OK\r\nServer: App-webs/\r\nContent-Length: 480\r\n\r\n")

    assert heard.values(Field.HTTP_SERVER) == ["App-webs/"]


def test_a_connection_under_way_is_joined_where_a_reply_begins() -> None:
    heard = Dialogue().client(GET_ICON).server(ICON_REPLY)

    assert [told.via for told in heard.told] == [Via.CONNECTION]
    assert {Field.PORT_OPEN, Field.FAVICON_MD5} < heard.fields


def test_a_connection_under_way_with_one_side_seen_is_only_overheard() -> None:
    assert [told.via for told in Dialogue().server(CHALLENGE).told] == [Via.OVERHEARD]


def test_a_client_that_was_given_up_is_heard_again_on_a_new_connection() -> None:
    heard = Dialogue()
    for _ in range(flow.MAX_STRANGER_SEGMENTS):
        heard.client()
    heard.server(flags=SYN | ACK).client(GET).server(CHALLENGE)

    assert [told.via for told in heard.told] == [Via.CONNECTION]


def test_a_page_without_a_length_ends_with_its_connection() -> None:
    heard = Dialogue().shakes_hands().client(GET).server(b"HTTP/1.0 200 OK\r\n\r\n" + LANDING[:30])

    assert heard.told == []
    assert heard.server(LANDING[30:], FIN | ACK).values(Field.HTML_TITLE) == ["WEB SERVICE"]


@pytest.mark.parametrize("flags", [RST, RST | ACK])
def test_a_reply_that_breaks_off_is_told_as_far_as_it_came(flags: int) -> None:
    assert Dialogue().shakes_hands().server(CUT).server(flags=flags).values(Field.HTTP_REALM) == [REALM]
    assert Dialogue().shakes_hands().server(CUT).client(flags=flags).values(Field.HTTP_REALM) == [REALM]
    assert Dialogue().shakes_hands().server(CUT).closes().values(Field.HTTP_REALM) == [REALM]


def test_rtsp_ends_where_its_video_begins() -> None:
    heard = Dialogue(port=554).shakes_hands().server(RTSP_OPTIONS).server(RTSP_CHALLENGE)
    heard.server(b"$\0\x05\x80" + bytes(1408))
    seen_count = heard.seen_count
    for _ in range(100):
        heard.server(b"$\0\x05\x80" + bytes(1408)).client()

    assert heard.values(Field.RTSP_REALM) == ["IP Camera(C2875)"]
    assert heard.seen_count == seen_count


def test_a_web_socket_ends_behind_its_handshake() -> None:
    heard = Dialogue().shakes_hands().server(b"HTTP/1.1 101 Switching Protocols\r\nServer: x\r\n\r\n")
    heard.server(b"\x82\x7e\x05\x00" + bytes(1280)).server(CHALLENGE)

    assert heard.values(Field.HTTP_STATUS) == ["101"]


def test_the_certificate_of_tls_1_2_is_told_at_once() -> None:
    heard = Dialogue(port=443).shakes_hands().client(b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x03")
    heard.server(FLIGHT[:700]).server(FLIGHT[700:])

    assert heard.values(Field.X509_SUBJECT) == [
        "CN=www.hikvision.com,OU=DVRNVR,O=HIKVISION,L=HangZhou,ST=ZheJiang,C=CN"
    ]


def test_a_greeting_comes_before_any_request() -> None:
    heard = Dialogue(port=22).shakes_hands().client(b"SSH-2.0-OpenSSH_9.2p1\r\n")

    assert heard.server(b"SSH-2.0-drop").told == []
    assert heard.server(b"bear_2019.78\r\n").values(Field.SSH_BANNER) == ["SSH-2.0-dropbear_2019.78"]


def test_a_telnet_greeting_leaves_out_what_the_client_types() -> None:
    heard = Dialogue(port=23).shakes_hands().server(b"\xff\xfd\x01").client(b"\xff\xfc\x01")
    heard.server(b"192.0.0.64 login: ")

    assert heard.told == []
    assert heard.client(b"a").server(b"a").values(Field.TELNET_BANNER) == ["192.0.0.64 login:"]


def test_a_server_that_pauses_has_said_what_it_will_say() -> None:
    flows = Flows()
    heard = Dialogue(flows, port=23).shakes_hands().server(b"192.0.0.64 login: ")
    other = Dialogue(flows, client_port=51001)
    other.at_s = heard.at_s + flow.MAX_IDLE_S + 1
    other.shakes_hands()

    assert other.values(Field.TELNET_BANNER) == ["192.0.0.64 login:"]
    assert [told.at_s for told in other.told] == [heard.at_s]


def test_ipv6_is_heard_alike() -> None:
    heard = Dialogue(server="fe80::46:19ff:feb6:3f5e", client="fe80::1").shakes_hands().server(CHALLENGE)

    assert (heard.values(Field.HTTP_REALM), heard.told[0].via) == ([REALM], Via.CONNECTION)


def test_ports_used_again_after_a_close_are_heard_again() -> None:
    flows = Flows()
    Dialogue(flows).shakes_hands().server(CHALLENGE, FIN | ACK)

    again = Dialogue(flows, server_next=7).shakes_hands().server(page(LANDING))

    assert again.values(Field.HTML_TITLE) == ["WEB SERVICE"]


def test_ports_used_again_without_a_close_are_not() -> None:
    flows = Flows()
    Dialogue(flows, port=443).shakes_hands().server(FLIGHT)

    assert Dialogue(flows, port=443, server_next=7).shakes_hands().server(FLIGHT).seen_count == 0


def test_many_questions_about_heads_are_all_answered() -> None:
    heard = Dialogue().shakes_hands()
    for number in range(10):
        heard.client(b"HEAD /%d HTTP/1.1\r\n\r\n" % number)
        heard.server(b"HTTP/1.1 404 Not Found\r\nContent-Length: 480\r\n\r\n")

    assert heard.values(Field.HTTP_STATUS) == ["404"] * 10


def test_a_length_beyond_what_comes_is_found_out_by_the_close() -> None:
    lie = b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n" + LANDING

    assert Dialogue().shakes_hands().server(lie, FIN | ACK).values(Field.HTML_TITLE) == ["WEB SERVICE"]


# Whatever way the bytes come.


def facts_of(heard: Dialogue) -> set[Fact]:
    return {fact for told in heard.told for fact in told.facts if fact.field is not Field.PORT_OPEN}


@st.composite
def pieces(draw: st.DrawFn, size: int) -> list[tuple[int, int]]:
    """Return the ranges that a stream is sent in, some twice, some overlapping, in any order."""
    cuts = sorted(draw(st.sets(st.integers(1, size - 1), max_size=20)))
    ranges = list(zip([0, *cuts], [*cuts, size], strict=True))
    extra = draw(st.lists(st.tuples(st.integers(0, size), st.integers(0, size)), max_size=6))
    return draw(st.permutations(ranges + [(min(pair), max(pair)) for pair in extra]))


@given(st.sampled_from([CHALLENGE, INFORMATION, CHALLENGE + page(LANDING) + INFORMATION]), st.data())
def test_any_order_and_overlap_of_segments_tells_the_same(wire: bytes, data: st.DataObject) -> None:
    heard = Dialogue().shakes_hands().client(GET)
    for start, end in data.draw(pieces(len(wire))):
        heard.server_at(start, wire[start:end])

    assert facts_of(heard) == facts_of(Dialogue().shakes_hands().client(GET).server(wire))


@given(
    st.sampled_from(
        [
            (80, b"HTTP/1.0 200 OK\r\n\r\n" + LANDING),
            (80, LANDING),
            (443, FLIGHT),
            (554, RTSP_OPTIONS + RTSP_CHALLENGE),
            (21, b"220 PV11 FTP Server ready\r\n"),
            (23, b"\xff\xfd\x01\r\nHik login: "),
        ]
    ),
    st.data(),
)
def test_any_segments_before_a_close_tell_the_same(sent: tuple[int, bytes], data: st.DataObject) -> None:
    port, wire = sent
    heard = Dialogue(port=port).shakes_hands()
    heard.server_at(len(wire), b"", FIN | ACK)
    for start, end in data.draw(pieces(len(wire))):
        heard.server_at(start, wire[start:end])

    whole = Dialogue(port=port).shakes_hands().server(wire, FIN | ACK)
    assert facts_of(heard) == facts_of(whole) != set()


def test_of_bytes_that_come_twice_the_first_copy_counts() -> None:
    heard = Dialogue().shakes_hands().server(CHALLENGE[:100])
    lie = CHALLENGE.replace(b"DNVRS-Webs", b"Lies-in-it")
    heard.server_at(-100, lie[:100])  # what was read already
    heard.server_at(200, CHALLENGE[300:])  # ahead of a gap
    heard.server_at(0, lie[100:])  # fills the gap, and says the rest anew
    true = CHALLENGE[:100] + lie[100:300] + CHALLENGE[300:]

    assert facts_of(heard) == set(reply.read(true, 80))


@given(st.data())
def test_no_segments_raise(data: st.DataObject) -> None:
    heard = Dialogue(port=data.draw(st.sampled_from([22, 23, 80, 443])))
    wire = data.draw(st.sampled_from([CHALLENGE, FLIGHT, RTSP_OPTIONS, bytes(300)]))
    for _ in range(data.draw(st.integers(1, 12))):
        start = data.draw(st.integers(0, len(wire)))
        payload = bytearray(wire[start : start + data.draw(st.integers(0, 400))])
        if payload:
            payload[data.draw(st.integers(0, len(payload) - 1))] ^= data.draw(st.integers(0, 255))
        offset = data.draw(st.sampled_from([start, 0, -1, -(2**31), 2**31, 2**32 - 1]))
        if data.draw(st.booleans()):
            heard.server_at(offset, bytes(payload), data.draw(st.integers(0, 255)))
        else:
            heard.client(bytes(payload), data.draw(st.integers(0, 255)))
    heard.closes()
