"""What nmap writes with ``-oX``: open ports, what its service detection calls them, and what it quotes.

Format: docs/nmap.dtd of the nmap distribution. nmap always writes a DOCTYPE, so this file has a parser
of its own, which loads nothing that the DOCTYPE could name. Scripts and services quote what devices
said, so the text is as hostile as theirs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address

from lxml import etree

from scanner.model.field import Field
from scanner.model.host import Address, Transport, canonical_mac
from scanner.model.observation import Fact
from scanner.protocols import nmap_fingerprint, nmap_script
from scanner.protocols.nmap_script import NmapScript

# nmap needs about 4 KB for a host with ten services recognised: room for a /21 of such hosts.
MAX_XML_BYTES = 8 * 1024 * 1024

# Seconds since 1970 have ten digits until the year 2286.
_MAX_TIME_DIGITS = 10

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_OPEN = "open"
# States of a port whose host has answered for it.
_ANSWERS = frozenset({_OPEN, "closed", "unfiltered"})
# Why nmap calls every address up that it was told not to ask first (-Pn).
_UNASKED = "user-set"
# nmap escapes both signs in what it quotes, so these end elements and nothing else.
_WHOLE_ENDS = (b"</port>", b"</host>", b"</nmaprun>")


@dataclass(frozen=True, slots=True)
class NmapPort:
    """One port. Text that nmap did not give is empty; ``service`` begins with ``ssl/`` inside TLS.

    ``fingerprint`` quotes what a service answered that nmap does not know. ``is_probed`` tells whether the
    service showed itself; otherwise nmap only looked up the number.
    ``raw`` is an open port's XML element, written anew from what was read.
    """

    port: int
    transport: Transport
    state: str
    service: str = ""
    is_probed: bool = False
    product: str = ""
    version: str = ""
    extrainfo: str = ""
    ostype: str = ""
    cpes: tuple[str, ...] = ()
    fingerprint: str = ""
    scripts: tuple[NmapScript, ...] = ()
    raw: bytes = b""

    @property
    def is_open(self) -> bool:
        """Whether it accepts connections; ``open|filtered`` is not known to."""
        return self.state == _OPEN

    def facts(self) -> tuple[Fact, ...]:
        """Return that the port is open and what it showed of its service; nothing when it is not open."""
        if not self.is_open:
            return ()
        values = [
            (Field.PORT_OPEN, f"{self.port}/{self.transport.value}"),
            (Field.NMAP_SERVICE, f"{self.port}/{self.service}" if self.is_probed and self.service else ""),
            (Field.NMAP_PRODUCT, self.product),
            *((Field.NMAP_CPE, cpe) for cpe in self.cpes),
        ]
        named = (Fact(field, value, self.raw) for field, value in values if value)
        quoted = nmap_fingerprint.read(self.fingerprint, self.port)
        scripted = (fact for script in self.scripts for fact in nmap_script.facts(script, self.port))
        # A fingerprint and several scripts quote one answer; the fingerprint holds its bytes.
        told = {(fact.field, fact.value): fact for fact in (*scripted, *quoted)}
        return (*named, *told.values())


@dataclass(frozen=True, slots=True)
class NmapHost:
    """One host. ``state`` is up, down or unknown; ``timed_out`` says that nmap gave it up unfinished.

    ``has_answered`` is False where nmap took an address for up without asking and heard nothing from it.
    ``ended_at_s`` is when nmap was done with it, in seconds since 1970; ``raw`` is the XML of its
    addresses.
    """

    address: Address
    mac: str | None
    mac_vendor: str | None
    state: str
    timed_out: bool
    ports: tuple[NmapPort, ...]
    scripts: tuple[NmapScript, ...]
    has_answered: bool = True
    ended_at_s: int | None = None
    raw: bytes = b""

    def facts(self) -> tuple[Fact, ...]:
        """Return the hardware address, every open port, and what each is said to run."""
        return self.own_facts() + tuple(fact for port in self.ports for fact in port.facts())

    def own_facts(self) -> tuple[Fact, ...]:
        """Return what was learned without a port: the hardware address."""
        return (Fact(Field.MAC, self.mac, self.raw),) if self.mac else ()


def read(data: bytes) -> tuple[Fact, ...]:
    """Return the facts of all hosts, in the order of the file."""
    return tuple(fact for host in parse(data) for fact in host.facts())


def parse(data: bytes) -> tuple[NmapHost, ...]:
    """Return the hosts of a whole or truncated file; () when it is not nmap's.

    A truncated file, or one beyond the cap, gives its whole ports up to there. A host without an IP
    address is left out. An entity declaration, which nmap never writes, makes the file refused. Never
    raises.
    """
    whole = _without_cut_end(data[:MAX_XML_BYTES].removeprefix(_BYTE_ORDER_MARK))
    if not whole.lstrip().startswith(b"<") or b"<!ENTITY" in whole:
        return ()
    try:
        root = etree.fromstring(whole, _parser())
    except etree.XMLSyntaxError:
        return ()
    if root is None or root.tag != "nmaprun":
        return ()
    return tuple(host for host in map(_host, root.iterfind("host")) if host)


def is_complete(data: bytes) -> bool:
    """Whether nmap finished and said so, and ``parse`` reads all of it; a killed nmap says nothing."""
    if len(data) > MAX_XML_BYTES:
        return False
    return b'exit="success"' in data[-1024:] and data.rstrip().endswith(b"</nmaprun>")


def _without_cut_end(data: bytes) -> bytes:
    """Return the data up to its last whole port: half a CPE or service name would be a wrong fact."""
    return data[: max(data.rfind(end) + len(end) if end in data else 0 for end in _WHOLE_ENDS)]


def _parser() -> etree.XMLParser:
    # A named encoding overrules the file's own, which could otherwise hide a declaration from us.
    return etree.XMLParser(
        encoding="utf-8",
        recover=True,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _host(element: etree._Element) -> NmapHost | None:
    addresses = {found.get("addrtype"): found for found in element.iterfind("address")}
    own = addresses.get("ipv4", addresses.get("ipv6"))
    address = None if own is None else _address(own.get("addr", ""))
    if address is None:
        return None
    link = addresses.get("mac")
    status = element.find("status")
    return NmapHost(
        address=address,
        mac=None if link is None else canonical_mac(link.get("addr", "")),
        mac_vendor=None if link is None else link.get("vendor"),
        state="unknown" if status is None else status.get("state", "unknown"),
        timed_out=element.get("timedout") == "true",
        ports=tuple(port for port in map(_port, element.iterfind("ports/port")) if port),
        scripts=_scripts(element.iterfind("hostscript/script")),
        has_answered=_has_answered(element, status),
        ended_at_s=_seconds(element.get("endtime", "")),
        raw=b"".join(map(_xml, addresses.values())),
    )


def _has_answered(host: etree._Element, status: etree._Element | None) -> bool:
    if status is None or status.get("reason") != _UNASKED:
        return True
    states = (*host.iterfind("ports/port/state"), *host.iterfind("ports/extraports"))
    return any(found.get("state") in _ANSWERS for found in states)


def _seconds(text: str) -> int | None:
    is_number = text.isascii() and text.isdecimal() and len(text) <= _MAX_TIME_DIGITS
    return int(text) if is_number else None


def _address(text: str) -> Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def _port(element: etree._Element) -> NmapPort | None:
    number = element.get("portid", "")
    state = element.find("state")
    if state is None or not (number.isascii() and number.isdecimal()) or not 0 < int(number[:6]) <= 65535:
        return None
    try:
        transport = Transport(element.get("protocol", ""))
    except ValueError:
        return None
    service = element.find("service")
    return NmapPort(
        port=int(number),
        transport=transport,
        state=state.get("state", ""),
        service=_service_name(service),
        is_probed=_said(service, "method") == "probed",
        product=_said(service, "product"),
        version=_said(service, "version"),
        extrainfo=_said(service, "extrainfo"),
        ostype=_said(service, "ostype"),
        cpes=() if service is None else tuple(cpe.text for cpe in service.iterfind("cpe") if cpe.text),
        fingerprint=_said(service, "servicefp"),
        scripts=_scripts(element.iterfind("script")),
        raw=_xml(element) if state.get("state") == _OPEN else b"",
    )


def _xml(element: etree._Element) -> bytes:
    return etree.tostring(element, encoding="utf-8", with_tail=False)


def _said(service: etree._Element | None, attribute: str) -> str:
    return "" if service is None else service.get(attribute, "")


def _service_name(service: etree._Element | None) -> str:
    name = _said(service, "name")
    return f"ssl/{name}" if name and _said(service, "tunnel") == "ssl" else name


def _scripts(elements: Iterator[etree._Element]) -> tuple[NmapScript, ...]:
    return tuple(
        NmapScript(found.get("id", ""), found.get("output", ""), tuple(_values(found))) for found in elements
    )


def _values(script: etree._Element) -> Iterator[tuple[str, str]]:
    return ((found.get("key", ""), found.text or "") for found in script.iter("elem"))
