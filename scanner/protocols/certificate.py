"""X.509 certificates (RFC 5280) of devices: whom they name, and what they are known by.

Devices mint certificates that no authority would: bad country codes, odd encodings, zero dates.
Each field is read on its own, and where the library refuses, the names are picked out of the bytes.
"""

import base64
import binascii
import hashlib
import re
import warnings
from collections.abc import Callable
from itertools import islice

from cryptography import x509
from cryptography.x509.oid import NameOID

from scanner.model.field import Field
from scanner.model.observation import Fact
from scanner.protocols.text import decode

# Certificates of devices take about 1 KiB.
MAX_CERTIFICATE_BYTES = 32 * 1024
MAX_ATTRIBUTES = 64

_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]{1,65536})-----END CERTIFICATE-----")

# RFC 4514 section 3 names the common attributes; these two go by name in most tools, and by number in it.
_NAMES = {NameOID.EMAIL_ADDRESS: "emailAddress", NameOID.SERIAL_NUMBER: "SERIALNUMBER"}

# RFC 5280 appendix A.1: the last octet of 2.5.4.x, as RFC 4514 names it.
_SHORT_NAMES = {3: "CN", 5: "SERIALNUMBER", 6: "C", 7: "L", 8: "ST", 9: "STREET", 10: "O", 11: "OU"}

# An attribute as DER writes it: 2.5.4.x, then a string with a one-byte length.
_ATTRIBUTE = re.compile(rb"\x06\x03\x55\x04(.)[\x0c\x13\x14\x16]([\x01-\x7f])", re.DOTALL)

# RFC 4514 section 2.4: what a value may hold only behind a backslash.
_SPECIAL = re.compile(rb"[,+\"\\<>;]")

# What follows the issuer: the validity, a sequence that begins with a UTCTime or GeneralizedTime.
_VALIDITY = re.compile(rb"\x30[\x00-\x7f][\x17\x18][\x00-\x20]")

# What follows the subject: the key, by the identifier of RSA (RFC 3279 2.3.1) or elliptic curves (2.3.5).
_KEY = re.compile(rb"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01|\x2a\x86\x48\xce\x3d\x02\x01")


def read(data: bytes) -> tuple[Fact, ...]:
    """Return subject, issuer and SHA-256 of a certificate in DER or PEM, or () when it is neither.

    Names are written as RFC 4514 has them, the last attribute first: ``CN=..,OU=..,O=..,C=..``; no-break
    spaces, which some makers put into theirs, become blanks.
    """
    der = _der(data)
    if not der:
        return ()
    named = (
        (Field.X509_SUBJECT, _subject(der)),
        (Field.X509_ISSUER, _issuer(der)),
        (Field.X509_SHA256, hashlib.sha256(der).hexdigest()),
    )
    return tuple(Fact(field, value.replace("\u00a0", " "), der) for field, value in named if value)


def _der(data: bytes) -> bytes:
    """Return the DER bytes of the first certificate, or nothing where they do not begin like one."""
    pem = _PEM.search(data[: 2 * MAX_CERTIFICATE_BYTES])
    try:
        der = base64.b64decode(pem[1]) if pem else data
    except binascii.Error:
        return b""
    return der if der[:2] in (b"\x30\x82", b"\x30\x81") and len(der) <= MAX_CERTIFICATE_BYTES else b""


def _subject(der: bytes) -> str:
    name = _name(der, lambda loaded: loaded.subject)
    if name is not None:
        return name
    issuer_end = _end(_VALIDITY, der, 0)
    return _salvaged(der, issuer_end, _end(_KEY, der, issuer_end))


def _issuer(der: bytes) -> str:
    name = _name(der, lambda loaded: loaded.issuer)
    return _salvaged(der, 0, _end(_VALIDITY, der, 0)) if name is None else name


def _name(der: bytes, field: Callable[[x509.Certificate], x509.Name]) -> str | None:
    """Return one name, or None when the library refuses the certificate or this part of it."""
    try:
        # The library warns of what old devices do; that they do it is no news here.
        with warnings.catch_warnings(action="ignore"):
            return field(x509.load_der_x509_certificate(der)).rfc4514_string(_NAMES)
    except (ValueError, TypeError, x509.InvalidVersion):
        return None


def _end(what_follows: re.Pattern[bytes], der: bytes, start: int) -> int:
    match = what_follows.search(der, start)
    return match.start() if match else len(der)


def _salvaged(der: bytes, start: int, end: int) -> str:
    """Return a name made of the attributes that can be made out between two places."""
    found = islice(_ATTRIBUTE.finditer(der, start, end), MAX_ATTRIBUTES)
    attributes = [(match[1][0], der[match.end() :][: match[2][0]]) for match in found]
    return ",".join(f"{_short_name(kind)}={_escaped(value)}" for kind, value in reversed(attributes))


def _short_name(kind: int) -> str:
    return _SHORT_NAMES.get(kind, f"2.5.4.{kind}")


def _escaped(value: bytes) -> str:
    return decode(_SPECIAL.sub(rb"\\\g<0>", value))
