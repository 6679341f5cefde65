"""TLS up to 1.2: the hello that old and new servers take, and certificates read from their first flight."""

import base64
import ssl
import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from scanner.model.field import Field
from scanner.protocols import tls

RANDOM = bytes(range(32))

# Source: recorded from OpenSSL 3.0 s_server -tls1 with AES128-SHA and a 1024-bit RSA key; the self-signed
# certificate's names are those of rapid7/recog x509_subjects.xml for Hikvision recorders.
FLIGHT = base64.b64decode(
    "FgMBAFECAABNAwHDEsAQXDP1Y2r79Wk05jfUIcPSOGum+8MOLr2BlWNQGyAwvECMqboKNj2qTsO3xqfScmeVYaEThqIXsT1CNdn6"
    "lgAvAAAF/wEAAQAWAwEC1AsAAtAAAs0AAsowggLGMIICL6ADAgECAhQ+aa/lWZhfbTpDd4p05UL0CRAp8TANBgkqhkiG9w0BAQUF"
    "ADB0MQswCQYDVQQGEwJDTjERMA8GA1UECAwIWmhlSmlhbmcxETAPBgNVBAcMCEhhbmdaaG91MRIwEAYDVQQKDAlISUtWSVNJT04x"
    "DzANBgNVBAsMBkRWUk5WUjEaMBgGA1UEAwwRd3d3Lmhpa3Zpc2lvbi5jb20wIBcNMjYxMTIyMDcyODExWhgPMjA1MTA3MTQwNzI4"
    "MTFaMHQxCzAJBgNVBAYTAkNOMREwDwYDVQQIDAhaaGVKaWFuZzERMA8GA1UEBwwISGFuZ1pob3UxEjAQBgNVBAoMCUhJS1ZJU0lP"
    "TjEPMA0GA1UECwwGRFZSTlZSMRowGAYDVQQDDBF3d3cuaGlrdmlzaW9uLmNvbTCBnzANBgkqhkiG9w0BAQEFAAOBjQAwgYkCgYEA"
    "rZMBGd8EGVSOLpm7pHW4GHOkAOazUfy3FaXyk/J1NIfQ/luORc+PSf5oTbTHH/wLB+RbkiUVdK8ae2fpxenrGWlfr8dv0M4IEOd3"
    "UppLwCzNFsD7ueLTPK7caP0SrqD1kqYx/ZC/2jlIJAsL+bjB9Y3pWnLQTPT/SujfpQTgOaECAwEAAaNTMFEwHQYDVR0OBBYEFDKc"
    "xtbYhBr82rwOlA4vaPrjAMeEMB8GA1UdIwQYMBaAFDKcxtbYhBr82rwOlA4vaPrjAMeEMA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZI"
    "hvcNAQEFBQADgYEAiF5xPFC119kZTKv8HZ2zJgeMmKi7xOMBUQLLMYUHXHPvi5ABVtO3XabcLRpZrgjli72/PP6zS8k/zOtz/DPL"
    "Ttrxjx7npoc+pFJwfdCbHbDDf9InMZjm1KJvqFCSsQW9UeGJ/XEQKpuLFgmDbbHMF1O7AHBi22U9uai3jNn1XlwWAwEABA4AAAA="
)
SUBJECT = "CN=www.hikvision.com,OU=DVRNVR,O=HIKVISION,L=HangZhou,ST=ZheJiang,C=CN"


def test_the_hello_is_one_record_that_says_its_own_lengths() -> None:
    hello = tls.question(RANDOM)

    assert hello[:3] == b"\x16\x03\x01"
    assert int.from_bytes(hello[3:5], "big") == len(hello) - 5
    assert hello[5:6] == b"\x01"
    assert int.from_bytes(hello[6:9], "big") == len(hello) - 9
    assert hello[9:43] == b"\x03\x03" + RANDOM


@pytest.mark.parametrize("suite", ["c02f", "c013", "0033", "002f", "000a", "0005"])
def test_the_hello_offers_old_and_new_ciphers(suite: str) -> None:
    assert bytes.fromhex(suite) in tls.question(RANDOM)[44:90]


@pytest.mark.parametrize("random", [b"", bytes(31), bytes(33)])
def test_the_hello_takes_32_random_bytes(random: bytes) -> None:
    with pytest.raises(ValueError, match="32 random bytes"):
        tls.question(random)


def test_the_certificate_of_an_old_server_is_read_in_clear() -> None:
    flight = tls.read_flight(FLIGHT)

    assert (flight.version, flight.alert, len(flight.certificates), flight.is_over) == (
        "TLSv1.0",
        None,
        1,
        True,
    )
    assert [fact.value for fact in tls.read(FLIGHT) if fact.field is Field.X509_SUBJECT] == [SUBJECT]


def test_a_flight_in_small_records_reads_the_same() -> None:
    handshake = FLIGHT[5:86] + FLIGHT[91:815]
    records = b"".join(b"\x16\x03\x01\x00\x01" + bytes([byte]) for byte in handshake)

    assert tls.read_flight(records).certificates == tls.read_flight(FLIGHT).certificates


def test_an_alert_ends_the_flight() -> None:
    # Source: measured, a server that speaks TLS 1.3 only answers protocol_version (70).
    assert tls.read_flight(b"\x15\x03\x03\x00\x02\x02\x46") == tls.Flight(alert=70, is_over=True)


def test_what_follows_in_cipher_is_not_read() -> None:
    encrypted = b"\x17\x03\x03\x00\x02xx"

    assert tls.read_flight(encrypted + FLIGHT) == tls.Flight(is_over=True)


@pytest.mark.parametrize("data", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"SSH-2.0-x\r\n"])
def test_another_protocol_gives_nothing(data: bytes) -> None:
    assert tls.read(data) == ()
    assert tls.read_flight(data).certificates == ()


def test_a_flight_cut_at_any_byte_gives_the_whole_certificate_or_none() -> None:
    whole = tls.read_flight(FLIGHT).certificates

    for end in range(len(FLIGHT)):
        assert tls.read_flight(FLIGHT[:end]).certificates in ((), whole)


def certificate_message(*certificates: bytes) -> bytes:
    entries = b"".join(len(der).to_bytes(3, "big") + der for der in certificates)
    message = b"\x0b" + (len(entries) + 3).to_bytes(3, "big") + len(entries).to_bytes(3, "big") + entries
    fragments = [message[start : start + 16384] for start in range(0, len(message), 16384)]
    return b"".join(b"\x16\x03\x03" + len(part).to_bytes(2, "big") + part for part in fragments)


def test_a_chain_is_read_up_to_ten_certificates_of_32_kib() -> None:
    largest = b"x" * tls.MAX_CERTIFICATE_BYTES

    assert tls.read_flight(certificate_message(*[b"x"] * 20)).certificates == (b"x",) * 10
    assert tls.read_flight(certificate_message(*[largest] * 10)).certificates == (largest,) * 10
    assert tls.read_flight(certificate_message(b"x", largest + b"x")).certificates == (b"x",)
    assert tls.read_flight(certificate_message(b"", b"x")).certificates == ()


@given(st.binary(max_size=512), st.integers(0, len(FLIGHT)))
def test_no_bytes_raise(data: bytes, position: int) -> None:
    tls.read(data)
    tls.read(FLIGHT[:position] + data + FLIGHT[position + len(data) :])


@pytest.mark.parametrize("record", [b"\x16\x03\x01\x00\x00", b"\x16\x03\x01\x00\x04\x0b\0\0\0", bytes(5)])
def test_a_hostile_mebibyte_tells_nothing(record: bytes) -> None:
    assert tls.read(record * (1024 * 1024 // len(record))) == ()


def self_signed(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "camera")])
    now = datetime(2026, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
    ).sign(key, hashes.SHA256())
    file = folder / "camera.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
    return file


def first_flight(version: ssl.TLSVersion, chain: Path) -> bytes:
    """Return what OpenSSL, as a server of this version, answers to our hello."""
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = context.maximum_version = version
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.load_cert_chain(chain)
    received, sent = ssl.MemoryBIO(), ssl.MemoryBIO()
    received.write(tls.question(RANDOM))
    with pytest.raises(ssl.SSLError):
        context.wrap_bio(received, sent, server_side=True).do_handshake()
    return sent.read()


@pytest.mark.parametrize(
    ("version", "name"),
    [
        (ssl.TLSVersion.TLSv1, "TLSv1.0"),
        (ssl.TLSVersion.TLSv1_1, "TLSv1.1"),
        (ssl.TLSVersion.TLSv1_2, "TLSv1.2"),
    ],
)
def test_openssl_takes_the_hello_and_shows_its_certificate(
    version: ssl.TLSVersion, name: str, tmp_path: Path
) -> None:
    flight = tls.read_flight(first_flight(version, self_signed(tmp_path)))

    assert (flight.version, flight.is_over, len(flight.certificates)) == (name, True, 1)


def test_openssl_of_tls_1_3_only_refuses_with_protocol_version(tmp_path: Path) -> None:
    flight = tls.read_flight(first_flight(ssl.TLSVersion.TLSv1_3, self_signed(tmp_path)))

    assert flight == tls.Flight(alert=70, is_over=True)
