"""The clear part of a TLS handshake up to TLS 1.2: one ClientHello out, the server's certificates back.

Old devices offer what today's libraries refuse to speak (TLS 1.0, RC4, 512-bit keys) and some ask for
a client certificate. All of them send their own certificate in clear first, so it is read without ever
completing a session. A server that speaks TLS 1.3 only answers with an alert instead.
"""

from dataclasses import dataclass

from scanner.model.observation import Fact
from scanner.protocols import certificate

# Chains of devices hold one to three certificates of about 1 KiB.
MAX_CHAIN = 10
MAX_CERTIFICATE_BYTES = 32 * 1024

# Room for the longest chain, for the messages around it, and for record headers.
MAX_FLIGHT_BYTES = (MAX_CHAIN + 2) * MAX_CERTIFICATE_BYTES

RANDOM_BYTES = 32

# RFC 5246 section 6.2.1 and 7.4.
_ALERT, _HANDSHAKE = 21, 22
_SERVER_HELLO, _CERTIFICATE, _SERVER_HELLO_DONE = 2, 11, 14

_VERSIONS = {
    b"\x03\x00": "SSLv3",
    b"\x03\x01": "TLSv1.0",
    b"\x03\x02": "TLSv1.1",
    b"\x03\x03": "TLSv1.2",
}

# IANA TLS Cipher Suites registry. New devices take elliptic curves only, old ones RSA key exchange only.
_CIPHER_SUITES = bytes.fromhex(
    "c02c c02b c030 c02f"  # ECDHE with ECDSA or RSA, AES-GCM
    "009f 009e"  # DHE_RSA, AES-GCM
    "c00a c009 c014 c013"  # ECDHE, AES-CBC SHA
    "0039 0033"  # DHE_RSA, AES-CBC SHA
    "009d 009c 003c 0035 002f"  # RSA, AES
    "000a 0005 0004"  # RSA, 3DES and RC4
    "00ff"  # RFC 5746 section 3.3: we know of secure renegotiation
)

_EXTENSIONS = (
    ("000a", "0008 001d 0017 0018 0019"),  # RFC 8422 5.1.1: x25519, secp256r1, secp384r1, secp521r1
    ("000b", "01 00"),  # RFC 8422 5.1.2: uncompressed points
    # RFC 5246 7.4.1.4.1: ECDSA, RSA-PSS and RSA with SHA-2, then both with SHA-1.
    ("000d", "0016 0403 0503 0603 0804 0805 0806 0401 0501 0601 0203 0201"),
)


@dataclass(frozen=True, slots=True)
class Flight:
    """What a server said before encryption begins.

    ``version`` is the one it chose, ``alert`` the RFC 5246 number of an alert, ``certificates`` its
    chain in DER, its own first. ``is_over`` says that nothing more of this can follow.
    """

    version: str | None = None
    alert: int | None = None
    certificates: tuple[bytes, ...] = ()
    is_over: bool = False


def question(random: bytes) -> bytes:
    """Return a ClientHello that offers TLS 1.2 and everything older; ``random`` holds ``RANDOM_BYTES``."""
    if len(random) != RANDOM_BYTES:
        raise ValueError(f"a ClientHello takes {RANDOM_BYTES} random bytes, not {len(random)}")
    extensions = b"".join(bytes.fromhex(kind) + _sized(bytes.fromhex(data), 2) for kind, data in _EXTENSIONS)
    session, compression = _sized(b"", 1), _sized(b"\x00", 1)
    hello = b"\x03\x03" + random + session + _sized(_CIPHER_SUITES, 2) + compression + _sized(extensions, 2)
    # RFC 5246 appendix E.1: the record says TLS 1.0 until the versions are agreed.
    return bytes([_HANDSHAKE]) + b"\x03\x01" + _sized(b"\x01" + _sized(hello, 3), 2)


def read_flight(data: bytes) -> Flight:
    """Read a server's first flight, cut short or not; never raises."""
    handshake, alert, is_clear = _records(data[:MAX_FLIGHT_BYTES])
    version: str | None = None
    certificates: tuple[bytes, ...] = ()
    is_over = alert is not None or not is_clear
    for kind, message, is_whole in _messages(handshake):
        if kind == _SERVER_HELLO and len(message) >= 2:
            version = _VERSIONS.get(message[:2], message[:2].hex())
        elif kind == _CERTIFICATE:
            certificates = _chain(message)
        is_over = is_over or (is_whole and kind in (_CERTIFICATE, _SERVER_HELLO_DONE))
    return Flight(version, alert, certificates, is_over)


def read(data: bytes) -> tuple[Fact, ...]:
    """Return the facts of the server's own certificate in a first flight, or ()."""
    certificates = read_flight(data).certificates
    return certificate.read(certificates[0]) if certificates else ()


def _sized(data: bytes, width: int) -> bytes:
    return len(data).to_bytes(width, "big") + data


def _taken(data: bytes, position: int, width: int) -> tuple[bytes, int]:
    """Return the vector whose length stands in ``width`` bytes, as far as it came, and where it ends."""
    start = position + width
    end = start + int.from_bytes(data[position:start], "big")
    return data[start:end], end


def _records(data: bytes) -> tuple[bytes, int | None, bool]:
    """Return the handshake bytes, the first alert, and whether all records were clear ones of TLS."""
    parts: list[bytes] = []
    position = 0
    while position + 5 <= len(data):
        kind, major = data[position], data[position + 1]
        fragment, end = _taken(data, position + 3, 2)
        if kind == _ALERT and major == 3 and len(fragment) == 2:
            return b"".join(parts), fragment[1], True
        if kind != _HANDSHAKE or major != 3:
            return b"".join(parts), None, False
        parts.append(fragment)
        position = end
    return b"".join(parts), None, True


def _messages(handshake: bytes) -> list[tuple[int, bytes, bool]]:
    """Return the type, the body and the completeness of each handshake message."""
    messages: list[tuple[int, bytes, bool]] = []
    position = 0
    while position + 4 <= len(handshake):
        message, end = _taken(handshake, position + 1, 3)
        messages.append((handshake[position], message, end <= len(handshake)))
        position = end
    return messages


def _chain(message: bytes) -> tuple[bytes, ...]:
    """Return the certificates of a Certificate message, as far as they came whole."""
    entries, _ = _taken(message, 0, 3)
    chain: list[bytes] = []
    position = 0
    while position + 3 <= len(entries) and len(chain) < MAX_CHAIN:
        der, end = _taken(entries, position, 3)
        if not der or end > len(entries) or len(der) > MAX_CERTIFICATE_BYTES:
            break
        chain.append(der)
        position = end
    return tuple(chain)
