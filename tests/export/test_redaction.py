"""Redaction: what a level takes out and what stays; nothing slips through a column that is new."""

import pytest

from scanner.export.redaction import (
    DEVICE_COLUMNS,
    KEPT,
    SITE_COLUMNS,
    TEXT_COLUMNS,
    Level,
    Redaction,
)
from scanner.export.row import CHANGE_COLUMNS, COLUMNS

KEY = bytes(32)
NAMES = ("Depot North", "quay")


def redaction(level: Level, key: bytes = KEY) -> Redaction:
    return Redaction(level, key, NAMES)


def test_every_column_has_been_decided_about() -> None:
    decided = KEPT | DEVICE_COLUMNS.keys() | SITE_COLUMNS.keys() | TEXT_COLUMNS | {"evidence", "reason"}

    assert {*COLUMNS, *CHANGE_COLUMNS} <= decided


def test_a_column_that_nobody_decided_about_is_empty() -> None:
    assert redaction(Level.ADDRESSES).row(("gps", "verdict"), ("51.5,-0.1", "flagged")) == (None, "flagged")


def test_none_changes_nothing() -> None:
    row = ("10.0.0.5", "depot", "it is at 10.0.0.5")

    assert redaction(Level.NONE).row(("address", "site", "reason"), row) == row


def test_the_same_thing_has_the_same_pseudonym_within_one_export_and_another_in_the_next() -> None:
    one, other = redaction(Level.ADDRESSES), redaction(Level.ADDRESSES, b"another")

    assert one.pseudonym("mac", "C0:56:E3:7A:31:02") == one.pseudonym("mac", "c0:56:e3:7a:31:02")
    assert one.text("seen at 10.0.0.5.") == f"seen at {one.pseudonym('address', '10.0.0.5')}."
    assert one.pseudonym("mac", "c0:56:e3:7a:31:02") != other.pseudonym("mac", "c0:56:e3:7a:31:02")
    assert one.pseudonym("address", "x") != one.pseudonym("serial", "x")


@pytest.mark.parametrize(
    "secret",
    [
        "10.0.0.5",
        "10.0.0.0/24",
        "2001:db8::17",
        "fe80::c256:e3ff:fe7a:3102",
        "::ffff:10.0.0.5",
        "c0:56:e3:7a:31:02",
        "C0-56-E3-7A-31-02",
        "c056.e37a.3102",
        "c056e37a3102",
        "5f5a69c2-e0ae-504f-829b-c056e37a3102",
    ],
)
@pytest.mark.parametrize(
    "form", ["{}", "http://{}/doc", "[{}]:80", "at {}, and more", "at {}.", "{}: no", "MAC={};", "x ({})"]
)
def test_addresses_are_found_in_texts(secret: str, form: str) -> None:
    text = redaction(Level.ADDRESSES).text(form.format(secret))

    assert secret.partition("/")[0] not in text
    assert "-" in text


@pytest.mark.parametrize(
    "text", ["DS-2CD2032-I", "V5.7.3 build 2022-01-12", "12:30", "std::vector", "5.7.3.1.2.999"]
)
def test_what_is_no_address_stays(text: str) -> None:
    assert redaction(Level.ADDRESSES).text(text) == text


def test_names_go_at_the_strictest_level_only() -> None:
    told = ("Depot North", "quay", "QUAY camera of Depot North")
    columns = ("site", "segment", "model")
    strict = redaction(Level.SITES)

    assert redaction(Level.ADDRESSES).row(columns, told) == told
    assert strict.row(columns, told) == (
        strict.pseudonym("site", "Depot North"),
        strict.pseudonym("segment", "quay"),
        f"{strict.pseudonym('name', 'quay')} camera of {strict.pseudonym('name', 'Depot North')}",
    )


def test_evidence_keeps_the_values_of_products_only() -> None:
    told = (
        "http_header.server=DNVRS-Webs",
        "sadp.serial_number=DS-2CD2032-I20150101AACH507412345",
        "http_body=<title>Front gate of Depot North</title>",
        "upnp.model_name=Camera at 10.0.0.5",
        "http_header.server=Webs for c0:56:e3:7…",
    )
    one = redaction(Level.ADDRESSES)

    assert one.row(("evidence",), (told,)) == (
        (
            "http_header.server=DNVRS-Webs",
            "sadp.serial_number",
            "http_body",
            f"upnp.model_name=Camera at {one.pseudonym('address', '10.0.0.5')}",
            "http_header.server",
        ),
    )


def test_the_reason_quotes_what_devices_say_and_goes() -> None:
    assert redaction(Level.ADDRESSES).row(("reason",), ('known: (x "10.0.0.5")',)) == (None,)
