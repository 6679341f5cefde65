"""TLS of any age shows its certificate, and nothing more is said."""

import asyncio
import ssl
import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from scanner.model.limits import Limits
from scanner.model.probe import ProbeStatus
from scanner.net.exchange import Handshake
from tests.net.hostile import PATIENT, QUICK, Behaviour, hostile_host, loopback_network, says, stays_silent


@pytest.fixture(scope="module")
def old_certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate as small as old recorders carry: RSA-1024."""
    key = rsa.generate_private_key(65537, 1024)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "www.example.test")])
    start = datetime(2015, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=10))
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "device.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


def server_context(certificate: Path, version: ssl.TLSVersion) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = version
    context.load_cert_chain(certificate)
    return context


def shake(behaviour: Behaviour, context: ssl.SSLContext | None, limits: Limits = PATIENT) -> Handshake:
    async def run() -> Handshake:
        async with hostile_host(behaviour, context) as host, loopback_network(limits) as network:
            return await network.handshake(host.endpoint)

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("version", "name"),
    [
        (ssl.TLSVersion.TLSv1, "TLSv1"),
        (ssl.TLSVersion.TLSv1_1, "TLSv1.1"),
        (ssl.TLSVersion.TLSv1_2, "TLSv1.2"),
        (ssl.TLSVersion.TLSv1_3, "TLSv1.3"),
    ],
)
def test_every_tls_shows_its_certificate(old_certificate: Path, version: ssl.TLSVersion, name: str) -> None:
    shown = shake(says(b""), server_context(old_certificate, version))

    assert shown.status is ProbeStatus.ANSWERED
    assert shown.version == name
    assert x509.load_der_x509_certificate(shown.certificate or b"").serial_number == 1


def test_a_port_that_does_not_speak_tls_says_so() -> None:
    shown = shake(says(b"HTTP/1.1 400 Bad Request\r\n\r\n"), None)

    assert shown.status is ProbeStatus.NOT_UNDERSTOOD
    assert shown.certificate is None


def test_a_port_that_never_answers_costs_the_deadline() -> None:
    assert shake(stays_silent, None, QUICK).status is ProbeStatus.SILENT
