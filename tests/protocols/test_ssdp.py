import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.field import Field
from scanner.protocols import ssdp

# Announcement of an Amcrest camera: SeryioGonzalez/onvif_scripts traces/onvif_device_restart.pcap.
NOTIFY = (
    b"NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nCACHE-CONTROL: max-age=1800\r\n"
    b"DATE: Sun, 19 Jun 2022 14:22:14 GMT\r\nX-User-Agent: redsonic\r\n"
    b"LOCATION: http://10.0.0.150:49152/upnp_device_desc.xml\r\nSERVER: Linux, UPnP/1.0, Private Upnp SDK\r\n"
    b"NT: upnp:rootdevice\r\nNTS: ssdp:alive\r\n"
    b"USN: uuid:device_3_0-AMC000B0E09ECE1428::upnp:rootdevice\r\n\r\n"
)

# Answer of a Hue bridge: andypitcher/IoT_Sentinel HueBridge/Setup-A-5-STA.pcap; EXT is empty.
ANSWER = (
    b"HTTP/1.1 200 OK\r\nHOST: 239.255.255.250:1900\r\nEXT:\r\nCACHE-CONTROL: max-age=100\r\n"
    b"LOCATION: http://10.10.10.6:80/description.xml\r\nSERVER: Linux/3.14.0 UPnP/1.0 IpBridge/1.9.0\r\n"
    b"hue-bridgeid: 001788FFFE2476FF\r\nST: upnp:rootdevice\r\n"
    b"USN: uuid:2f402f80-da50-11e1-9b23-0017882476ff::upnp:rootdevice\r\n\r\n"
)

# Announcement of a router: ntop/nDPI tests/cfgs/default/pcap/starcraft_battle.pcap, cut short.
ODD_CASE = (
    b"NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nCACHE-CONTROL: max-age=60\r\n"
    b"lOCATION: http://192.168.1.254:57052/rootDesc0.xml\r\nSERVER: EPICENTRO UPnP/1.0 MiniUPnPd/1.6\r\n"
    b"NT: uuid:11295964-fa59-11e4-9c9f-8426153e75c4\r\nUSN: uuid:11295964-fa59-11e4-9c9f-8426153e75c4\r\n\r\n"
)

# Leave-taking of a camera: andypitcher/IoT_Sentinel EdimaxCam1/Setup-A-1-STA.pcap.
BYE = (
    b"NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nNT: BasicDevice1\r\n"
    b"USN: uuid:upnp-BasicDevice-1_0-74DA38807A08::BasicDevice1\r\nNTS: ssdp:byebye\r\n\r\n"
)

# Real layout, identity replaced by its author: julienblitte/UniversalScanner SSDP.selftest. No blank
# after most colons, and a blank where the empty line belongs.
TIGHT = (
    b"NOTIFY * HTTP/1.1\r\nHOST:239.255.255.250:1900\r\nCACHE-CONTROL:max-age=1810\r\n"
    b"LOCATION:http://240.0.1.0/rootDesc.xml\r\nSERVER: Universal Scanner/0.0, Virtual/1.0\r\n"
    b"NT:uuid:unique-id-12345678\r\nUSN:uuid:unique-id-12345678\r\nNTS:ssdp:alive\r\n "
)

# Search of the Amcrest camera itself: traces/onvif_device_discovery.pcap.
SEARCH = (
    b'M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: "ssdp:discover"\r\nMX: 5\r\n'
    b"ST: upnp:rootdevice\r\n\r\n"
)


def values(data: bytes) -> dict[Field, str]:
    return {fact.field: fact.value for fact in ssdp.read(data)}


def test_the_question_is_the_search_that_devices_send_themselves() -> None:
    assert ssdp.question(ssdp.ROOT_DEVICE, max_wait_s=5) == SEARCH


def test_an_announcement_gives_its_headers_and_itself() -> None:
    assert values(NOTIFY) == {
        Field.SSDP_HEAD: NOTIFY.decode().replace("\r\n", "\n").rstrip("\n"),
        Field.SSDP_LOCATION: "http://10.0.0.150:49152/upnp_device_desc.xml",
        Field.SSDP_SERVER: "Linux, UPnP/1.0, Private Upnp SDK",
        Field.SSDP_ST: "upnp:rootdevice",
        Field.SSDP_USN: "uuid:device_3_0-AMC000B0E09ECE1428::upnp:rootdevice",
    }


def test_every_fact_carries_the_message_that_shows_it() -> None:
    assert {fact.raw for fact in ssdp.read(NOTIFY)} == {NOTIFY}


def test_an_answer_gives_its_search_target() -> None:
    read = values(ANSWER)

    assert read[Field.SSDP_ST] == "upnp:rootdevice"
    assert read[Field.SSDP_SERVER] == "Linux/3.14.0 UPnP/1.0 IpBridge/1.9.0"


def test_header_names_are_read_in_any_case() -> None:
    assert values(ODD_CASE)[Field.SSDP_LOCATION] == "http://192.168.1.254:57052/rootDesc0.xml"


def test_a_leave_taking_still_names_the_device() -> None:
    assert values(BYE).keys() == {Field.SSDP_HEAD, Field.SSDP_ST, Field.SSDP_USN}


def test_lines_without_blanks_are_read_and_the_head_is_kept_as_sent() -> None:
    read = values(TIGHT)

    assert read[Field.SSDP_LOCATION] == "http://240.0.1.0/rootDesc.xml"
    assert "NT:uuid:unique-id-12345678\n" in read[Field.SSDP_HEAD]


@pytest.mark.parametrize(
    "message",
    [
        NOTIFY.replace(b"\r\n", b"\n"),
        b"\r\n" + NOTIFY,
        NOTIFY.removesuffix(b"\r\n"),
        NOTIFY.removesuffix(b"\r\n\r\n"),
        NOTIFY + b"<body/>",
        NOTIFY + b"\0\0\0",
    ],
)
def test_line_ends_and_padding_change_nothing(message: bytes) -> None:
    assert values(message) == values(NOTIFY)


def test_the_first_of_two_equal_headers_counts() -> None:
    doubled = NOTIFY.replace(b"NTS:", b"SERVER: other\r\nNTS:")

    assert values(doubled)[Field.SSDP_SERVER] == "Linux, UPnP/1.0, Private Upnp SDK"


@pytest.mark.parametrize(
    "data",
    [
        SEARCH,
        b"HTTP/1.1 200 OK\r\nServer: nginx\r\n\r\n",
        b"HTTP/1.1 404 Not Found\r\nST: upnp:rootdevice\r\n\r\n",
        b"NOTIFY * HTTP/1.1\r\n\r\nUSN: uuid:x\r\n",
        b"NOTIFYING\r\nUSN: uuid:x\r\n\r\n",
        b"",
        b"\0" * 100,
    ],
)
def test_searches_and_other_messages_give_nothing(data: bytes) -> None:
    assert ssdp.read(data) == ()


@pytest.mark.parametrize("whole", [NOTIFY, ANSWER, TIGHT])
def test_a_cut_message_is_read_up_to_the_cut(whole: bytes) -> None:
    complete = values(whole)

    for length in range(len(whole)):
        read = values(whole[:length])
        assert all(complete[field].startswith(value) for field, value in read.items())


@pytest.mark.parametrize("filler", [b"\r\n", b"\n", b"\0", b":", b"A: b\n", b" "])
def test_a_flood_is_cut_and_what_stands_before_it_is_read(filler: bytes) -> None:
    flooded = values(NOTIFY.removesuffix(b"\r\n") + filler * 5_000_000)

    assert len(flooded.pop(Field.SSDP_HEAD)) <= ssdp.MAX_BYTES
    assert flooded.items() < values(NOTIFY).items()


@given(st.binary(max_size=300))
def test_no_bytes_raise(data: bytes) -> None:
    ssdp.read(data)
    ssdp.read(b"NOTIFY * HTTP/1.1\r\nUSN:" + data)
