"""What nmap's scripts quote of a device, as the facts that the same answer shows when it is read live.

Format: docs/nmap.dtd of the nmap distribution and the ``@output`` and ``@xmloutput`` notes of each
script. In a script's output nmap writes every byte that is not printable ASCII as ``\\x1B``, in capitals.
Scripts that are not listed here, and ones that failed, tell nothing.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from scanner.model.field import Field
from scanner.model.observation import Fact
from scanner.protocols import banner, certificate, http
from scanner.protocols.text import decode

# Titles and generators that people write are far shorter.
MAX_VALUE_CHARACTERS = 1024

_ESCAPED_BYTE = re.compile(rb"\\x([0-9A-F]{2})")
_FAILED = "ERROR: "


@dataclass(frozen=True, slots=True)
class NmapScript:
    """One script's output, as nmap wrote it; ``elements`` are the key and text of each structured value.

    The key of a value without one is empty; values inside tables stand in the order of the file.
    """

    id: str
    output: str
    elements: tuple[tuple[str, str], ...] = ()

    def values(self, key: str) -> Iterator[str]:
        """Yield the structured values of one key, as the device sent them."""
        return (decode(_sent(text)) for name, text in self.elements if name == key)


def facts(script: NmapScript, port: int = 0) -> tuple[Fact, ...]:
    """Return what a script's output shows of the device; ``port`` helps to read a banner. Never raises."""
    reader = _READERS.get(script.id)
    if reader is None or script.output.lstrip().startswith(_FAILED):
        return ()
    return reader(script, port)


def _sent(text: str) -> bytes:
    """Return the bytes that nmap quotes; a device that sent a backslash, x and two digits is misread."""
    written = text.encode("utf-8", "backslashreplace")
    return _ESCAPED_BYTE.sub(lambda found: bytes.fromhex(found[1].decode()), written)


def _fact(field: Field, value: str, script: NmapScript) -> tuple[Fact, ...]:
    said = " ".join(value.split())[:MAX_VALUE_CHARACTERS]
    return (Fact(field, said, _sent(script.output)),) if said else ()


def _title(script: NmapScript, _port: int) -> tuple[Fact, ...]:
    # Without the structured value the output may be nmap's own words: "Site doesn't have a title".
    return _fact(Field.HTML_TITLE, next(script.values("title"), ""), script)


def _servers(script: NmapScript, _port: int) -> tuple[Fact, ...]:
    return tuple(fact for value in script.values("") for fact in _fact(Field.HTTP_SERVER, value, script))


def _headers(script: NmapScript, _port: int) -> tuple[Fact, ...]:
    """Read the header lines as a head; nmap leaves the status line out and indents the rest by two."""
    lines = (line[2:] for line in _sent(script.output).split(b"\n") if line.startswith(b"  "))
    sent = [line for line in lines if line.strip() and not line.startswith(b"(Request type: ")]
    return http.read(b"\r\n".join(sent) + b"\r\n\r\n") if sent else ()


def _realms(script: NmapScript, _port: int) -> tuple[Fact, ...]:
    # nmap writes the parameters without quotes and in any order: only the realm is as it was sent.
    return tuple(fact for realm in script.values("realm") for fact in _fact(Field.HTTP_REALM, realm, script))


def _generator(script: NmapScript, _port: int) -> tuple[Fact, ...]:
    return _fact(Field.HTML_GENERATOR, decode(_sent(script.output)), script)


_UNKNOWN_ICON = re.compile(r"Unknown favicon MD5: ([0-9A-F]{32})")


def _icon(script: NmapScript, _port: int) -> tuple[Fact, ...]:
    # Of an icon that nmap knows it tells the name in its own list, and no sum.
    found = _UNKNOWN_ICON.search(script.output)
    return _fact(Field.FAVICON_MD5, found[1].lower() if found else "", script)


def _public(script: NmapScript, _port: int) -> tuple[Fact, ...]:
    return _fact(Field.RTSP_PUBLIC, decode(_sent(script.output)), script)


def _certificate(script: NmapScript, _port: int) -> tuple[Fact, ...]:
    """Read the certificate itself; the names that nmap prints beside it have lost their order."""
    return certificate.read(next(script.values("pem"), script.output).encode("utf-8", "backslashreplace"))


def _banner(script: NmapScript, port: int) -> tuple[Fact, ...]:
    """Read a banner, which nmap wraps into lines; one that it shortened would be a wrong fact."""
    text = script.output.replace("\n", "")
    return () if text.endswith("...") else banner.read(_sent(text), port)


def _description(script: NmapScript, _port: int) -> tuple[Fact, ...]:
    said = decode(_sent(script.output)).partition("\n  System uptime: ")[0].strip()
    return (Fact(Field.SNMP_DESCRIPTION, said, _sent(script.output)),) if said else ()


# Names in the output of nmap up to 7.94, then the keys of later ones, all in lower case.
_UPNP_FIELDS = {
    "server": Field.SSDP_SERVER,
    "location": Field.SSDP_LOCATION,
    "name": Field.UPNP_FRIENDLY_NAME,
    "friendlyname": Field.UPNP_FRIENDLY_NAME,
    "manufacturer": Field.UPNP_MANUFACTURER,
    "model descr": Field.UPNP_MODEL_DESCRIPTION,
    "modeldescription": Field.UPNP_MODEL_DESCRIPTION,
    "model name": Field.UPNP_MODEL_NAME,
    "modelname": Field.UPNP_MODEL_NAME,
    "model version": Field.UPNP_MODEL_NUMBER,
    "modelnumber": Field.UPNP_MODEL_NUMBER,
}


def _upnp(script: NmapScript, _port: int) -> tuple[Fact, ...]:
    """Read the root device: the first value of each name; devices embedded in it come later."""
    told: dict[Field, str] = {}
    for line in decode(_sent(script.output)).splitlines():
        name, _, value = line.partition(":")
        field = _UPNP_FIELDS.get(name.strip().lower())
        if field is not None and value.strip():
            told.setdefault(field, value)
    return tuple(fact for field, value in told.items() for fact in _fact(field, value, script))


_READERS: dict[str, Callable[[NmapScript, int], tuple[Fact, ...]]] = {
    "banner": _banner,
    "http-auth": _realms,
    "http-favicon": _icon,
    "http-generator": _generator,
    "http-headers": _headers,
    "http-server-header": _servers,
    "http-title": _title,
    "rtsp-methods": _public,
    "snmp-sysdescr": _description,
    "ssl-cert": _certificate,
    "upnp-info": _upnp,
}
