"""Banners: the first bytes that a TCP service says unasked.

SSH identification: RFC 4253 section 4.2. FTP greeting: RFC 959 section 5.4. Telnet negotiation:
RFC 854 and RFC 855. Each reader takes bytes as they came, or text that another tool kept of them
(such tools often drop ``SSH-2.0-`` or the ``220``); such text passes through as it is. A service that
waits for its client to speak first shows nothing here.
"""

import re

from scanner.model.field import Field
from scanner.model.observation import Fact
from scanner.protocols.text import decode

# A greeting comes in one segment or two; a service that streams has said what it is by then.
MAX_BANNER_BYTES = 4096

SSH_PORT = 22
FTP_PORT = 21
TELNET_PORT = 23

# RFC 854: a doubled IAC is the byte 255 itself; IAC SB runs to IAC SE; IAC WILL, WONT, DO or DONT takes
# an option; any other IAC takes one command. What the end of the data cuts off is negotiation too.
_NEGOTIATION = re.compile(
    rb"\xff(?:(\xff)|\xfa.*?(?:\xff\xf0|\Z)|[\xfb-\xfe](?:.|\Z)|.|\Z)",
    re.DOTALL,
)
_NEGOTIATES = re.compile(rb"\xff[\xfa-\xfe]")
_SSH_LINE = re.compile(rb"^SSH-\d[^\r\n]*", re.MULTILINE)
# Mail servers greet with 220 too, and some name an FTP host.
_FTP_GREETING = re.compile(rb"220[ -](?i:(?!.*smtp).*ftp)", re.DOTALL)


def read(data: bytes, port: int = 0) -> tuple[Fact, ...]:
    """Return one fact: the greeting of the protocol that it looks like, else that of its port.

    What neither tells becomes a TCP banner. Empty bytes give nothing.
    """
    if port == SSH_PORT or _SSH_LINE.search(data, 0, MAX_BANNER_BYTES):
        return read_ssh(data)
    if port == TELNET_PORT or _NEGOTIATES.match(data):
        return read_telnet(data)
    if port == FTP_PORT or _FTP_GREETING.match(data, 0, MAX_BANNER_BYTES):
        return read_ftp(data)
    return read_tcp(data)


def read_ssh(data: bytes) -> tuple[Fact, ...]:
    """Return the identification line, which other lines may precede; without one, the first line."""
    data = data[:MAX_BANNER_BYTES]
    line = _SSH_LINE.search(data)
    text = decode(line[0] if line else data.strip().split(b"\n", 1)[0])
    return _fact(Field.SSH_BANNER, text.strip(), data)


def read_ftp(data: bytes) -> tuple[Fact, ...]:
    """Return the greeting, all its lines, ended by LF, with the reply code as sent."""
    data = data[:MAX_BANNER_BYTES]
    return _fact(Field.FTP_BANNER, _lines(data), data)


def read_telnet(data: bytes) -> tuple[Fact, ...]:
    """Return the greeting without negotiation and NUL bytes, lines ended by LF, no blank around it.

    A service that only negotiates gives nothing.
    """
    data = data[:MAX_BANNER_BYTES]
    said = _NEGOTIATION.sub(lambda command: command[1] or b"", data)
    return _fact(Field.TELNET_BANNER, _lines(said.replace(b"\0", b"")), data)


def read_tcp(data: bytes) -> tuple[Fact, ...]:
    """Return what another service says, unchanged: it may be binary."""
    data = data[:MAX_BANNER_BYTES]
    return _fact(Field.TCP_BANNER, decode(data), data)


def _lines(data: bytes) -> str:
    # Telnet servers send CR LF, LF CR, and CR NUL alike.
    return decode(data).replace("\r\n", "\n").replace("\n\r", "\n").replace("\r", "\n").strip()


def _fact(field: Field, value: str, data: bytes) -> tuple[Fact, ...]:
    return (Fact(field, value, data),) if value else ()
