import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.field import Field
from scanner.protocols import dhip


def framed(body: bytes, first: int | None = None, second: int | None = None) -> bytes:
    lengths = [len(body) if length is None else length for length in (first, second)]
    return b"\x20\0\0\0DHIP" + bytes(8) + b"".join(n.to_bytes(8, "little") for n in lengths) + body


# Answer of an IPC-HDW5421S as quoted in public file 1180738884: blanks around the colons.
CAMERA_2015 = (
    b'{ "mac" : "4c:11:bf:c2:0b:9d", "method" : "client.notifyDevInfo", "params" : { "deviceInfo" : { '
    b'"AlarmInputChannels" : 0, "AlarmOutputChannels" : 0, "DeviceClass" : "IPC", '
    b'"DeviceType" : "IPC-HDW5421S", "HttpPort" : 80, "IPv4Address" : { '
    b'"DefaultGateway" : "218.5.136.1", "DhcpEnable" : false, '
    b'"IPAddress" : "218.5.136.140", "SubnetMask" : "255.255.255.0" }, "IPv6Address" : { '
    b'"DefaultGateway" : "2001:250:3000:1::1:1", "DhcpEnable" : false, '
    b'"IPAddress" : "2001:250:3000:1::1:2\\/112", "LinkLocalAddress" : "fe80::4e11:bfff:fec2:0b9d\\/64" }, '
    b'"MachineName" : "1F006E4PAX00075", "Manufacturer" : "Private", "Port" : 37777, '
    b'"RemoteVideoInputChannels" : 0, "SerialNo" : "1F006E4PAX00075", "Vendor" : "Dahua", '
    b'"Version" : "2.400.0.8", "VideoInputChannels" : 1, "VideoOutputChannels" : 16 } } }'
)

# Answer of an IPC-HDW1431T1-S4 as quoted in public file 28717267299; header and final bytes as noted there.
CAMERA_2020 = framed(
    b'{"mac":"08:ed:ed:87:42:7a","method":"client.notifyDevInfo","params":{"deviceInfo":{"AlarmInputChannels":0,'
    b'"AlarmOutputChannels":0,"DeviceClass":"IPC","DeviceID":"","DeviceType":"IPC-HDW1431T1-S4","Find":"BC",'
    b'"FindVersion":1,"HttpPort":80,"IPv4Address":{"DefaultGateway":"192.168.124.1","DhcpEnable":true,'
    b'"IPAddress":"192.168.124.17","SubnetMask":"255.255.255.0"},"IPv6Address":{"DefaultGateway":null,'
    b'"DhcpEnable":false,"IPAddress":"\\/0","LinkLocalAddress":"fe80::0aed:edff:fe87:427a\\/64"},"Init":2714,'
    b'"MachineName":"6C01E93PAG69A7D","Manufacturer":"Private","Port":37777,"RemoteVideoInputChannels":0,'
    b'"SerialNo":"6C01E93PAG69A7D","UnLoginFuncMask":1,"Vendor":"Private","Version":"2.800.0000000.13.R",'
    b'"VideoInputChannels":1,"VideoOutputChannels":0}}}\n\0'
)

# Answer of an Intelbras access terminal as quoted in public file 68961566355.
TERMINAL = framed(
    b'{"mac":"b4:4c:3b:f4:e3:01","method":"client.notifyDevInfo","params":{"deviceInfo":{"AlarmInputChannels":1,'
    b'"AlarmOutputChannels":0,"DeviceClass":"BSC","DeviceID":"","DeviceType":"SS 3530 MF FACE W","Find":"BC",'
    b'"FindVersion":0,"HttpPort":80,"IPv4Address":{"DefaultGateway":"192.168.3.1","DhcpEnable":true,'
    b'"IPAddress":"192.168.3.175","SubnetMask":"255.255.255.0"},"IPv6Address":{"DefaultGateway":null,'
    b'"DhcpEnable":false,"IPAddress":"\\/0","LinkLocalAddress":"fe80::b64c:3bff:fef4:e301\\/64"},"Init":2198,'
    b'"MachineGroup":"","MachineName":"K3LJ3400209RH","Manufacturer":"Intelbras","Port":37777,'
    b'"RemoteVideoInputChannels":0,"SerialNo":"K3LJ3400209RH","UnLoginFuncMask":1,"Vendor":"Intelbras",'
    b'"Version":"2.000.00IB004.0.R","VideoInputChannels":1,"VideoOutputChannels":16}}}'
)

# Real layout, identity replaced by its author: julienblitte/UniversalScanner Dahua1.selftest.
LEGACY = bytes.fromhex(
    "b30018005800000000000000000000000200000058000000000000000000000000000000000000005669727475616c00"
    "0000000000000000f0000300ff0000007f000001000000000a070809b82232000000000000003200000000000000500"
    "0bb0191930a009093929300 00efff2a2a3a8f000000000000".replace(" ", "")
) + (
    b"00:11:22:33:44:55Virtual"
    b"Name:Dahua\r\nDevice:Virtual\r\nIPv6Addr:fe80::1/64;gateway:fe80::\r\n\r\nSerialNo:123456789\r\n\r\n"
)


def values(data: bytes) -> dict[Field, str]:
    return {fact.field: fact.value for fact in dhip.read(data)}


def legacy_values(data: bytes) -> dict[Field, str]:
    return {fact.field: fact.value for fact in dhip.read_legacy(data)}


def test_the_question_is_the_datagram_seen_in_use() -> None:
    # Literal packet in public file 139996060; the header says 0x49 bytes follow.
    assert dhip.question() == bytes.fromhex(
        "2000000044484950 0000000000000000 4900000000000000 4900000000000000"
        "7b20226d6574686f6422203a20224448446973636f7665722e736561726368222c2022706172616d7322203a207b20226d"
        "616322203a2022222c2022756e6922203a2031207d207d0a"
    )
    assert len(dhip.question()) == 105


def test_an_answer_gives_model_class_serial_version_vendor_and_mac() -> None:
    assert values(CAMERA_2020) == {
        Field.DHIP_METHOD: "client.notifyDevInfo",
        Field.DHIP_MODEL: "IPC-HDW1431T1-S4",
        Field.DHIP_CLASS: "IPC",
        Field.DHIP_SERIAL: "6C01E93PAG69A7D",
        Field.DHIP_VERSION: "2.800.0000000.13.R",
        Field.DHIP_VENDOR: "Private",
        Field.DHIP_MANUFACTURER: "Private",
        Field.DHIP_MAC: "08:ed:ed:87:42:7a",
        Field.DHIP_CHANNELS: "1",
        Field.DHIP_INIT: "2714",
    }


def test_every_fact_carries_the_message_that_shows_it() -> None:
    assert {fact.raw for fact in dhip.read(TERMINAL)} == {TERMINAL}


def test_an_old_answer_without_init_is_read() -> None:
    read = values(framed(CAMERA_2015))

    assert (read[Field.DHIP_MODEL], read[Field.DHIP_VERSION]) == ("IPC-HDW5421S", "2.400.0.8")
    assert Field.DHIP_INIT not in read


def test_a_rebranded_terminal_names_its_brand_as_vendor() -> None:
    read = values(TERMINAL)

    assert (read[Field.DHIP_VENDOR], read[Field.DHIP_CLASS]) == ("Intelbras", "BSC")


def test_the_json_alone_is_read_like_the_whole_datagram() -> None:
    bare = CAMERA_2020[32:]

    assert values(bare) == values(b"\r\n" + bare) == values(CAMERA_2020)


@pytest.mark.parametrize(
    ("first", "second"), [(0, 0), (0, None), (None, 0), (1, 1), (2**63, 2**64 - 1), (300, 300)]
)
def test_lengths_that_do_not_fit_do_not_cost_the_answer(first: int | None, second: int | None) -> None:
    # Zero lengths and too long ones both stand in public quotations of answers.
    assert values(framed(CAMERA_2015, first, second)) == values(CAMERA_2015)


@pytest.mark.parametrize("padding", [b"\n", b"\0", b"\n\0", b"\0" * 100, b"\r\n\r\n"])
def test_padding_behind_the_json_does_not_matter(padding: bytes) -> None:
    assert values(framed(CAMERA_2015 + padding)) == values(CAMERA_2015)


def test_a_recorder_has_the_sum_of_its_own_and_its_remote_channels() -> None:
    recorder = CAMERA_2015.replace(b'"RemoteVideoInputChannels" : 0', b'"RemoteVideoInputChannels" : 16')

    assert values(recorder)[Field.DHIP_CHANNELS] == "17"


def test_a_name_in_another_encoding_does_not_cost_the_answer() -> None:
    renamed = CAMERA_2015.replace(b'"1F006E4PAX00075", "Man', '"摄像机", "Man'.encode("gbk"))

    assert values(renamed) == values(CAMERA_2015)


def test_a_quote_nobody_escaped_does_not_cost_the_answer() -> None:
    renamed = CAMERA_2015.replace(b'"MachineName" : "', b'"MachineName" : "19" rack "')

    assert values(renamed) == values(CAMERA_2015)


def test_a_cut_answer_never_shows_half_a_value() -> None:
    whole = set(values(CAMERA_2020).items())

    for length in range(len(CAMERA_2020)):
        assert whole >= set(values(CAMERA_2020[:length]).items())


@pytest.mark.parametrize(
    "body",
    [
        b'{"method":"DHDiscover.search","params":{"mac":"","uni":1}}',
        b'{"method":"client.notifyEventStream","params":{"deviceInfo":{"DeviceType":"X"}}}',
        b'{"params":{"deviceInfo":{"DeviceType":"IPC"}}}',
        b'{"method":["client.notifyDevInfo"]}',
        b"{}",
        b"[]",
        b"",
    ],
)
def test_questions_and_other_methods_give_nothing(body: bytes) -> None:
    assert dhip.read(framed(body)) == ()
    assert dhip.read(body) == ()


def test_another_header_gives_nothing() -> None:
    assert dhip.read(dhip.question()) == ()
    assert dhip.read(b"\x20\0\0\0PIHD" + framed(CAMERA_2015)[8:]) == ()


@pytest.mark.parametrize(
    "value", [b"null", b"[]", b"{}", b"true", b"1e999", b"NaN", b"-1", b"99999999999", b'""', b"9" * 5000]
)
def test_a_value_of_the_wrong_kind_is_left_out(value: bytes) -> None:
    names = (b"DeviceType", b"Vendor", b"Init", b"VideoInputChannels")
    info = b",".join(b'"%s":%s' % (name, value) for name in names)
    body = b'{"method":"client.notifyDevInfo","mac":%s,"params":{"deviceInfo":{%s}}}' % (value, info)

    assert values(body).keys() == {Field.DHIP_METHOD}


@pytest.mark.parametrize("info", [b"null", b"[]", b'"x"', b"1"])
def test_an_answer_without_device_info_still_shows_the_method(info: bytes) -> None:
    body = b'{"method":"client.notifyDevInfo","params":{"deviceInfo":%s}}' % info

    assert values(body) == {Field.DHIP_METHOD: "client.notifyDevInfo"}
    assert values(b'{"method":"client.notifyDevInfo","params":%s}' % info) == values(body)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"[" * 260_000, b""),
        (b'{"a":' * 50_000, b""),
        (b'{"method":"client.notifyDevInfo",' + b'"a":"\\' * 40_000, b'{"method":"client.notifyDevInfo"}'),
        (b"{" + b'"a" : ' * 40_000, b""),
        (b'{"a"' + b" " * 260_000, b""),
        (b"{" + b'"' * 260_000, b""),
        (CAMERA_2015 * 500, CAMERA_2015),
        (b"{" * 10_000_000, b""),
    ],
    ids=range(8),
)
def test_a_hostile_body_says_only_what_stands_whole_in_it(body: bytes, said: bytes) -> None:
    assert values(framed(body)) == values(framed(said))


def test_nesting_beyond_32_is_not_followed() -> None:
    deep = CAMERA_2015[:-1] + b', "x" : ' + b"[" * 40 + b"]" * 40 + b" }"

    assert values(deep) == values(CAMERA_2015)


@given(st.binary(max_size=300))
def test_no_bytes_raise(data: bytes) -> None:
    dhip.read(data)
    dhip.read(framed(data))
    dhip.read(b'{"method":"client.notifyDevInfo",' + data)
    dhip.read_legacy(data)
    dhip.read_legacy(LEGACY[:120] + data)


def test_the_legacy_question_is_the_datagram_seen_in_use() -> None:
    # julienblitte/UniversalScanner Dahua1.cs, mcw0/DahuaConsole net.py.
    assert dhip.legacy_question().hex() == "a3010001" + "00" * 12 + "02000000" + "00" * 12


def test_a_legacy_answer_gives_type_model_serial_and_mac() -> None:
    assert legacy_values(LEGACY) == {
        Field.DHIP_LEGACY: "Virtual",
        Field.DHIP_MODEL: "Virtual",
        Field.DHIP_SERIAL: "123456789",
        Field.DHIP_MAC: "00:11:22:33:44:55",
    }


def test_a_legacy_answer_with_a_firmware_version_gives_it() -> None:
    version = bytes.fromhex("0200 2003 0000 0100")

    assert legacy_values(LEGACY[:0x20] + version + LEGACY[0x28:])[Field.DHIP_VERSION] == "2.800.0.1"


def test_a_legacy_answer_without_a_model_takes_the_device_line() -> None:
    shorter = LEGACY.replace(b":55Virtual", b":55").replace(b"Device:Virtual", b"Device:IPC-HFW2100")
    answer = bytearray(shorter)
    answer[0x02], answer[0x14] = 17, len(shorter) - 0x78 - 17

    assert legacy_values(bytes(answer))[Field.DHIP_MODEL] == "IPC-HFW2100"


@pytest.mark.parametrize("offset", [0x00, 0x02, 0x04, 0x10, 0x14])
def test_a_legacy_answer_whose_parts_do_not_add_up_is_refused(offset: int) -> None:
    other = bytearray(LEGACY)
    other[offset] ^= 0x01

    assert dhip.read_legacy(bytes(other)) == ()


def test_our_own_legacy_question_and_cut_or_padded_answers_give_nothing() -> None:
    assert dhip.read_legacy(dhip.legacy_question()) == ()
    assert dhip.read_legacy(LEGACY + b"\0") == ()
    assert [length for length in range(len(LEGACY)) if dhip.read_legacy(LEGACY[:length])] == []
