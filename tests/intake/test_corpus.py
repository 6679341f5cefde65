"""Labelled records, for measuring the database."""

import json
from base64 import b64encode
from datetime import UTC, datetime

import pytest

from scanner.errors import UsageProblem
from scanner.intake.corpus import Labelled, facts, read
from scanner.model.field import Field
from tests.intake.messages import MESSAGES

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def record(**changes: object) -> bytes:
    whole = {
        "id": "capture-1",
        "channel": "http.server",
        "value": "DNVRS-Webs",
        "label": {"family": "hikvision", "device_class": "NVR"},
        "kind": "capture",
    }
    return json.dumps(whole | changes).encode()


def only(**changes: object) -> Labelled:
    (labelled,) = read([record(**changes)], AT)
    return labelled


def test_a_capture_is_a_record_that_the_scanner_ought_to_know() -> None:
    labelled = only()

    assert labelled.is_strict
    assert (labelled.record.id, labelled.record.channel, labelled.record.maker) == (
        "capture-1",
        "http.server",
        "hikvision",
    )
    assert [(seen.field, seen.value) for seen in labelled.record.observations] == [
        (Field.HTTP_SERVER, "DNVRS-Webs")
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "pattern-derived"},
        {"weak": True},
        {"auth_required": True},
        {"label": {"family": "dahua", "device_class": "management-software"}},
    ],
)
def test_what_cannot_tell_is_kept_apart(changes: dict[str, object]) -> None:
    assert not only(**changes).is_strict


def test_records_on_which_sources_disagree_are_left_out() -> None:
    assert list(read([record(conflict=True), b"\n", record()], AT)) == [only()]


def test_an_unknown_family_has_no_maker() -> None:
    assert only(label={"family": "unknown"}).record.maker is None


def test_whole_messages_come_in_base64() -> None:
    data, field, value = MESSAGES["dhip"]

    seen = only(channel="dhip.reply", value=None, value_b64=b64encode(data).decode()).record.observations

    assert (field, value) in [(one.field, one.value) for one in seen]


@pytest.mark.parametrize(
    ("channel", "data", "field"),
    [
        ("http.response", MESSAGES["http"][0], Field.HTTP_REALM),
        ("rtsp.response", MESSAGES["rtsp"][0], Field.RTSP_REALM),
        ("onvif.device_info", MESSAGES["onvif"][0], Field.ONVIF_MODEL),
        ("wsd.probematch", MESSAGES["wsdiscovery"][0], Field.ONVIF_SCOPES),
        ("sadp.reply", MESSAGES["sadp"][0], Field.SADP_MODEL),
        ("ssdp.response", MESSAGES["ssdp"][0], Field.SSDP_USN),
        ("upnp.description", MESSAGES["upnp"][0], Field.UPNP_MODEL_NAME),
        ("telnet.banner", MESSAGES["telnet"][0], Field.TELNET_BANNER),
        ("tcp.banner", MESSAGES["tcp"][0], Field.TCP_BANNER),
        ("http.realm", b"DVRNVRDVS", Field.HTTP_REALM),
        ("http.favicon_mmh3", b"-1616115760", Field.FAVICON_MMH3),
        ("tls.subject", b"CN=GA", Field.X509_SUBJECT),
        ("snmp.sysdescr", b"DH-NVR4108HS-8P-4KS2", Field.SNMP_DESCRIPTION),
        ("mdns.service", b"_psia._tcp.local.", Field.MDNS_SERVICE),
    ],
)
def test_every_channel_is_read_as_what_it_is(channel: str, data: bytes, field: Field) -> None:
    assert field in {fact.field for fact in facts(channel, data)}


def test_a_record_can_be_told_to_judge() -> None:
    data, _, _ = MESSAGES["dhip"]
    encoded = b64encode(data).decode()

    assert only().told == {"host": "capture-1", "field": "http.server", "value": "DNVRS-Webs"}
    assert only(channel="mac", value="58:50:ed").told["value"] == "5850ed000000"
    assert only(channel="dhip.reply", value_b64=encoded).told == {
        "host": "capture-1",
        "protocol": "dhip.reply",
        "data_base64": encoded,
    }


def test_the_prefix_of_a_registered_block_stands_for_an_address_of_it() -> None:
    assert [fact.value for fact in facts("mac", b"58:50:ed")] == ["58:50:ed:00:00:00"]
    assert [fact.value for fact in facts("mac", b"58:50:ed:1f:e3:85")] == ["58:50:ed:1f:e3:85"]


@pytest.mark.parametrize(
    "line", [b"{", b"[]", b"7", record(channel="gopher"), record(label="hikvision"), record(value=7)]
)
def test_a_line_that_is_no_record_is_named(line: bytes) -> None:
    with pytest.raises(UsageProblem, match="Line 2 of the corpus is not a labelled record"):
        list(read([record(), line], AT))
