"""TLS certificates with the names that devices show, made anew for every lab."""

import ssl
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from tests.lab.unit import Unit

# The thirty years of a recorder's certificate. Source: rroller/dahua issue 647.
VALID_FROM = datetime(2024, 8, 5, tzinfo=UTC)
VALID_UNTIL = datetime(2054, 7, 30, tzinfo=UTC)

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True, slots=True)
class Certificate:
    """Subject and issuer as RFC 4514 strings, self-signed without an issuer.

    ``only_tls10`` is an old device that speaks TLS 1.0, with an RSA key, and nothing newer.
    """

    subject: str
    issuer: str = ""
    only_tls10: bool = False


def server_context(certificate: Certificate, unit: Unit) -> ssl.SSLContext:
    """Return what a device needs to speak TLS; units with the same names share it."""
    return _context(unit.text(certificate.subject), unit.text(certificate.issuer), certificate.only_tls10)


@cache
def _context(subject: str, issuer: str, only_tls10: bool) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if only_tls10:
        # OpenSSL 3 counts the signatures of TLS 1.0 below security level 1.
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
    key: Key = _rsa_key() if only_tls10 else ec.generate_private_key(ec.SECP256R1())
    with tempfile.NamedTemporaryFile() as file:
        file.write(_pem(key, subject, issuer))
        file.flush()
        context.load_cert_chain(file.name)
    return context


@cache
def _rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _pem(key: Key, subject: str, issuer: str) -> bytes:
    names = x509.Name.from_rfc4514_string
    builder = x509.CertificateBuilder(
        subject_name=names(subject),
        issuer_name=names(issuer or subject),
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=VALID_FROM,
        not_valid_after=VALID_UNTIL,
    )
    signed = builder.sign(ec.generate_private_key(ec.SECP256R1()) if issuer else key, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + signed.public_bytes(serialization.Encoding.PEM)
