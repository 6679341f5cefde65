import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.field import Field
from scanner.protocols import mdns

# Announcements and probe of an Amcrest camera at start-up: SeryioGonzalez/onvif_scripts
# traces/onvif_device_restart.pcap, frames 34, 109 and 31.
HTTP_SERVICE = bytes.fromhex(
    "000084000000000600000003033135300130013002313007696e2d61646472046172706100000c800100000078001a12414d43"
    "303030423045303945434531343238056c6f63616c0012414d43303030423045303945434531343238055f68747470045f7463"
    "70c0420010800100001194007717686f73743d414d43303030423045303945434531343238156d61633d39633a38653a63643a"
    "30663a30623a31630d69703d31302e302e302e313530147375626e65743d3235352e3235352e3235352e300b67773d31302e30"
    "2e302e310c646e73313d382e382e382e380c646e73323d302e302e302e30095f7365727669636573075f646e732d7364045f75"
    "6470c042000c0001000011940002c05cc05c000c0001000011940002c049c02f000180010000007800040a000096c049002180"
    "01000000780008000000000050c02fc00c002f8001000000780006c00c00020008c049002f8001000011940009c04900050000"
    "800040c02f002f8001000000780005c02f000140"
)
PSIA_SERVICE = bytes.fromhex(
    "000084000000000400000003094950435f444d333638055f70736961045f746370056c6f63616c000010800100001194000706"
    "706174683d2f095f7365727669636573075f646e732d7364045f756470c021000c0001000011940002c016c016000c00010000"
    "11940002c00cc00c0021800100000078001b00000000005012414d43303030423045303945434531343238c021c07e00018001"
    "0000007800040a000096c07e002f8001000000780005c07e000140c00c002f8001000011940009c00c00050000800040"
)
PROBE = bytes.fromhex(
    "00000000000200000002000012414d43303030423045303945434531343238056c6f63616c0000ff800112414d433030304230"
    "45303945434531343238055f68747470045f746370c01f00ff8001c00c000100010000007800040a000096c02a002100010000"
    "00780008000000000050c00c"
)

RESPONSE = struct.pack("!6H", 0, 0x8400, 0, 1, 0, 0)


def values(data: bytes, field: Field) -> list[str]:
    return [fact.value for fact in mdns.read(data) if fact.field is field]


def text_values(text: str) -> list[tuple[Field, str]]:
    return [(fact.field, fact.value) for fact in mdns.read_text(text)]


def record(name: bytes, kind: int, data: bytes) -> bytes:
    return name + struct.pack("!HHIH", kind, 1, 120, len(data)) + data


def test_the_question_asks_for_pointers_to_a_service_type() -> None:
    # RFC 1035 section 4.1.2: name, type PTR (12), class IN (1).
    assert mdns.question(["_http._tcp.local"], unicast_reply=False) == bytes.fromhex(
        "0000 0000 0001 0000 0000 0000 05 5f68747470 04 5f746370 05 6c6f63616c 00 000c 0001"
    )


def test_the_question_can_ask_for_a_unicast_answer() -> None:
    # RFC 6762 section 5.4: the top bit of the class.
    asked = mdns.question([mdns.SERVICE_TYPES, "_psia._tcp.local."], unicast_reply=True)

    assert asked[4:6] == b"\0\2"
    assert asked.count(b"\x00\x00\x0c\x80\x01") == 2


@pytest.mark.parametrize("name", ["", "a..local", "x" * 64 + ".local"])
def test_a_name_that_dns_cannot_carry_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not a DNS name"):
        mdns.question([name], unicast_reply=False)


def test_an_announcement_gives_services_host_and_strings() -> None:
    assert values(HTTP_SERVICE, Field.MDNS_SERVICE) == [
        "AMC000B0E09ECE1428._http._tcp.local",
        "_http._tcp.local",
    ]
    assert values(HTTP_SERVICE, Field.MDNS_HOST) == ["AMC000B0E09ECE1428.local"]
    assert values(HTTP_SERVICE, Field.MDNS_TXT) == [
        "host=AMC000B0E09ECE1428",
        "mac=9c:8e:cd:0f:0b:1c",
        "ip=10.0.0.150",
        "subnet=255.255.255.0",
        "gw=10.0.0.1",
        "dns1=8.8.8.8",
        "dns2=0.0.0.0",
    ]
    assert values(HTTP_SERVICE, Field.MDNS_TXT_KEYS) == ["host,mac,ip,subnet,gw,dns1,dns2"]


def test_a_second_service_keeps_its_instance_name() -> None:
    assert values(PSIA_SERVICE, Field.MDNS_SERVICE) == ["IPC_DM368._psia._tcp.local", "_psia._tcp.local"]
    assert values(PSIA_SERVICE, Field.MDNS_TXT) == ["path=/"]


def test_every_fact_carries_the_message_that_shows_it() -> None:
    assert {fact.raw for fact in mdns.read(PSIA_SERVICE)} == {PSIA_SERVICE}


def test_a_service_that_the_library_resolved_gives_the_same_facts() -> None:
    strings = [b"host=AMC000B0E09ECE1428", b"mac=9c:8e:cd:0f:0b:1c", b"ip=10.0.0.150"]
    strings += [b"subnet=255.255.255.0", b"gw=10.0.0.1", b"dns1=8.8.8.8", b"dns2=0.0.0.0"]

    resolved = mdns.service_facts(
        "AMC000B0E09ECE1428._http._tcp.local.", "AMC000B0E09ECE1428.local.", strings
    )

    listed = {(fact.field, fact.value) for fact in mdns.read(HTTP_SERVICE)}
    assert {(fact.field, fact.value) for fact in resolved} == listed - {
        (Field.MDNS_SERVICE, "_http._tcp.local")
    }
    assert all(b"mac=9c:8e:cd:0f:0b:1c" in fact.raw for fact in resolved)


def test_a_bare_service_type_is_a_fact_of_its_own() -> None:
    (fact,) = mdns.service_facts("_http._tcp.local.", None, ())

    assert (fact.field, fact.value) == (Field.MDNS_SERVICE, "_http._tcp.local")


def test_strings_that_are_no_text_stay_readable() -> None:
    facts = mdns.service_facts("a._http._tcp.local", None, [b"\xff=\x1b[31m", b"", b"flag"])

    assert [fact.value for fact in facts if fact.field is Field.MDNS_TXT] == ["\\xff=\x1b[31m", "flag"]
    assert facts[-1].value == "\\xff,flag"


@pytest.mark.parametrize(
    "data",
    [
        PROBE,
        mdns.question([mdns.SERVICE_TYPES], unicast_reply=True),
        b"",
        b"\0" * 12,
        b"\0" * 9000,
        RESPONSE,
        HTTP_SERVICE[:2] + b"\x8c\x00" + HTTP_SERVICE[4:],  # another opcode: RFC 6762 section 18.3
        struct.pack("!6H", 0, 0x8400, 201, 1, 0, 0) + b"\0\0\0\0\0" * 201 + b"\0" * 11,
        b"NOTIFY * HTTP/1.1\r\n\r\n",
    ],
)
def test_queries_and_other_messages_give_nothing(data: bytes) -> None:
    assert mdns.read(data) == ()


def test_a_response_that_repeats_the_question_is_read() -> None:
    # RFC 6762 section 6.7: what a resolver on another port gets.
    asked = mdns.question(["_http._tcp.local"], unicast_reply=False)[12:]
    answer = record(b"\xc0\x0c", 12, b"\x06camera\xc0\x0c")

    data = struct.pack("!6H", 7, 0x8400, 1, 1, 0, 0) + asked + answer

    assert values(data, Field.MDNS_SERVICE) == ["camera._http._tcp.local"]


@pytest.mark.parametrize(
    "name",
    [
        b"\xc0\x0c",  # to itself
        b"\x01a\xc0\x0c",  # to the start of the name that holds it
        b"\xc0\x0e\xc0\x0c",  # to and fro
        b"\xff\xff",  # out of the message
        b"\x40a",  # a label type that is not in use
        b"\x3f",  # a label longer than the message
        b"\x01a" * 300 + b"\0",  # more labels than a name can have
    ],
)
def test_a_malformed_name_ends_the_reading(name: bytes) -> None:
    assert mdns.read(RESPONSE + record(name, 12, b"\x01a\0")) == ()


def test_a_pointer_may_not_lead_forward() -> None:
    # The pointer at 23 leads to the whole name at 25, which RFC 1035 section 4.1.4 does not allow.
    assert mdns.read(RESPONSE + record(b"\0", 12, b"\xc0\x19\x06camera\0")) == ()


def test_a_name_behind_two_pointers_ends_behind_the_first() -> None:
    three = struct.pack("!6H", 0, 0x8400, 0, 3, 0, 0)
    first = record(b"\x05_http\x04_tcp\x05local\0", 12, b"\x01a\xc0\x0c")
    instance = struct.pack("!H", 0xC000 | 12 + len(first) - 4)
    strings = record(instance, 16, b"\x03k=v")

    data = three + first + strings + strings.replace(b"k=v", b"x=y")

    assert values(data, Field.MDNS_SERVICE) == ["a._http._tcp.local"]
    assert values(data, Field.MDNS_TXT) == ["k=v", "x=y"]


def test_records_before_the_damage_count() -> None:
    two = struct.pack("!6H", 0, 0x8400, 0, 2, 0, 0)
    good = record(b"\x05_http\x04_tcp\x05local\0", 12, b"\x06camera\xc0\x0c")

    assert values(two + good + b"\x3f", Field.MDNS_SERVICE) == ["camera._http._tcp.local"]


def test_a_record_longer_than_the_message_is_not_read() -> None:
    assert mdns.read(RESPONSE + record(b"\x01a\0", 16, b"\x03a=b")[:-1]) == ()


@pytest.mark.parametrize("whole", [HTTP_SERVICE, PSIA_SERVICE])
def test_a_cut_announcement_never_shows_half_a_value(whole: bytes) -> None:
    complete = {(fact.field, fact.value) for fact in mdns.read(whole)}

    for length in range(len(whole)):
        assert complete >= {(fact.field, fact.value) for fact in mdns.read(whole[:length])}


def test_no_more_than_200_records_are_read() -> None:
    flood = b"".join(record(b"\0", 12, b"\x03%03d\0" % i) for i in range(500))

    assert len(mdns.read(struct.pack("!6H", 0, 0x8400, 0, 500, 0, 0) + flood)) == mdns.MAX_RECORDS


def test_no_more_than_100_strings_of_a_record_are_read() -> None:
    strings = b"".join(b"\x04%04d" % i for i in range(1000))

    assert len(values(RESPONSE + record(b"\0", 16, strings), Field.MDNS_TXT)) == mdns.MAX_STRINGS


@pytest.mark.parametrize(("pointers", "names"), [(253, ["camera"]), (254, []), (4000, [])])
def test_a_chain_of_pointers_is_followed_255_steps_and_no_further(pointers: int, names: list[str]) -> None:
    # A record of an unknown type holds a name and pointers, each to the one before; the last is a PTR's.
    # The name's label and its end are steps as well.
    label = b"\x06camera\0"
    start = len(RESPONSE) + len(record(b"\0", 99, b""))
    targets = [start, *range(start + len(label), start + len(label) + 2 * pointers - 2, 2)]
    *links, last = (struct.pack("!H", 0xC000 | target) for target in targets)
    two = struct.pack("!6H", 0, 0x8400, 0, 2, 0, 0)

    data = two + record(b"\0", 99, label + b"".join(links)) + record(b"\0", 12, last)

    assert values(data, Field.MDNS_SERVICE) == names


# As an import writes it; the values are a D-Link socket's: andypitcher/IoT_Sentinel
# D-LinkWaterSensor/Setup-A-1-STA.pcap.
def test_a_record_as_text_gives_service_and_strings() -> None:
    assert text_values(
        "D-Link HNAP Service._dhnap._tcp.local\nmac=6C:72:20:C5:17:5A\nmodel_number=DCH-S160"
    ) == [
        (Field.MDNS_SERVICE, "D-Link HNAP Service._dhnap._tcp.local"),
        (Field.MDNS_TXT, "mac=6C:72:20:C5:17:5A"),
        (Field.MDNS_TXT, "model_number=DCH-S160"),
        (Field.MDNS_TXT_KEYS, "mac,model_number"),
    ]


def test_text_may_be_a_service_type_alone() -> None:
    assert text_values("_webdav._tcp.local.") == [(Field.MDNS_SERVICE, "_webdav._tcp.local")]


def test_text_may_be_strings_alone() -> None:
    # rapid7/recog xml/mdns_device-info_txt.xml.
    assert text_values("model=MacBookAir5,1") == [
        (Field.MDNS_TXT, "model=MacBookAir5,1"),
        (Field.MDNS_TXT_KEYS, "model"),
    ]


def test_a_flood_of_text_is_capped() -> None:
    assert len(text_values("a=b\n" * 1_000_000)) == mdns.MAX_STRINGS + 1


def test_line_ends_as_shadowserver_writes_them_are_dropped() -> None:
    # certtools/intelmq scan_mdns.csv, shortened.
    assert text_values("snmeijer._http._tcp.local.\nvendor=Synology\\\n \\\nmodel=DS218+\\") == [
        (Field.MDNS_SERVICE, "snmeijer._http._tcp.local"),
        (Field.MDNS_TXT, "vendor=Synology"),
        (Field.MDNS_TXT, "model=DS218+"),
        (Field.MDNS_TXT_KEYS, "vendor,model"),
    ]


@given(st.binary(max_size=300), st.integers(0, len(HTTP_SERVICE)))
def test_no_bytes_raise(data: bytes, offset: int) -> None:
    mdns.read(data)
    mdns.read(RESPONSE + data)
    mdns.read(HTTP_SERVICE[:offset] + data + HTTP_SERVICE[offset:])


@given(st.text(max_size=200))
def test_no_text_raises(text: str) -> None:
    mdns.read_text(text)
    mdns.service_facts(text, text, [text.encode("utf-8", "replace")])


def test_any_flipped_byte_is_survived() -> None:
    for offset in range(len(HTTP_SERVICE)):
        flipped = bytearray(HTTP_SERVICE)
        flipped[offset] ^= 0xFF
        mdns.read(bytes(flipped))
