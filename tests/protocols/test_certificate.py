"""Certificates: names as makers write them, and the thirteen ways in which devices get them wrong.

The certificates are built here, byte by byte, since no library writes what devices send. Their
signatures are empty: nothing reads them.
"""

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.field import Field
from scanner.protocols import certificate


def tlv(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    if len(body) < 128:
        return bytes([tag, len(body)]) + body
    return bytes([tag, 0x82]) + len(body).to_bytes(2, "big") + body


OIDS = {"CN": 3, "C": 6, "L": 7, "ST": 8, "O": 10, "OU": 11}
UTF8, PRINTABLE = 0x0C, 0x13


def attribute(key: str, value: bytes, tag: int = UTF8) -> bytes:
    return tlv(0x31, tlv(0x30, tlv(0x06, b"\x55\x04", bytes([OIDS[key]])), tlv(tag, value)))


def name(**attributes: str) -> bytes:
    return tlv(0x30, *(attribute(key, value.encode()) for key, value in attributes.items()))


RSA = tlv(0x30, tlv(0x06, bytes.fromhex("2a864886f70d010101")), b"\x05\x00")
SHA1_RSA = tlv(0x30, tlv(0x06, bytes.fromhex("2a864886f70d010105")), b"\x05\x00")
MD5_RSA = tlv(0x30, tlv(0x06, bytes.fromhex("2a864886f70d010104")), b"\x05\x00")
NUMBERS = tlv(0x30, tlv(0x02, b"\x00" + b"\xc3" * 64), tlv(0x02, b"\x01\x00\x01"))
KEY = tlv(0x30, RSA, tlv(0x03, b"\x00", NUMBERS))
VALID = tlv(0x30, tlv(0x17, b"191217000000Z"), tlv(0x17, b"371231000000Z"))
V3 = tlv(0xA0, tlv(0x02, b"\x02"))

# Source: rapid7/recog x509_subjects.xml, and a private CA with the text of a Dahua recorder's issuer
# (D4-project/Plum-Island issue 204).
HIKVISION = name(C="CN", ST="ZheJiang", L="HangZhou", O="HIKVISION", OU="DVRNVR", CN="www.hikvision.com")
DAHUA = name(
    C="CN", O="Zhejiang\u00a0Dahua\u00a0Technology\u00a0Co.,Ltd.", CN="Dahua\u00a0Device\u00a0NVR\u00a0CA"
)
SUBJECT = "CN=www.hikvision.com,OU=DVRNVR,O=HIKVISION,L=HangZhou,ST=ZheJiang,C=CN"
ISSUER = "CN=Dahua Device NVR CA,O=Zhejiang Dahua Technology Co.\\,Ltd.,C=CN"


def der(
    serial: bytes = b"\x01",
    version: bytes = V3,
    signature: bytes = SHA1_RSA,
    issuer: bytes = DAHUA,
    valid: bytes = VALID,
    subject: bytes = HIKVISION,
) -> bytes:
    body = tlv(0x30, version, tlv(0x02, serial), signature, issuer, valid, subject, KEY)
    return tlv(0x30, body, signature, tlv(0x03, b"\x00" * 65))


GOOD = der()


def values(data: bytes) -> dict[Field, str]:
    return {fact.field: fact.value for fact in certificate.read(data)}


def test_names_are_written_last_attribute_first_with_plain_blanks() -> None:
    assert values(GOOD) == {
        Field.X509_SUBJECT: SUBJECT,
        Field.X509_ISSUER: ISSUER,
        Field.X509_SHA256: hashlib.sha256(GOOD).hexdigest(),
    }


def test_the_certificate_is_the_evidence() -> None:
    assert {fact.raw for fact in certificate.read(GOOD)} == {GOOD}


def test_pem_reads_as_the_der_within() -> None:
    text = b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(GOOD) + b"-----END CERTIFICATE-----\n"

    assert certificate.read(b"some talk\r\n" + text + text) == certificate.read(GOOD)


BAD_CN = tlv(0x30, attribute("O", b"HIKVISION"), attribute("CN", b"cam\xff\xfe"))
BIT_STRING = tlv(0x30, attribute("O", b"HIKVISION"), attribute("CN", b"\x00cam", 0x03))
BAD_COUNTRY = tlv(0x30, attribute("C", b"China", PRINTABLE), attribute("O", b"HIKVISION"))
EMPTY = tlv(0x30)

ODD = {
    "a negative serial number": (der(serial=b"\xff"), SUBJECT, ISSUER),
    "a serial number of zero": (der(serial=b"\x00"), SUBJECT, ISSUER),
    "a serial number of 100 bytes": (der(serial=b"\x01" * 100), SUBJECT, ISSUER),
    "version 1": (der(version=b""), SUBJECT, ISSUER),
    "an unknown version": (der(version=tlv(0xA0, tlv(0x02, b"\x09"))), SUBJECT, ISSUER),
    "an MD5 signature": (der(signature=MD5_RSA), SUBJECT, ISSUER),
    "an empty subject": (der(subject=EMPTY), None, ISSUER),
    "an issuer that is not UTF-8": (der(issuer=BAD_CN), SUBJECT, "CN=cam\\xff\\xfe,O=HIKVISION"),
    "a subject that is not UTF-8": (der(subject=BAD_CN), "CN=cam\\xff\\xfe,O=HIKVISION", ISSUER),
    "a country of five letters": (der(subject=BAD_COUNTRY), "O=HIKVISION,C=China", ISSUER),
    "a subject with a bit string": (der(subject=BIT_STRING), "O=HIKVISION", ISSUER),
    "zero dates": (der(valid=tlv(0x30, tlv(0x17, b"0" * 13), tlv(0x17, b"0" * 13))), SUBJECT, ISSUER),
    "empty dates": (der(valid=tlv(0x30, tlv(0x17), tlv(0x17))), SUBJECT, ISSUER),
    "bytes behind it": (GOOD + b"\x00\x00", SUBJECT, ISSUER),
    "its end missing": (GOOD[:-40], SUBJECT, ISSUER),
    "its beginning only": (GOOD[: GOOD.index(VALID)], None, ISSUER),
}


@pytest.mark.parametrize(("data", "subject", "issuer"), ODD.values(), ids=ODD.keys())
def test_an_odd_certificate_still_names_its_maker(data: bytes, subject: str | None, issuer: str) -> None:
    told = values(data)

    assert told.get(Field.X509_SUBJECT) == subject
    assert told[Field.X509_ISSUER] == issuer
    assert told[Field.X509_SHA256] == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----",
        b"-----BEGIN CERTIFICATE-----\nSGVsbG8=\n-----END CERTIFICATE-----",
        b"\x30\x82" + bytes(certificate.MAX_CERTIFICATE_BYTES),
    ],
)
def test_what_is_no_certificate_gives_nothing(data: bytes) -> None:
    assert certificate.read(data) == ()


def test_a_certificate_cut_at_any_byte_never_raises() -> None:
    for end in range(len(GOOD)):
        certificate.read(GOOD[:end])


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
def test_no_flipped_byte_raises(position: int, byte: int) -> None:
    certificate.read(GOOD[:position] + bytes([byte]) + GOOD[position + 1 :])


@given(st.binary(max_size=512))
def test_no_bytes_raise(data: bytes) -> None:
    certificate.read(data)
    certificate.read(b"\x30\x82\x02\x00" + data)
    certificate.read(b"-----BEGIN CERTIFICATE-----\n" + data + b"\n-----END CERTIFICATE-----")


@pytest.mark.parametrize(
    ("hostile", "attributes"),
    [
        (b"\x06\x03\x55\x04\x03\x0c\x01x", certificate.MAX_ATTRIBUTES),
        (b"\x30\x00\x17\x00", 0),
        (b"-----BEGIN CERTIFICATE-----A", 0),
    ],
)
def test_a_hostile_certificate_tells_no_more_attributes_than_the_cap(hostile: bytes, attributes: int) -> None:
    size = certificate.MAX_CERTIFICATE_BYTES // len(hostile)

    told = values(b"\x30\x82" + hostile * (size - 1))

    assert told.keys() <= {Field.X509_ISSUER, Field.X509_SHA256}
    assert told.get(Field.X509_ISSUER, "") == ",".join(["CN=x"] * attributes)
    assert certificate.read(hostile * size * 32) == ()
