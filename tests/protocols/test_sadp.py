from ipaddress import IPv4Address
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.field import Field
from scanner.protocols import sadp

# Answer of a DS-2CD2385G1-I as quoted in public file 28488762960.
CAMERA_2019 = b"""<?xml version="1.0" encoding="UTF-8"?>
<ProbeMatch>
<Uuid>e8ecfe09-90e4-44c0-842b-703f46b58c81</Uuid>
<Types>inquiry</Types>
<DeviceType>141945</DeviceType>
<DeviceDescription>DS-2CD2385G1-I</DeviceDescription>
<DeviceSN>DS-2CD2385G1-I20200414AAWRE33842150</DeviceSN>
<CommandPort>8000</CommandPort>
<HttpPort>80</HttpPort>
<MAC>58-50-ed-1f-e3-85</MAC>
<IPv4Address>192.168.124.40</IPv4Address>
<IPv4SubnetMask>255.255.255.0</IPv4SubnetMask>
<IPv4Gateway>192.168.124.1</IPv4Gateway>
<IPv6Address>::</IPv6Address>
<IPv6Gateway>::</IPv6Gateway>
<IPv6MaskLen>64</IPv6MaskLen>
<DHCP>true</DHCP>
<AnalogChannelNum>0</AnalogChannelNum>
<DigitalChannelNum>1</DigitalChannelNum>
<SoftwareVersion>V5.6.2build 190701</SoftwareVersion>
<DSPVersion>V7.3 build 190626</DSPVersion>
<BootTime>1970-01-15 02:44:11</BootTime>
<Encrypt>true</Encrypt>
<ResetAbility>false</ResetAbility>
<DiskNumber>0</DiskNumber>
<Activated>true</Activated>
<PasswordResetAbility>true</PasswordResetAbility>
<PasswordResetModeSecond>true</PasswordResetModeSecond>
<DetailOEMCode>1</DetailOEMCode>
<SupportSecurityQuestion>true</SupportSecurityQuestion>
<SupportHCPlatform>true</SupportHCPlatform>
<HCPlatformEnable>flase</HCPlatformEnable>
<IsModifyVerificationCode>true</IsModifyVerificationCode>
<Salt>d8eebc414effc857bed4c3cc203c8b4413f60b00a9f4acc410084358d5fd3f91</Salt>
<DeviceLock>flase</DeviceLock>
<SDKOverTLSPort>8443</SDKOverTLSPort>
<SDKServerStatus>true</SDKServerStatus>
<SDKOverTLSServerStatus>true</SDKOverTLSServerStatus>
<SupportMailBox>true</SupportMailBox>
</ProbeMatch>"""

# Answer of a DS-2CD2320D-I as quoted in public file 19375522317.
CAMERA_2018 = b"""<?xml version="1.0" encoding="UTF-8"?>
<ProbeMatch><Uuid>F93CF8DC-DF53-424B-98A7-9FC0536E1083</Uuid>
<Types>inquiry</Types>
<DeviceType>142378</DeviceType>
<DeviceDescription>DS-2CD2320D-I</DeviceDescription>
<DeviceSN>DS-2CD2320D-I20180919AACHC52932642</DeviceSN>
<CommandPort>8000</CommandPort>
<HttpPort>80</HttpPort>
<MAC>44-47-cc-37-ce-81</MAC>
<IPv4Address>192.168.1.112</IPv4Address>
<IPv4SubnetMask>255.255.255.0</IPv4SubnetMask>
<IPv4Gateway>192.168.1.1</IPv4Gateway>
<IPv6Address>240e:361:c0a:2a00:4647:ccff:fe37:ce81</IPv6Address>
<IPv6Gateway>::</IPv6Gateway>
<IPv6MaskLen>64</IPv6MaskLen>
<DHCP>true</DHCP>
<AnalogChannelNum>0</AnalogChannelNum>
<DigitalChannelNum>1</DigitalChannelNum>
<SoftwareVersion>V5.5.6build 180326</SoftwareVersion>
<DSPVersion>V7.3 build 180326</DSPVersion>
<BootTime>2024-09-18 09:21:28</BootTime>
<Encrypt>true</Encrypt>
<ResetAbility>false</ResetAbility>
<DiskNumber>0</DiskNumber>
<Activated>true</Activated>
<PasswordResetAbility>true</PasswordResetAbility>
<PasswordResetModeSecond>true</PasswordResetModeSecond>
<SupportSecurityQuestion>true</SupportSecurityQuestion>
<SupportHCPlatform>true</SupportHCPlatform>
<HCPlatformEnable>flase</HCPlatformEnable>
<IsModifyVerificationCode>true</IsModifyVerificationCode>
<Salt>fc5237457341362c0d8810a4bfba0b85ed13421d1d553c62544a7df15948947a</Salt>
<DeviceLock>true</DeviceLock>
</ProbeMatch>"""

# Start-up announcement after the responder in LLLL-M/privateCodeforItsc sadp.c: CRLF, no Uuid.
HELLO = (
    b'<?xml version="1.0" encoding="UTF-8"?>\r\n<Hello>\r\n<Types>hello</Types>\r\n'
    b"<DeviceType>2</DeviceType>\r\n<DeviceDescription>IPCamera</DeviceDescription>\r\n<MAC>00:11:22:33:44:55</MAC>\r\n</Hello>\r\n"
)

# Frame worked out twice, by the rules in the module and by MatrixEditor/hiktools, with equal result.
INQUIRY_FRAME = bytes.fromhex(
    "ffffffffffff 020000000001 8033"
    "21020142 0000115e 0604 03 00 a5ff 020000000001 c0a8010a ffffffffffff 00000000 00000000"
    "00000000000000000000000000000000 000000000000000000000000"
)

# No capture of a response exists; this one is laid out after sadp.c in LLLL-M/privateCodeforItsc.
RESPONSE = (
    bytes.fromhex("210201f6 0000115e 0604 04 00 0000 4419b6aabbcc c0a80140 020000000001 c0a8010a ffffff00")
    + b"DS-2CD1301-I20200921AAWRE28576815".ljust(48, b"\0")
    + bytes.fromhex("00000002 00001f40 00000001 00000000")
    + b"V5.4.5build 170123".ljust(48, b"\0")
    + b"V7.3 build 170111".ljust(48, b"\0")
    + b"2020-10-01 08:00:00".ljust(48, b"\0")
)


def values(data: bytes) -> dict[Field, str]:
    return {fact.field: fact.value for fact in sadp.read(data)}


def test_the_question_is_the_inquiry_that_public_tools_send() -> None:
    # cameronnewman/hikvision-tooling, julienblitte/UniversalScanner, 4n4nk3/HikPwn.
    assert sadp.question(UUID("F93CF8DC-DF53-424B-98A7-9FC0536E1083")) == (
        b'<?xml version="1.0" encoding="utf-8"?>'
        b"<Probe><Uuid>F93CF8DC-DF53-424B-98A7-9FC0536E1083</Uuid><Types>inquiry</Types></Probe>"
    )


def test_an_answer_gives_model_serial_versions_and_mac() -> None:
    assert values(CAMERA_2019) == {
        Field.SADP_MODEL: "DS-2CD2385G1-I",
        Field.SADP_SERIAL: "DS-2CD2385G1-I20200414AAWRE33842150",
        Field.SADP_SOFTWARE: "V5.6.2build 190701",
        Field.SADP_DSP: "V7.3 build 190626",
        Field.SADP_TYPE: "141945",
        Field.SADP_MAC: "58:50:ed:1f:e3:85",
        Field.SADP_ACTIVATED: "true",
        Field.SADP_CHANNELS: "1",
        Field.SADP_REPLY: CAMERA_2019.decode(),
    }


def test_every_fact_carries_the_message_that_shows_it() -> None:
    assert {fact.raw for fact in sadp.read(CAMERA_2018)} == {CAMERA_2018}


def test_an_older_answer_without_oem_code_is_read_the_same() -> None:
    read = values(CAMERA_2018)

    assert read[Field.SADP_SOFTWARE] == "V5.5.6build 180326"
    assert read[Field.SADP_MAC] == "44:47:cc:37:ce:81"


def test_a_recorder_has_the_sum_of_its_analogue_and_digital_channels() -> None:
    recorder = CAMERA_2018.replace(b"<AnalogChannelNum>0", b"<AnalogChannelNum>16").replace(
        b"<DigitalChannelNum>1", b"<DigitalChannelNum>8"
    )

    assert values(recorder)[Field.SADP_CHANNELS] == "24"


@pytest.mark.parametrize(
    ("sent", "read"), [("true", "true"), ("false", "false"), ("flase", "false"), ("maybe", None), ("", None)]
)
def test_flase_is_how_some_firmware_spells_false(sent: str, read: str | None) -> None:
    answer = CAMERA_2019.replace(b"<Activated>true", f"<Activated>{sent}".encode())

    assert values(answer).get(Field.SADP_ACTIVATED) == read


def test_a_start_up_announcement_is_read() -> None:
    read = values(HELLO)

    assert read[Field.SADP_MODEL] == "IPCamera"
    assert read[Field.SADP_MAC] == "00:11:22:33:44:55"


@pytest.mark.parametrize(
    "data",
    [
        sadp.question(UUID(int=0)),
        b"<ProbeMatch/>",
        b"<ProbeMatch><Types>inquiry</Types></ProbeMatch>",
        b"<Envelope><ProbeMatch><MAC>58-50-ed-1f-e3-85</MAC></ProbeMatch></Envelope>",
        b'<!DOCTYPE x [<!ENTITY m "1">]><ProbeMatch><DeviceType>&m;</DeviceType></ProbeMatch>',
        b"NOTIFY * HTTP/1.1\r\n\r\n",
        b"",
    ],
)
def test_questions_and_other_messages_give_nothing(data: bytes) -> None:
    assert sadp.read(data) == ()


def test_values_that_make_no_sense_are_left_out_and_the_rest_is_kept() -> None:
    answer = (
        b"<ProbeMatch><DeviceDescription>DS-7608NI-K2</DeviceDescription><MAC>none</MAC>"
        b"<AnalogChannelNum>-1</AnalogChannelNum><DigitalChannelNum>99999999999</DigitalChannelNum></ProbeMatch>"
    )

    assert values(answer).keys() == {Field.SADP_MODEL, Field.SADP_REPLY}


def test_a_cut_answer_never_shows_half_a_value() -> None:
    whole = set(values(CAMERA_2019).values())

    for length in range(len(CAMERA_2019)):
        read = values(CAMERA_2019[:length])
        read.pop(Field.SADP_REPLY, None)
        assert whole >= set(read.values())


@given(st.binary(max_size=300))
def test_no_bytes_raise(data: bytes) -> None:
    sadp.read(data)
    sadp.read(b"<ProbeMatch><MAC>" + data)
    sadp.read_frame(data)
    sadp.read_frame(RESPONSE[:14] + data)


def test_the_inquiry_frame_is_the_worked_example() -> None:
    frame = sadp.inquiry_frame("02:00:00:00:00:01", IPv4Address("192.168.1.10"), sequence=0x115E)

    assert frame == INQUIRY_FRAME
    assert len(frame) == 80


@given(st.binary(min_size=6, max_size=6), st.ip_addresses(v=4), st.integers(0, 2**32 - 1))
def test_the_words_of_any_inquiry_frame_add_up_to_ones(mac: bytes, address: IPv4Address, number: int) -> None:
    message = sadp.inquiry_frame(mac.hex(":"), address, number)[14:]
    stored = int.from_bytes(message[12:14])
    words = [int.from_bytes(message[i : i + 2], "little") for i in range(0, 66, 2) if i != 12]

    assert (sum(words) + stored) % 0xFFFF == 0


def test_a_response_frame_gives_serial_versions_and_mac() -> None:
    read = {fact.field: fact.value for fact in sadp.read_frame(RESPONSE)}

    assert read == {
        Field.SADP_SERIAL: "DS-2CD1301-I20200921AAWRE28576815",
        Field.SADP_SOFTWARE: "V5.4.5build 170123",
        Field.SADP_DSP: "V7.3 build 170111",
        Field.SADP_TYPE: "2",
        Field.SADP_MAC: "44:19:b6:aa:bb:cc",
    }


def test_a_response_frame_tells_the_address_the_device_is_set_to() -> None:
    reply = sadp.parse_frame(RESPONSE + bytes(100))

    assert reply is not None
    assert reply.address == IPv4Address("192.168.1.64")


@pytest.mark.parametrize("offset", [0, 1, 8, 9, 10])
def test_a_frame_with_another_mark_is_no_response(offset: int) -> None:
    other = bytearray(RESPONSE)
    other[offset] ^= 0xFF

    assert sadp.read_frame(bytes(other)) == ()


def test_a_response_frame_that_says_nothing_is_refused() -> None:
    assert sadp.read_frame(RESPONSE[:38] + bytes(208)) == ()


def test_our_own_inquiry_and_cut_responses_give_nothing() -> None:
    assert sadp.read_frame(INQUIRY_FRAME[14:].ljust(500, b"\0")) == ()
    assert [length for length in range(len(RESPONSE)) if sadp.read_frame(RESPONSE[:length])] == []
