"""What the personas say is what the sources say, and their truth is whole; no network is needed."""

import json
import re
import struct
from email.utils import parsedate_to_datetime
from ipaddress import IPv4Address

import pytest

from scanner.matching.oui import Registry
from tests.lab import LabError, Plan, personas_for
from tests.lab.datagram import Dhip, DvripSearch, Sadp, UdpService
from tests.lab.link import sadp_checksum
from tests.lab.persona import Persona
from tests.lab.personas import ALL_PERSONAS, DEFAULT_PERSONAS, PERSONAS
from tests.lab.personas.awkward import AWKWARD
from tests.lab.personas.dahua import DAHUA
from tests.lab.personas.dahua_rebrand import DAHUA_REBRANDS
from tests.lab.personas.hikvision import HIKVISION
from tests.lab.personas.hikvision_rebrand import HIKVISION_REBRANDS
from tests.lab.personas.other import OTHER
from tests.lab.personas.pretender import PRETENDERS
from tests.lab.question import DHIP_SEARCH, DVRIP_SEARCH, SADP_FRAME, SADP_INQUIRY
from tests.lab.stream import Web
from tests.lab.unit import Unit, copied_serial


def unit_of(persona: Persona) -> Unit:
    return persona.unit(IPv4Address("10.77.0.10"))


def answer_of(persona: Persona, kind: type[UdpService], request: bytes) -> bytes:
    service = next(service for service in persona.services if isinstance(service, kind))
    return service.answers(request, unit_of(persona))[0]


def test_sadp_checksum_is_that_of_the_worked_frame() -> None:
    message = SADP_FRAME[14:80]

    assert sadp_checksum(message[:12] + bytes(2) + message[14:]) == message[12:14] == b"\xa5\xff"


def test_both_length_fields_of_a_dhip_reply_are_those_of_its_json() -> None:
    answer = answer_of(PERSONAS["intelbras"], Dhip, DHIP_SEARCH)

    body = json.loads(answer[32:])
    assert struct.unpack("<I4sQQQ", answer[:32]) == (32, b"DHIP", 0, len(answer) - 32, len(answer) - 32)
    assert list(body) == ["mac", "method", "params"]
    assert body["params"]["deviceInfo"]["Vendor"] == "Intelbras"
    assert rb"\/0" in answer


def test_the_lengths_of_a_legacy_reply_add_up_to_the_datagram() -> None:
    answer = answer_of(PERSONAS["dahua-nvr"], DvripSearch, DVRIP_SEARCH)

    assert answer[0] == 0xB3
    assert 0x78 + answer[2] + int.from_bytes(answer[0x14:0x16], "little") == len(answer)
    assert answer[0x78 : 0x78 + 17] == b"3c:ef:8c:18:a5:07"


@pytest.mark.parametrize("name", ["dahua-ipc", "dahua-nvr"])
def test_the_etag_of_a_dahua_page_is_its_time_and_its_length(name: str) -> None:
    web = next(service for service in PERSONAS[name].services if isinstance(service, Web))
    head, _, body = (
        web.answer(b"GET / HTTP/1.1\r\n\r\n", unit_of(PERSONAS[name])).decode().partition("\r\n\r\n")
    )
    headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:])

    modified = int(parsedate_to_datetime(headers["Last-Modified"]).timestamp())
    assert headers["Etag"] == f'"{modified}:{len(body.encode()):x}"'


def test_the_sadp_reply_keeps_the_firmwares_spelling_and_the_askers_uuid() -> None:
    answer = answer_of(PERSONAS["hik-ipc"], Sadp, SADP_INQUIRY).decode()

    assert "<Uuid>F93CF8DC-DF53-424B-98A7-9FC0536E1083</Uuid>\n<Types>inquiry</Types>" in answer
    assert "<HCPlatformEnable>flase</HCPlatformEnable>" in answer
    assert "<MAC>58-50-ed-1f-e3-85</MAC>" in answer


def test_what_a_device_must_never_be_sent_gets_no_answer() -> None:
    activate = SADP_INQUIRY.replace(b"inquiry", b"activate")
    configure = DHIP_SEARCH.replace(b"DHDiscover.search", b"DHDiscover.setCon")

    for persona in (*HIKVISION, *DAHUA):
        for service in persona.services:
            if isinstance(service, Sadp | Dhip):
                assert service.answers(activate, unit_of(persona)) == []
                assert service.answers(configure, unit_of(persona)) == []


@pytest.mark.parametrize(
    ("serial", "second"),
    [
        ("DS-2CD2385G1-I20200414AAWRE33842150", "DS-2CD2385G1-I20200414AAWRE33842151"),
        ("1620170915AARR831427436WCVU", "1620170915AARR831427437WCVU"),
        ("6C01E93PAG69A7D", "6C01E93PAG69001"),
    ],
)
def test_a_second_unit_has_its_own_serial_number_in_the_same_grammar(serial: str, second: str) -> None:
    assert copied_serial(serial, 0) == serial
    assert copied_serial(serial, 1) == second


def test_the_default_lan_holds_what_a_census_must_tell_apart() -> None:
    targets = [persona.truth for persona in (*HIKVISION, *DAHUA)]

    assert len(HIKVISION) == len(DAHUA) == 7
    assert len(OTHER) == 10
    assert {"vms", "scale", "copied-realm", "silent", "tarpit"} <= set(DEFAULT_PERSONAS)
    assert all(row.verdict == "flagged" and "maker" in row.shown for row in targets)
    assert {row.device_class for row in targets} == {
        *("camera", "recorder", "thermal_camera", "intercom", "access_terminal")
    }


@pytest.mark.parametrize("persona", PERSONAS.values(), ids=PERSONAS)
def test_a_persona_shows_only_what_it_has(persona: Persona) -> None:
    for name in {*persona.truth.shown, *persona.truth.announced} - {"serial"}:
        assert getattr(persona.truth, name), name
    assert persona.serial or "serial" not in persona.truth.shown
    assert set(persona.truth.link_only) <= set(persona.truth.shown)


def test_everything_is_each_kind_once_and_only_the_misbehaving_stay_out() -> None:
    assert len(ALL_PERSONAS) == len(set(ALL_PERSONAS)) >= 60
    assert set(DEFAULT_PERSONAS) <= set(ALL_PERSONAS)
    by_name_only = {persona.name for persona in (*AWKWARD, *PRETENDERS)}
    assert set(PERSONAS) - set(ALL_PERSONAS) == by_name_only - {"silent", "tarpit"}


@pytest.mark.parametrize("persona", (*HIKVISION_REBRANDS, *DAHUA_REBRANDS), ids=lambda persona: persona.name)
def test_a_rebrand_stands_at_a_block_that_is_not_the_makers(persona: Persona) -> None:
    registrant = Registry.shipped().registrant(persona.mac) or ""

    assert persona.truth.brand not in ("Hikvision", "Dahua", "")
    assert not re.search("hikvision|ezviz|dahua|huacheng", registrant, re.IGNORECASE)


def test_every_device_has_an_address_and_a_mac_of_its_own() -> None:
    devices = list(Plan(personas=personas_for((), devices=250)).devices())

    assert len({unit.address for _, unit in devices}) == len({unit.mac for _, unit in devices}) == 250
    assert devices[0][1].mac[:8] == devices[len(DEFAULT_PERSONAS)][1].mac[:8]


def test_more_devices_than_addresses_are_refused() -> None:
    with pytest.raises(LabError, match="room for 253 hosts, not for 254"):
        list(Plan(personas=personas_for((), devices=254)).devices())
