"""WWW-Authenticate challenges (RFC 9110 section 11.6.1): realms, nonces, and the shapes of nonces.

A challenge answers a request that carried no credential; nothing here ever answers one.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from itertools import islice

from scanner.model.field import Field
from scanner.model.observation import Fact
from scanner.protocols.head import Headers

# A device sends one or two challenges of at most eight parameters each; NTLM fills about 2 KiB.
MAX_PARTS = 64
MAX_LINE_CHARACTERS = 8192


@dataclass(frozen=True, slots=True)
class Challenge:
    """One challenge: its scheme as spelled, and its parameters in wire order, names in lower case.

    ``is_open`` says that the quote of the last value never closes.
    """

    scheme: str
    parameters: tuple[tuple[str, str], ...] = ()
    is_open: bool = False

    def value(self, name: str) -> str | None:
        """Return the first parameter called ``name``, given in lower case, without its quotes."""
        return next((value for key, value in self.parameters if key == name), None)

    @property
    def realm(self) -> str | None:
        """The realm, or None when there is none."""
        return self.value("realm")

    @property
    def nonce(self) -> str | None:
        """The nonce, or None when there is none."""
        return self.value("nonce")


@dataclass(frozen=True, slots=True)
class Fields:
    """Where the facts of a challenge go: the line, its realms, and the shape of its nonces if wanted."""

    line: Field
    realm: Field
    nonce_form: Field | None = None


# A closing quote is one that a separator follows. A quote that never closes ends at the next comma.
_PART = re.compile(
    r"""(?: (?P<lead>\A|,) \s* )?
        (?P<name>[A-Za-z][\w-]*)
        (?: \s*=\s* (?: "(?P<quoted>(?:[^"\\]|\\.)*)" (?=\s*(?:[,;]|\Z)|\s+[A-Za-z])
                      | (?P<open>")? (?P<bare>[^",]*) (?P<close>")? ) )?""",
    re.VERBOSE | re.DOTALL,
)


def read_challenges(line: str) -> tuple[Challenge, ...]:
    """Return the challenges of one header line; unbalanced quotes and missing blanks are tolerated."""
    challenges: list[Challenge] = []
    for part in islice(_PART.finditer(line[:MAX_LINE_CHARACTERS]), MAX_PARTS):
        value = part["bare"] if part["quoted"] is None else part["quoted"]
        if value is not None:
            last = challenges.pop() if challenges else Challenge("")
            parameters = (*last.parameters, (part["name"].lower(), value.strip()))
            is_open = bool(part["open"] and not part["close"])
            challenges.append(Challenge(last.scheme, parameters, is_open))
        elif part["lead"] is not None:
            challenges.append(Challenge(part["name"]))
    return tuple(challenges)


def facts(line: str, fields: Fields, raw: bytes = b"", is_cut: bool = False) -> tuple[Fact, ...]:
    """Return the line, its realms, and the forms of its nonces.

    ``is_cut`` says that the data broke off in this line: a realm whose quote is still open is then
    only the beginning of one, and no fact.
    """
    if not line:
        return ()
    found = [Fact(fields.line, line, raw)]
    for challenge in read_challenges(line):
        if challenge.realm and not (is_cut and challenge.is_open):
            found.append(Fact(fields.realm, challenge.realm, raw))
        form = nonce_form(challenge.nonce or "", challenge.realm)
        if form and fields.nonce_form:
            found.append(Fact(fields.nonce_form, form, raw))
    return tuple(dict.fromkeys(found))


def of_headers(headers: Headers, fields: Fields, raw: bytes, is_cut: bool = False) -> tuple[Fact, ...]:
    """Return the facts of every WWW-Authenticate header; ``is_cut`` says that the last header may go on."""
    found: list[Fact] = []
    for position, (name, value) in enumerate(headers, start=1):
        if name.lower() == "www-authenticate":
            found.extend(facts(value, fields, raw, is_cut and position == len(headers)))
    return tuple(dict.fromkeys(found))


_CLOCKED = re.compile(r"[0-9a-f]{32}:[0-9]{13}")
_SESSION = re.compile(r"[0-9a-f]{16}:(?P<realm>[0-9a-f]{24}):[0-9a-f]{8,12}:[0-9]{1,10}")
# Eight digits each, but leading zeros are not written: one public capture has 4221dbc:def9a062.
_PAIR = re.compile(rb"[0-9A-Fa-f]{6,8}:[0-9a-f]{6,8}")
_SALTED = re.compile(rb"[0-9a-f]{4}:[0-9a-f]{8}:.{16}", re.DOTALL)
_HEX32 = re.compile(rb"[0-9a-f]{32}")
_ONVIF = re.compile(rb"onvif-digest:[0-9]{1,20}")


def nonce_form(nonce: str, realm: str | None = None) -> str | None:
    """Return the name of the shape that a nonce has, or None; the value itself differs every time.

    ``hex-base64-pair``   48 hex digits of base64 of ``XXXXXXXX:XXXXXXXX``. Source: three captured 401
                          replies of Hikvision cameras, e.g. realm ``IP Camera(C5654)`` of 2019.
    ``hex60``             60 hex digits of ``XXXX:XXXXXXXX:`` and 16 random bytes. Source: a captured
                          401 of 2024, realm ``IP Camera(FG513)``.
    ``hex32:epoch-ms``    32 hex digits and the device's clock in ms. Source: Greenbone's captures of
                          realm ``DVRNVRDVS``, and maciej-or/hikvision_next issue 50.
    ``hex16:realm:hex:n`` four parts, the second being the realm. Source: a captured 401 of a
                          DS-7616NXI recorder of 2026.
    ``base64-hex32``      base64 of 32 hex digits. Source: a captured 401 of a DS-K1T343MWX terminal.
    ``onvif-digest``      base64 of ``onvif-digest:<number>``. Source: four published 401 replies of
                          ``/onvif/device_service`` with realm ``Login to ...``.
    """
    if _CLOCKED.fullmatch(nonce):
        return "hex32:epoch-ms"
    session = _SESSION.fullmatch(nonce)
    if session and session["realm"] == realm:
        return "hex16:realm:hex:n"
    return _hex_form(_from_hex(nonce)) or _base64_form(_from_base64(nonce.encode("utf-8", "replace")))


def _hex_form(decoded: bytes) -> str | None:
    if _SALTED.fullmatch(decoded):
        return "hex60"
    return "hex-base64-pair" if _PAIR.fullmatch(_from_base64(decoded)) else None


def _base64_form(decoded: bytes) -> str | None:
    if _HEX32.fullmatch(decoded):
        return "base64-hex32"
    return "onvif-digest" if _ONVIF.fullmatch(decoded) else None


def _from_hex(text: str) -> bytes:
    return bytes.fromhex(text) if re.fullmatch(r"(?:[0-9a-f]{2})+", text) else b""


def _from_base64(text: bytes) -> bytes:
    try:
        return base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        return b""
