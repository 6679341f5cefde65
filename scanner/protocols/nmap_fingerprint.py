"""Service fingerprints: what nmap's version detection quotes of a service that it does not know.

``SF-Port80-TCP:V=7.93%I=7%D=11/22%Time=6B02BA44%P=x86_64-pc-linux-gnu%r(GetRequest,283,"HTTP/1\\.1\\x20..")``:
for each question the probe's name, the length of the answer in hex, and the answer as a pattern for
PCRE, of which nmap keeps 900 bytes. Source: "Community Contributions" in the version detection chapter of
nmap's reference guide, and addToServiceFingerprint in service_scan.cc.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from scanner.model.observation import Fact
from scanner.protocols import banner, http, rtsp, tls

# nmap stops at 10,000 characters and 1,300 bytes for the last answer, escaped, even when debugging.
MAX_CHARACTERS = 64 * 1024
# nmap knows fewer than 200 questions, and a fingerprint is full after a handful of answers.
MAX_REPLIES = 64

# The probe that says nothing and waits for a greeting.
_SILENCE = "NULL"
_REPLY = re.compile(r'%r\(([^,()"]{1,64}),([0-9A-F]{1,8}),"((?:[^"\\]|\\.)*)"\)', re.DOTALL)
_ESCAPE = re.compile(rb"\\(?:x([0-9a-f]{2})|(.))", re.DOTALL)
_CONTROLS = {b"0": b"\0", b"r": b"\r", b"n": b"\n", b"t": b"\t"}
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one of nmap's questions; ``is_whole`` is False where nmap kept only its beginning."""

    probe: str
    data: bytes
    is_whole: bool


def replies(fingerprint: str) -> Iterator[Reply]:
    """Yield the answers that a fingerprint holds, each once; never raises."""
    told: set[bytes] = set()
    for found in islice(_REPLY.finditer(fingerprint[:MAX_CHARACTERS]), MAX_REPLIES):
        data = _ESCAPE.sub(_sent, found[3].encode("utf-8", "backslashreplace"))
        if data not in told:
            told.add(data)
            yield Reply(found[1], data, len(data) >= int(found[2], 16))


def read(fingerprint: str, port: int = 0) -> tuple[Fact, ...]:
    """Return what the answers show as HTTP, RTSP or TLS, and the greeting of a service that speaks first.

    Nothing is taken from where nmap cut an answer off: half a header or title would be a wrong fact.
    """
    return tuple(fact for reply in replies(fingerprint) for fact in _facts(reply, port))


def _facts(reply: Reply, port: int) -> tuple[Fact, ...]:
    data = reply.data if reply.is_whole else _without_cut_end(reply.data)
    answered = http.read(data) or rtsp.read(data) or tls.read(reply.data)
    return banner.read(data, port) if not answered and reply.probe == _SILENCE else answered


def _without_cut_end(data: bytes) -> bytes:
    """Return a head up to its last whole line, or a body up to its last whole tag."""
    blank = _BLANK_LINE.search(data)
    if blank is None:
        return data[: data.rfind(b"\n") + 1]
    return data[: max(blank.end(), data.rfind(b">") + 1)]


def _sent(escape: re.Match[bytes]) -> bytes:
    return bytes.fromhex(escape[1].decode()) if escape[1] else _CONTROLS.get(escape[2], escape[2])
