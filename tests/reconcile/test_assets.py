"""Reading asset lists as spreadsheets, registers and people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import UsageProblem
from scanner.reconcile.asset import Asset, Column
from scanner.reconcile.assets import MAX_COLUMNS, read

REGISTER = "Asset Tag,Serial No.,MAC Address,IP,Manufacturer,Model,Location\r\n"


def test_columns_are_known_by_their_usual_headers() -> None:
    listed = read(
        f"{REGISTER}CAM-1,507412345,C0-56-E3-7A-31-02,10.0.0.5,Hikvision,DS-2CD2032-I,CCTV\r\n".encode(),
        "a.csv",
    )

    assert listed.assets == (
        Asset(2, "CAM-1", "507412345", "c0:56:e3:7a:31:02", "10.0.0.5", "Hikvision", "DS-2CD2032-I", "CCTV"),
    )
    assert listed.remarks == (
        "Read from a.csv: 1 assets; reference from 'Asset Tag', serial from 'Serial No.', "
        "mac from 'MAC Address', address from 'IP', maker from 'Manufacturer', model from 'Model', "
        "location from 'Location'.",
    )


@pytest.mark.parametrize(
    ("data", "serial"),
    [
        ("Serial;Ort\r\nX1;Köln\r\n".encode(), "X1"),
        (b"\xef\xbb\xbfserial\tplace\nX1\tK\xc3\xb6ln\n", "X1"),
        ("serial,place\nX1,Köln\n".encode("utf-16"), "X1"),
        ("serial,place\nX1,Köln\n".encode("utf-16-le"), "X1"),
        ("serial,place\nX1,Köln\n".encode("utf-16-be"), "X1"),
        ("serial,place\nX1,Köln\n".encode("cp1252"), "X1"),
        (b"sep=;\r\nserial;note\r\nX1;a,b,c\r\n", "X1"),
        (b'note,"a;b;c;d",serial\nn,m,X1\n', "X1"),
    ],
)
def test_every_usual_encoding_and_delimiter_is_read(data: bytes, serial: str) -> None:
    assert [asset.serial for asset in read(data, "list").assets] == [serial]


def test_a_guessed_encoding_is_said() -> None:
    listed = read("serial,place\nX1,Köln\n".encode("cp1252"), "list.csv", {Column.LOCATION: "Place"})

    assert listed.assets[0].location == "Köln"
    assert listed.remarks[0] == (
        "list.csv is not in UTF-8 and was read as Windows-1252: look at its accented letters."
    )


def test_lines_keep_their_numbers_across_blank_lines_and_line_breaks_in_cells() -> None:
    listed = read(b'serial,note\n\nX1,"two\nlines"\n,,\nX2,\n', "list")

    assert [(asset.line, asset.serial) for asset in listed.assets] == [(3, "X1"), (6, "X2")]


def test_a_named_column_comes_before_a_usual_one() -> None:
    listed = read(b"Serial,S/N (label)\nA,B\n", "list", {Column.SERIAL: "S/N (label)"})

    assert listed.assets[0].serial == "B"


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "list is empty"),
        (b"PK\x03\x04rest of a workbook", "is a workbook and no text"),
        (b"serial\n\x81\x8d\n", "is not text in UTF-8, nor in Windows-1252 (byte 7)"),
        ("serial\nX\n".encode("utf-16") + b"\xd8", "is not text in UTF-16"),
        (b"serial,model\nX,\0\0\n", "holds zero bytes"),
        (b"colour,price\nred,7\n", "No column of list names a serial number, MAC, address or model"),
        (b'serial\n"X\n', "line 2: it is not CSV"),
        (
            (",".join(f"c{n}" for n in range(1000)) + "\n").encode(),
            f"1000 columns, and a list of at most {MAX_COLUMNS}",
        ),
    ],
)
def test_what_cannot_be_used_is_refused_whole(data: bytes, complaint: str) -> None:
    with pytest.raises(UsageProblem) as refused:
        read(data, "list")

    assert complaint in str(refused.value)
    assert "nothing was compared" in str(refused.value)


@pytest.mark.parametrize(
    ("header", "complaint"),
    [(b"a,b\n", "has no column 'S/N', which --map names"), (b"S/N,s n\n", "has 2 columns 'S/N'")],
)
def test_a_named_column_must_be_there_once(header: bytes, complaint: str) -> None:
    with pytest.raises(UsageProblem) as refused:
        read(header, "list", {Column.SERIAL: "S/N"})

    assert complaint in str(refused.value)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        listed = read(data, "list")
    except UsageProblem:
        return

    assert all(isinstance(asset, Asset) for asset in listed.assets)
